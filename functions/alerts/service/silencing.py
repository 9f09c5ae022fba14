"""Silences, inhibition rules and maintenance windows as people keep them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError
from netpulse.http import Page, failures
from netpulse.ids import SilenceId
from pydantic_core import PydanticCustomError

from functions.alerts.domain.matchers import all_match
from functions.alerts.domain.muting import Silence, labels_of
from functions.alerts.models.alerts import AlertView
from functions.alerts.models.maintenance import WindowView
from functions.alerts.models.silences import InhibitionView, SilenceView
from functions.alerts.service.pages import of_page
from functions.alerts.service.recording import wake_ups
from functions.alerts.service.rules import check_scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.alerts.domain.alert import Actor
    from functions.alerts.domain.listing import Cut
    from functions.alerts.domain.matchers import Matcher
    from functions.alerts.models.maintenance import WindowIn
    from functions.alerts.models.silences import InhibitionIn, PreviewIn, SilenceIn
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.quiet import Quiet


class SilenceOverError(ConflictError):
    """The silence is over: nothing can be done with it."""

    code = "SILENCE_EXPIRED"


class Silencing:
    """What an organisation's people do not want to hear of; alerts follow at once."""

    def __init__(self, work: OpenWork, quiet: Quiet, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._quiet = quiet
        self._wakeups = wakeups
        self._clock = clock

    def silences(
        self, organization_id: OrganizationId, state: str | None, cut: Cut
    ) -> Page[SilenceView]:
        """Return one page of silences."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            found, total = work.silences.page(state=state, now=now, cut=cut)
        views = [SilenceView.of(each, now=now) for each in found]
        return Page[SilenceView](items=views, **of_page(cut, total))

    def silence(self, organization_id: OrganizationId, silence_id: SilenceId) -> SilenceView:
        """Return a silence; raise NotFoundError (SILENCE_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return SilenceView.of(work.silences.get(silence_id), now=self._clock.now())

    def preview(self, organization_id: OrganizationId, body: PreviewIn) -> list[AlertView]:
        """Return the open alerts that matchers match."""
        matchers = [each.matcher() for each in body.matchers]
        with self._work(organization_id) as work:
            return self._matched(work, matchers)

    def make(self, organization_id: OrganizationId, body: SilenceIn, *, by: Actor) -> SilenceView:
        """Silence alerts; those that fire now are told no more of."""
        silence = self._silence(SilenceId(uuid4()), body, by)
        with self._work(organization_id) as work:
            self._keep(work, silence)
        return SilenceView.of(silence, now=self._clock.now())

    def change(
        self,
        organization_id: OrganizationId,
        silence_id: SilenceId,
        body: SilenceIn,
        *,
        by: Actor,
    ) -> SilenceView:
        """Describe a silence that is not over anew; raise NotFoundError or SilenceOverError."""
        silence = self._silence(silence_id, body, by)
        with self._work(organization_id) as work:
            before = self._lasting(work, silence_id)
            silence = replace(
                silence, created_by=before.created_by, created_by_name=before.created_by_name
            )
            self._keep(work, silence)
        return SilenceView.of(silence, now=self._clock.now())

    def expire(self, organization_id: OrganizationId, silence_id: SilenceId) -> SilenceView:
        """End a silence now; what still fires is told. Raise NotFoundError or SilenceOverError."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            before = self._lasting(work, silence_id)
            over = replace(before, starts_at=min(before.starts_at, now), ends_at=now)
            self._keep(work, over)
        return SilenceView.of(over, now=now)

    def inhibitions(self, organization_id: OrganizationId) -> list[InhibitionView]:
        """Return the inhibition rules."""
        with self._work(organization_id) as work:
            return [InhibitionView.of(each) for each in work.inhibitions.all()]

    def save_inhibition(
        self, organization_id: OrganizationId, inhibition_id: UUID | None, body: InhibitionIn
    ) -> InhibitionView:
        """Make an inhibition rule, or describe one anew."""
        with self._work(organization_id) as work:
            if inhibition_id is not None:
                work.inhibitions.get(inhibition_id)
            inhibition = body.inhibition(inhibition_id or uuid4())
            work.lock()
            work.inhibitions.save(inhibition, at=self._clock.now())
            self._refresh(work)
        return InhibitionView.of(inhibition)

    def remove_inhibition(
        self, organization_id: OrganizationId, inhibition_id: UUID
    ) -> InhibitionView:
        """Delete an inhibition rule; what it kept quiet is told."""
        with self._work(organization_id) as work:
            found = work.inhibitions.get(inhibition_id)
            work.lock()
            work.inhibitions.remove(inhibition_id)
            self._refresh(work)
        return InhibitionView.of(found)

    def windows(self, organization_id: OrganizationId) -> list[WindowView]:
        """Return the maintenance windows."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            return [WindowView.of(each, now=now) for each in work.windows.all()]

    def window(self, organization_id: OrganizationId, window_id: UUID) -> WindowView:
        """Return a window; raise NotFoundError (MAINTENANCE_WINDOW_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return WindowView.of(work.windows.get(window_id), now=self._clock.now())

    def save_window(
        self,
        organization_id: OrganizationId,
        window_id: UUID | None,
        body: WindowIn,
        *,
        by: Actor,
    ) -> WindowView:
        """Make a window, or describe one anew; one that is open now begins at once."""
        now = self._clock.now()
        window = body.window(window_id or uuid4(), by=by.user_id, by_name=by.name)
        with self._work(organization_id) as work:
            if window_id is not None:
                work.windows.get(window_id)
            check_scope(work, window.scope)
            work.lock()
            work.windows.save(window, at=now)
            self._refresh(work)
        return WindowView.of(window, now=now)

    def remove_window(self, organization_id: OrganizationId, window_id: UUID) -> WindowView:
        """Delete a window; one that is open ends at once."""
        with self._work(organization_id) as work:
            found = work.windows.get(window_id)
            work.lock()
            work.windows.remove(window_id)
            self._refresh(work)
        return WindowView.of(found, now=self._clock.now())

    def _silence(self, silence_id: SilenceId, body: SilenceIn, by: Actor) -> Silence:
        try:
            begin, end = body.span(self._clock.now())
        except PydanticCustomError as error:
            field = "ends_at"
            found = {"type": error.type, "loc": ("body", field), "msg": error.message()}
            raise failures.invalid([found]) from error
        return Silence(
            id=silence_id,
            matchers=tuple(each.matcher() for each in body.matchers),
            starts_at=begin,
            ends_at=end,
            until_resolved=body.until_resolved,
            comment=body.comment,
            created_by=by.user_id,
            created_by_name=by.name,
        )

    def _lasting(self, work: Work, silence_id: SilenceId) -> Silence:
        found = work.silences.get(silence_id)
        if found.ends_at <= self._clock.now():
            raise SilenceOverError("The silence is over; make another one")
        return found

    def _keep(self, work: Work, silence: Silence) -> None:
        work.lock()
        work.silences.save(silence, at=self._clock.now())
        self._refresh(work)

    def _refresh(self, work: Work) -> None:
        # a wake-up that comes before the commit finds nothing due; the sweep finds what it missed
        self._wakeups.send(wake_ups(self._quiet.refresh_in(work)), now=self._clock.now())

    def _matched(self, work: Work, matchers: Sequence[Matcher]) -> list[AlertView]:
        alerts = work.alerts.unexplained()
        device_ids = {each.subject.device_id for each in alerts}
        seen = work.devices.seen(each for each in device_ids if each is not None)
        wanted = []
        for alert in alerts:
            found = seen.get(alert.subject.device_id) if alert.subject.device_id else None
            if all_match(matchers, labels_of(alert, found[0] if found else None)):
                wanted.append(alert.id)
        listed = work.alerts.listed_many(wanted)
        return [AlertView.of(listed[alert_id]) for alert_id in wanted]
