"""What people do with alerts: look, take on, give back, declare over."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import ConflictError, InvalidError, NetPulseError, NotFoundError
from netpulse.http import Page
from netpulse.ids import AlertId, OrganizationId, UserId

from functions.alerts.domain import handwork as hand
from functions.alerts.domain.alert import Severity, State
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.listing import Comment
from functions.alerts.domain.rulebook import RuleBook
from functions.alerts.models.alerts import (
    AcknowledgeIn,
    AlertView,
    AssignIn,
    BulkAcknowledgeIn,
    BulkItem,
    CommentView,
    HistoryView,
    ItemError,
    PartStatisticsView,
    StatisticsView,
    SummaryView,
)
from functions.alerts.service.pages import of_page
from functions.alerts.service.recording import wake_ups

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from netpulse.clock import Clock

    from functions.alerts.domain.alert import Actor, Alert, Change
    from functions.alerts.domain.listing import AlertFilter, Cut, Part, StatisticsFilter
    from functions.alerts.ports import OpenWork, Wakeups, Work
    from functions.alerts.service.recording import Recorder


class AlertAlreadyResolvedError(ConflictError):
    """The alert is over: nothing can be done with it."""

    code = "ALERT_ALREADY_RESOLVED"


class AlertNotFiringError(ConflictError):
    """Nobody was told of the alert yet, so nobody can take it on."""

    code = "ALERT_NOT_FIRING"


class AlertNotAcknowledgedError(ConflictError):
    """Nobody took the alert on, so nobody can give it back."""

    code = "ALERT_NOT_ACKNOWLEDGED"


class AlertDesk:
    """An organisation's alerts, as its people see and handle them."""

    def __init__(self, work: OpenWork, recorder: Recorder, wakeups: Wakeups, clock: Clock) -> None:
        self._work = work
        self._recorder = recorder
        self._wakeups = wakeups
        self._clock = clock

    def now(self) -> datetime:
        """Return the instant that missing ones are counted back from."""
        return self._clock.now()

    def page(
        self, organization_id: OrganizationId, which: AlertFilter, cut: Cut
    ) -> Page[AlertView]:
        """Return one page of alerts."""
        with self._work(organization_id) as work:
            listed, total = work.alerts.page(which, cut)
        return Page[AlertView](items=list(map(AlertView.of, listed)), **of_page(cut, total))

    def get(self, organization_id: OrganizationId, alert_id: AlertId) -> AlertView:
        """Return an alert; raise NotFoundError (ALERT_NOT_FOUND)."""
        with self._work(organization_id) as work:
            return AlertView.of(work.alerts.listed(alert_id))

    def history(
        self, organization_id: OrganizationId, alert_id: AlertId, *, after: int, limit: int
    ) -> tuple[list[HistoryView], int | None]:
        """Return an alert's steps after a seq, and the seq to go on from if there are more."""
        with self._work(organization_id) as work:
            alert = work.alerts.listed(alert_id).alert
            entries = work.alerts.history(alert, after=after, limit=limit + 1)
        views = [HistoryView.of(each) for each in entries[:limit]]
        return views, views[-1].seq if len(entries) > limit else None

    def summary(self, organization_id: OrganizationId) -> SummaryView:
        """Return how many alerts are open."""
        severities: Counter[Severity] = Counter()
        states: Counter[State] = Counter()
        with self._work(organization_id) as work:
            for each in work.alerts.counts():
                states[each.state] += each.count
                if each.state is not State.PENDING:
                    severities[each.severity] += each.count
        return SummaryView(
            open=severities.total(),
            critical=severities[Severity.CRITICAL],
            unacknowledged=states[State.FIRING],
            by_severity={each: severities[each] for each in Severity},
            by_state={each: states[each] for each in State if each is not State.RESOLVED},
        )

    def statistics(
        self, organization_id: OrganizationId, which: StatisticsFilter
    ) -> StatisticsView:
        """Return how often there was trouble and how long it took."""
        with self._work(organization_id) as work:
            found = work.alerts.statistics(which)
        return StatisticsView(since=which.since, until=which.until, **asdict(found))

    def part_statistics(
        self,
        organization_id: OrganizationId,
        which: StatisticsFilter,
        by: Part,
        *,
        zone: str,
        limit: int,
    ) -> list[PartStatisticsView]:
        """Return the figures of each part: periods in time, others those of most alerts first."""
        with self._work(organization_id) as work:
            found = work.alerts.part_statistics(which, by, zone=zone, limit=limit)
        return [PartStatisticsView.of(each) for each in found]

    def acknowledge(
        self, organization_id: OrganizationId, alert_id: AlertId, body: AcknowledgeIn, *, by: Actor
    ) -> AlertView:
        """Take an alert on; one that is acknowledged already stays as it is."""
        refuse_the_past(body.until, self._clock.now())
        return self._change(organization_id, alert_id, lambda each: self._taken(each, by, body))

    def assign(
        self, organization_id: OrganizationId, alert_id: AlertId, body: AssignIn, *, by: Actor
    ) -> AlertView:
        """Make an alert somebody's; raise NotFoundError (USER_NOT_FOUND)."""
        to = UserId(body.user_id) if body.user_id else None

        def given(alert: Alert) -> Change | None:
            _refuse_resolved(alert)
            return hand.assigned(alert, to, by=by, note=body.note, now=self._clock.now())

        with self._work(organization_id) as work:
            refuse_stranger(work, to)
        return self._change(organization_id, alert_id, given)

    def comment(
        self, organization_id: OrganizationId, alert_id: AlertId, text: str, *, by: Actor
    ) -> CommentView:
        """Keep what somebody has to say about an alert, over or not."""
        comment = Comment(
            id=uuid4(),
            alert_id=alert_id,
            at=self._clock.now(),
            text=text,
            author_id=by.user_id,
            author_name=by.name,
        )
        with self._work(organization_id) as work:
            work.alerts.listed(alert_id)
            work.alerts.comment(comment)
        return CommentView.of(comment)

    def comments(self, organization_id: OrganizationId, alert_id: AlertId) -> list[CommentView]:
        """Return what was said about an alert, oldest first."""
        with self._work(organization_id) as work:
            work.alerts.listed(alert_id)
            return [CommentView.of(each) for each in work.alerts.comments(alert_id)]

    def acknowledge_many(
        self, organization_id: OrganizationId, body: BulkAcknowledgeIn, *, by: Actor
    ) -> list[BulkItem]:
        """Take many alerts on; say of each what became of it."""
        refuse_the_past(body.until, self._clock.now())
        wanted = [AlertId(each) for each in dict.fromkeys(body.alert_ids)]
        failed: dict[AlertId, NetPulseError] = {}
        with self._work(organization_id) as work:
            work.lock()
            found = work.alerts.some(wanted)
            ledger = Ledger(found.values())
            for alert_id in wanted:
                try:
                    if alert_id not in found:
                        raise NotFoundError.of("alert", alert_id)
                    ledger.note(self._taken(found[alert_id], by, body))
                except NetPulseError as error:
                    failed[alert_id] = error
            timers = self._recorder.ledger(work, ledger, RuleBook(()))
            views = {
                alert_id: AlertView.of(listed)
                for alert_id, listed in work.alerts.listed_many(found.keys() - failed).items()
            }
        self._wakeups.send(wake_ups(timers), now=self._clock.now())
        return [_item(each, views.get(each), failed.get(each)) for each in wanted]

    def unacknowledge(
        self, organization_id: OrganizationId, alert_id: AlertId, *, by: Actor
    ) -> AlertView:
        """Give an alert back: it fires again."""

        def given_back(alert: Alert) -> Change | None:
            _refuse_resolved(alert)
            change = hand.unacknowledged(alert, by=by, now=self._clock.now())
            if change is None:
                raise AlertNotAcknowledgedError("The alert is not acknowledged")
            return change

        return self._change(organization_id, alert_id, given_back)

    def resolve(
        self, organization_id: OrganizationId, alert_id: AlertId, *, by: Actor, note: str
    ) -> AlertView:
        """Declare an alert over; it stays quiet until its trouble was gone once."""

        def declared(alert: Alert) -> Change | None:
            _refuse_resolved(alert)
            return hand.resolved_by_hand(alert, by=by, note=note, now=self._clock.now())

        return self._change(organization_id, alert_id, declared)

    def _taken(self, alert: Alert, by: Actor, body: AcknowledgeIn) -> Change | None:
        _refuse_resolved(alert)
        if alert.state in (State.PENDING, State.SUPPRESSED):
            raise AlertNotFiringError(
                f"The alert is {alert.state}", details={"state": alert.state.value}
            )
        return hand.acknowledged(
            alert,
            by=by,
            note=body.note,
            now=self._clock.now(),
            until=body.until,
            until_worse=body.until_worse,
        )

    def _change(
        self,
        organization_id: OrganizationId,
        alert_id: AlertId,
        change: Callable[[Alert], Change | None],
    ) -> AlertView:
        with self._work(organization_id) as work:
            work.lock()
            alert = work.alerts.listed(alert_id).alert
            ledger = Ledger([alert])
            ledger.note(change(alert))
            timers = self._recorder.ledger(work, ledger, RuleBook(()))
            view = AlertView.of(work.alerts.listed(alert_id))
        self._wakeups.send(wake_ups(timers), now=self._clock.now())
        return view


def refuse_the_past(until: datetime | None, now: datetime) -> None:
    """Refuse an end that lies behind us; raise InvalidError."""
    if until is not None and until <= now:
        wrong = {"field": "until", "code": "INVALID_INPUT", "message": "It lies behind us"}
        raise InvalidError("Not accepted: until", details={"fields": [wrong]})


def refuse_stranger(work: Work, user_id: UserId | None) -> None:
    """Refuse somebody who is no member of the organisation; raise NotFoundError."""
    if user_id is not None and not work.alerts.is_member(user_id):
        raise NotFoundError.of("user", user_id)


def _refuse_resolved(alert: Alert) -> None:
    if not alert.is_open:
        raise AlertAlreadyResolvedError(
            "The alert is resolved", details={"alert_id": str(alert.id)}
        )


def _item(alert_id: AlertId, view: AlertView | None, error: NetPulseError | None) -> BulkItem:
    if error is not None:
        failure = ItemError(code=error.code, message=error.message)
        return BulkItem(alert_id=alert_id, success=False, error=failure)
    return BulkItem(alert_id=alert_id, success=True, alert=view)
