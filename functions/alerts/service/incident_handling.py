"""What people do with incidents: take on, give back, give to somebody, speak of, declare over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import ConflictError
from netpulse.events import IncidentChanged, IncidentResolved
from netpulse.ids import UserId
from netpulse.observability import logger

from functions.alerts.domain import handling
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import TimelineEntry
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.models.incidents import IncidentCommentView, IncidentView
from functions.alerts.service.desk import refuse_stranger, refuse_the_past
from functions.alerts.service.incidents import said
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpulse.clock import Clock
    from netpulse.ids import IncidentId, OrganizationId

    from functions.alerts.domain.alert import Actor
    from functions.alerts.domain.handling import Handled
    from functions.alerts.domain.incident import Incident
    from functions.alerts.models.alerts import AcknowledgeIn, AssignIn
    from functions.alerts.ports import OpenWork, Wakeups
    from functions.alerts.service.recording import Recorder


class IncidentAlreadyResolvedError(ConflictError):
    """The incident is over: nothing can be done with it."""

    code = "INCIDENT_ALREADY_RESOLVED"


class IncidentNotAcknowledgedError(ConflictError):
    """Nobody took the incident on, so nobody can give it back."""

    code = "INCIDENT_NOT_ACKNOWLEDGED"


class IncidentHandling:
    """An organisation's incidents, as its people handle them: each step goes for all its alerts."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def acknowledge(
        self,
        organization_id: OrganizationId,
        incident_id: IncidentId,
        body: AcknowledgeIn,
        *,
        by: Actor,
    ) -> IncidentView:
        """Take an incident on with its alerts; again, with what fires of it since."""
        now = self._clock.now()
        refuse_the_past(body.until, now)
        return self._handle(
            organization_id,
            incident_id,
            lambda each: handling.acknowledged(
                each,
                by=by,
                note=body.note,
                now=now,
                until=body.until,
                until_worse=body.until_worse,
            ),
        )

    def unacknowledge(
        self, organization_id: OrganizationId, incident_id: IncidentId, *, by: Actor
    ) -> IncidentView:
        """Give an incident back: its alerts fire again."""
        now = self._clock.now()

        def given_back(incident: Incident) -> Handled:
            if not incident.is_acknowledged(now):
                raise IncidentNotAcknowledgedError("The incident is not acknowledged")
            return handling.given_back(incident, by=by, now=now)

        return self._handle(organization_id, incident_id, given_back)

    def assign(
        self, organization_id: OrganizationId, incident_id: IncidentId, body: AssignIn, *, by: Actor
    ) -> IncidentView:
        """Make an incident somebody's, with its alerts; raise NotFoundError (USER_NOT_FOUND)."""
        to, now = UserId(body.user_id) if body.user_id else None, self._clock.now()
        with self._work(organization_id) as work:
            refuse_stranger(work, to)
        return self._handle(
            organization_id,
            incident_id,
            lambda each: handling.assigned(each, to, by=by, note=body.note, now=now),
        )

    def resolve(
        self, organization_id: OrganizationId, incident_id: IncidentId, *, by: Actor, note: str
    ) -> IncidentView:
        """Declare an incident over; its alerts stay quiet until their trouble was gone once."""
        now = self._clock.now()
        return self._handle(
            organization_id,
            incident_id,
            lambda each: handling.resolved(each, by=by, note=note, now=now),
        )

    def comment(
        self, organization_id: OrganizationId, incident_id: IncidentId, text: str, *, by: Actor
    ) -> IncidentCommentView:
        """Keep what somebody has to say about an incident, over or not; raise NotFoundError."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            incident = work.incidents.get(incident_id).incident
            entry = handling.comment(incident, text, by=by, now=now)
            work.incidents.comment(entry)
        return IncidentCommentView.of(
            TimelineEntry(
                at=now, kind=entry.kind, text=text, actor_id=by.user_id, actor_name=by.name
            )
        )

    def comments(
        self, organization_id: OrganizationId, incident_id: IncidentId
    ) -> list[IncidentCommentView]:
        """Return what was said about an incident, oldest first; raise NotFoundError."""
        with self._work(organization_id) as work:
            work.incidents.get(incident_id)
            return [IncidentCommentView.of(each) for each in work.incidents.comments(incident_id)]

    def _handle(
        self,
        organization_id: OrganizationId,
        incident_id: IncidentId,
        done: Callable[[Incident], Handled],
    ) -> IncidentView:
        now = self._clock.now()
        with self._work(organization_id) as work:
            work.lock()
            incident = work.incidents.get(incident_id).incident
            if not incident.is_open:
                raise IncidentAlreadyResolvedError(
                    "The incident is resolved", details={"incident_id": str(incident_id)}
                )
            handled = done(incident)
            alerts = work.alerts.open_of_incident(incident_id)
            ledger = Ledger(alerts)
            for alert in alerts:
                ledger.note(handled.change(alert))
            timers = self._recorder.ledger(work, ledger, RuleBook(()))
            after = handled.incident
            work.incidents.handle(after, handled.entry)
            if after.is_open:
                work.outbox.add(IncidentChanged(**said(after)))
            else:
                work.outbox.add(IncidentResolved(**said(after), resolved_at=now))
            view = IncidentView.of(work.incidents.get(incident_id), now=now)
        self._wakeups.send(wake_ups(timers), now=now)
        logger.info(
            "incident handled",
            extra={
                "incident_id": str(incident_id),
                "done": handled.entry.kind,
                "alerts": len(ledger.history),
            },
        )
        return view
