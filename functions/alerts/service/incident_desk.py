"""Incidents as people look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page

from functions.alerts.models.incidents import IncidentDeviceView, IncidentView, TimelineView
from functions.alerts.service.pages import of_page

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import IncidentId, OrganizationId

    from functions.alerts.domain.listing import Cut, IncidentFilter
    from functions.alerts.ports import OpenWork


class IncidentDesk:
    """An organisation's incidents."""

    def __init__(self, work: OpenWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, which: IncidentFilter, cut: Cut
    ) -> Page[IncidentView]:
        """Return one page of incidents."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            found, total = work.incidents.page(which, cut)
        views = [IncidentView.of(each, now=now) for each in found]
        return Page[IncidentView](items=views, **of_page(cut, total))

    def get(self, organization_id: OrganizationId, incident_id: IncidentId) -> IncidentView:
        """Return an incident; raise NotFoundError (INCIDENT_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return IncidentView.of(work.incidents.get(incident_id), now=self._clock.now())

    def devices(
        self, organization_id: OrganizationId, incident_id: IncidentId, cut: Cut
    ) -> Page[IncidentDeviceView]:
        """Return one page of an incident's devices; raise NotFoundError."""
        with self._work(organization_id) as work:
            work.incidents.get(incident_id)
            found, total = work.incidents.devices(incident_id, cut)
        views = list(map(IncidentDeviceView.of, found))
        return Page[IncidentDeviceView](items=views, **of_page(cut, total))

    def timeline(
        self, organization_id: OrganizationId, incident_id: IncidentId, *, after: int, limit: int
    ) -> tuple[list[TimelineView], int | None]:
        """Return what happened from a position on, and the next position if there is more."""
        with self._work(organization_id) as work:
            work.incidents.get(incident_id)
            found = work.incidents.timeline(incident_id, after=after, limit=limit + 1)
        views = [TimelineView.of(each) for each in found[:limit]]
        return views, after + limit if len(found) > limit else None
