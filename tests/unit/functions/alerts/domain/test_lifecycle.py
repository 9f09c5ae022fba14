from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from functions.alerts.domain import handwork as hand
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Actor, Alert, Change, News, Reason, Severity, State
from functions.alerts.domain.external import External
from functions.alerts.domain.ledger import Ledger
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import an_alert, seconds

AMINA = Actor(user_id=None, name="Amina")
HOLD = seconds(300)


def test_without_a_hold_time_an_alert_fires_at_first_sight() -> None:
    change = life.opened(an_alert(), hold=timedelta(0), now=NOON)
    assert (change.alert.state, change.alert.fired_at, change.news) == (
        State.FIRING,
        NOON,
        News.OPENED,
    )


def test_a_breach_shorter_than_the_hold_time_tells_nobody() -> None:
    alert = life.opened(an_alert(), hold=HOLD, now=NOON).alert
    change = life.breached(
        alert, value=95.0, slot_at=NOON + seconds(299), hold=HOLD, now=NOON + seconds(299)
    )
    assert change is not None
    assert (change.alert.state, change.news) == (State.PENDING, None)
    over = life.cleared(change.alert, now=NOON + seconds(299))
    assert over is not None
    assert (over.alert.state, over.news) == (State.RESOLVED, None)


def test_a_queue_that_lags_does_not_make_a_breach_longer() -> None:
    alert = life.opened(an_alert(), hold=HOLD, now=NOON).alert
    change = life.breached(
        alert, value=95.0, slot_at=NOON + seconds(60), hold=HOLD, now=NOON + seconds(900)
    )
    assert change is not None
    assert change.alert.state is State.PENDING


def test_a_breach_held_long_enough_fires_once() -> None:
    alert = life.opened(an_alert(), hold=HOLD, now=NOON).alert
    first = life.elapsed(alert, hold=HOLD, now=NOON + HOLD)
    assert first is not None
    assert first.news is News.OPENED
    assert life.elapsed(first.alert, hold=HOLD, now=NOON + HOLD) is None
    again = life.breached(first.alert, value=95.0, slot_at=NOON, hold=HOLD, now=NOON + HOLD)
    assert again is not None
    assert (again.news, again.transition) == (None, None)


def test_recovery_is_told_only_of_what_was_told() -> None:
    hidden = life.opened(
        an_alert(), hold=timedelta(0), now=NOON, suppressed=Reason.PARENT_DOWN
    ).alert
    over = life.cleared(hidden, now=NOON + HOLD)
    assert over is not None
    assert over.news is None


def test_a_suppressed_alert_that_is_released_is_told_then() -> None:
    hidden = life.opened(
        an_alert(), hold=timedelta(0), now=NOON, suppressed=Reason.PARENT_DOWN
    ).alert
    change = life.released(
        hidden, Reason.PARENT_RETURNED, message="down", hold=timedelta(0), now=NOON + HOLD
    )
    assert change is not None
    assert (change.alert.state, change.alert.message, change.news) == (
        State.FIRING,
        "down",
        News.OPENED,
    )


def test_an_acknowledged_alert_that_was_suppressed_is_acknowledged_again() -> None:
    alert = an_alert(state=State.ACKNOWLEDGED, acknowledged_at=NOON, fired_at=NOON)
    muted = life.suppressed(alert, Reason.PARENT_DOWN, now=NOON)
    assert muted is not None
    assert muted.news is News.CHANGED
    back = life.released(
        muted.alert, Reason.PARENT_RETURNED, message="down", hold=timedelta(0), now=NOON
    )
    assert back is not None
    assert back.alert.state is State.ACKNOWLEDGED


@pytest.mark.parametrize("state", [State.PENDING, State.SUPPRESSED, State.RESOLVED])
def test_only_firing_alerts_are_taken_on(state: State) -> None:
    assert hand.acknowledged(an_alert(state=state), by=AMINA, note="", now=NOON) is None


def test_what_was_resolved_by_hand_stays_quiet_until_it_was_clear() -> None:
    firing = life.opened(an_alert(), hold=timedelta(0), now=NOON).alert
    over = hand.resolved_by_hand(firing, by=AMINA, note="", now=NOON)
    assert over is not None
    assert over.alert.is_quiet
    seen = life.breached(over.alert, value=1.0, slot_at=NOON, hold=timedelta(0), now=NOON)
    assert seen is None
    clear = life.cleared(over.alert, now=NOON)
    assert clear is not None
    assert (clear.alert.is_quiet, clear.transition, clear.news) == (False, None, None)
    assert life.cleared(clear.alert, now=NOON) is None


def test_a_new_severity_is_told_of_what_fired_only() -> None:
    pending = life.regraded(an_alert(), Severity.CRITICAL, now=NOON)
    assert pending is not None
    assert pending.news is None
    firing = life.opened(an_alert(), hold=timedelta(0), now=NOON).alert
    told = life.regraded(firing, Severity.CRITICAL, now=NOON)
    assert told is not None
    assert told.news is News.CHANGED
    assert life.regraded(firing, Severity.WARNING, now=NOON) is None


class AlertLife(RuleBasedStateMachine):
    """Any order of events over one fingerprint: what must hold whatever happens."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOON
        self.ledger = Ledger()
        self.told = 0
        self.recovered = 0
        self.seqs: dict[object, int] = {}

    @initialize(hold=st.sampled_from([0, 60, 300]))
    def begin(self, hold: int) -> None:
        self.hold = seconds(hold)

    @property
    def alert(self) -> Alert | None:
        return self.ledger.find("rule:device:")

    def note(self, change: Change | None) -> None:
        if change is None:
            return
        before = self.seqs.get(change.alert.id, 0)
        if change.transition:
            assert change.alert.seq == before + 1
            assert change.transition.from_state is not State.RESOLVED
        else:
            assert change.alert.seq == before
        self.seqs[change.alert.id] = change.alert.seq
        if change.news is News.OPENED:
            self.told += 1
            assert change.alert.state is State.FIRING
        if change.news is News.RESOLVED:
            self.recovered += 1
            assert change.alert.was_told
        self.ledger.note(change)

    @rule(by=st.integers(1, 400))
    def wait(self, by: int) -> None:
        self.now += seconds(by)

    @rule(hidden=st.booleans())
    @precondition(lambda self: self.alert is None)
    def trouble(self, hidden: bool) -> None:
        fresh = an_alert(began_at=self.now)
        reason = Reason.PARENT_DOWN if hidden else None
        self.note(life.opened(fresh, hold=self.hold, now=self.now, suppressed=reason))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def still(self) -> None:
        assert self.alert is not None
        self.note(
            life.breached(self.alert, value=1.0, slot_at=self.now, hold=self.hold, now=self.now)
        )

    @rule()
    @precondition(lambda self: self.alert is not None)
    def ring(self) -> None:
        assert self.alert is not None
        self.note(life.elapsed(self.alert, hold=self.hold, now=self.now))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def hide(self) -> None:
        assert self.alert is not None
        self.note(life.suppressed(self.alert, Reason.PARENT_DOWN, now=self.now))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def release(self) -> None:
        assert self.alert is not None
        self.note(
            life.released(
                self.alert,
                Reason.PARENT_RETURNED,
                message="down",
                hold=self.hold,
                now=self.now,
            )
        )

    @rule()
    @precondition(lambda self: self.alert is not None)
    def acknowledge(self) -> None:
        assert self.alert is not None
        self.note(hand.acknowledged(self.alert, by=AMINA, note="", now=self.now))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def give_back(self) -> None:
        assert self.alert is not None
        self.note(hand.unacknowledged(self.alert, by=AMINA, now=self.now))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def resolve(self) -> None:
        assert self.alert is not None
        self.note(hand.resolved_by_hand(self.alert, by=AMINA, note="", now=self.now))

    @rule()
    @precondition(lambda self: self.alert is not None)
    def clear(self) -> None:
        assert self.alert is not None
        self.note(life.cleared(self.alert, now=self.now))

    @invariant()
    def every_recovery_has_its_problem(self) -> None:
        is_told = bool(self.alert and self.alert.is_open and self.alert.was_told)
        assert self.told == self.recovered + is_told

    @invariant()
    def states_and_instants_agree(self) -> None:
        alert = self.alert
        if alert is None:
            return
        assert (alert.resolved_at is not None) == (alert.state is State.RESOLVED)
        assert alert.fired_at or alert.state not in (State.FIRING, State.ACKNOWLEDGED)
        assert alert.acknowledged_at is None or alert.state in (
            State.ACKNOWLEDGED,
            State.SUPPRESSED,
            State.RESOLVED,
        )
        assert alert.fired_at is None or alert.fired_at >= alert.began_at

    @invariant()
    def history_has_every_step_once(self) -> None:
        steps = [(step.alert_id, step.seq) for step in self.ledger.transitions]
        assert len(steps) == len(set(steps))


TestAlertLife = AlertLife.TestCase


def test_what_is_over_is_not_told_again_nor_escalated_nor_regraded() -> None:
    over = an_alert(state=State.RESOLVED)
    posted = External(labels={}, annotations={}, ends_at=NOON)
    assert life.told_again(over, posted, began_at=NOON, now=NOON) is None
    assert life.escalated(over, note="", now=NOON) is None
    assert life.regraded(over, Severity.CRITICAL, now=NOON) is None
    firing = an_alert(state=State.FIRING, fired_at=NOON)
    again = life.told_again(firing, posted, began_at=NOON, now=NOON)
    assert again is not None
    assert again.alert.external == posted
    asked = life.escalated(firing, note="step 1", now=NOON)
    assert asked is not None
    assert (asked.news, asked.alert.reason) == (News.ESCALATED, Reason.ESCALATED)


def test_what_suppresses_an_alert_may_give_way_to_something_else() -> None:
    muted = an_alert(state=State.SUPPRESSED, reason=Reason.SILENCED)

    def still(_alert: Alert) -> Reason:
        return Reason.MAINTENANCE

    change = life.released(muted, Reason.SILENCE_ENDED, hold=HOLD, now=NOON, mute_of=still)
    assert change is not None
    assert (change.alert.state, change.alert.reason) == (State.SUPPRESSED, Reason.MAINTENANCE)
    same = life.released(change.alert, Reason.SILENCE_ENDED, hold=HOLD, now=NOON, mute_of=still)
    assert same is None
    assert life.released(an_alert(), Reason.SILENCE_ENDED, hold=HOLD, now=NOON) is None
    early = life.released(muted, Reason.SILENCE_ENDED, hold=HOLD, now=NOON + seconds(1))
    assert early is not None
    assert early.alert.state is State.PENDING
    taken = an_alert(state=State.SUPPRESSED, reason=Reason.SILENCED, acknowledged_at=NOON)
    back = life.released(taken, Reason.SILENCE_ENDED, hold=HOLD, now=NOON)
    assert back is not None
    assert back.alert.state is State.ACKNOWLEDGED
