from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from netpulse.ids import IncidentId, UserId

from functions.alerts.domain import handling
from functions.alerts.domain import handwork as hand
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Actor, Alert, News, Reason, Severity, State
from functions.alerts.domain.incident import Incident, IncidentReason
from functions.alerts.domain.promise import Promise, most_pressing
from functions.alerts.domain.service_level import Aim, ServiceLevel
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import an_alert

AMINA = Actor(user_id=UserId(uuid4()), name="Amina")
MINUTE = timedelta(minutes=1)


def a_firing_one(**given: object) -> Alert:
    fresh = an_alert(last_slot_at=NOON, severity=Severity.WARNING)
    return replace(life.opened(fresh, hold=life.NO_HOLD, now=NOON).alert, **given)  # type: ignore[arg-type]


def a_folded_one() -> Alert:
    fresh = an_alert(last_slot_at=NOON, severity=Severity.WARNING)
    folded = life.opened(fresh, hold=life.NO_HOLD, now=NOON, suppressed=Reason.PARENT_DOWN)
    return folded.alert


def an_over_one() -> Alert:
    over = life.cleared(a_firing_one(), now=NOON)
    assert over
    return over.alert


def an_incident(**given: object) -> Incident:
    plain = Incident(
        id=IncidentId(uuid4()),
        root_device_id=None,
        title="core is down",
        severity=Severity.CRITICAL,
        reason=IncidentReason.ROOT_DOWN,
        began_at=NOON,
    )
    return replace(plain, **given)  # type: ignore[arg-type]


def test_only_what_is_muted_and_nobodys_is_taken_on_with_its_incident() -> None:
    taken = hand.covered(a_folded_one(), by=AMINA, note="mine", now=NOON)
    assert taken
    assert taken.transition
    assert (taken.alert.state, taken.alert.reason) == (State.SUPPRESSED, Reason.PARENT_DOWN)
    assert (taken.transition.reason, taken.news) == (Reason.ACKNOWLEDGED, None)
    for other in (taken.alert, a_firing_one(), an_over_one()):
        assert hand.covered(other, by=AMINA, note="", now=NOON) is None


def test_what_was_taken_on_untold_is_told_once_nobody_is_on_it() -> None:
    taken = hand.covered(a_folded_one(), by=AMINA, note="", now=NOON)
    assert taken
    free = life.released(taken.alert, Reason.PARENT_RETURNED, hold=life.NO_HOLD, now=NOON)
    assert free
    assert (free.alert.state, free.alert.was_told) == (State.ACKNOWLEDGED, False)
    back = hand.unacknowledged(free.alert, now=NOON + MINUTE)
    assert back
    assert (back.alert.state, back.alert.fired_at, back.news) == (
        State.FIRING,
        NOON + MINUTE,
        News.OPENED,
    )


@pytest.mark.parametrize("is_folded", [True, False])
def test_what_was_taken_on_until_worse_is_nobodys_once_it_is(*, is_folded: bool) -> None:
    taken = hand.covered(a_folded_one(), by=AMINA, note="", now=NOON, until_worse=True)
    assert taken
    alert = taken.alert
    if not is_folded:
        free = life.released(alert, Reason.PARENT_RETURNED, hold=life.NO_HOLD, now=NOON)
        assert free
        alert = free.alert
    worse = life.regraded(alert, Severity.CRITICAL, now=NOON)
    assert worse
    assert worse.alert.acknowledged_at is None
    if is_folded:
        assert (worse.alert.reason, worse.news) == (Reason.PARENT_DOWN, None)
    else:
        assert (worse.alert.reason, worse.news) == (Reason.GREW_WORSE, News.OPENED)


def test_what_is_over_is_neither_given_nor_given_back_nor_warned_of() -> None:
    over = an_over_one()
    assert hand.assigned(over, AMINA.user_id, by=AMINA, note="", now=NOON) is None
    assert hand.unacknowledged(over, now=NOON) is None
    assert hand.resolved_by_hand(over, by=AMINA, note="", now=NOON) is None
    assert life.warned(over, note="late", now=NOON) is None
    assert hand.assigned(a_firing_one(), None, by=AMINA, note="", now=NOON) is None


def test_nobody_is_reminded_of_what_is_muted() -> None:
    muted = life.suppressed(a_firing_one(), Reason.SILENCED, now=NOON)
    assert muted
    warned = life.warned(muted.alert, note="late", now=NOON)
    assert warned
    assert warned.transition
    assert (warned.news, warned.transition.reason) == (None, Reason.SERVICE_LEVEL)


def test_an_alert_lives_between_a_day_before_it_began_and_one_after_its_end() -> None:
    day = timedelta(days=1)
    assert a_firing_one().lifetime == (NOON - day, None)
    assert an_over_one().lifetime == (NOON - day, NOON + day)


def test_an_incident_covers_what_is_folded_into_it_while_somebody_is_on_it() -> None:
    folded = a_folded_one()
    assert handling.covers(an_incident(), folded, now=NOON) is None
    taken = handling.acknowledged(
        an_incident(), by=AMINA, note="mine", now=NOON, until=NOON + MINUTE
    )
    covered = handling.covers(taken.incident, folded, now=NOON)
    assert covered
    assert (covered.alert.acknowledged_by, covered.alert.acknowledged_until) == (
        AMINA.user_id,
        NOON + MINUTE,
    )
    assert handling.covers(taken.incident, folded, now=NOON + MINUTE) is None


def a_promise(alert: Alert, **given: object) -> Promise:
    level = ServiceLevel(
        id=uuid4(), name="Gold", respond_within=20 * MINUTE, restore_within=60 * MINUTE
    )
    plain = Promise(alert_id=alert.id, level=level, running_since=NOON)
    return replace(plain, **given)  # type: ignore[arg-type]


def test_a_promise_for_what_is_over_changes_no_more() -> None:
    over = an_over_one()
    kept = a_promise(over).following(over, NOON + 10 * MINUTE)
    assert (kept.ended_at, kept.response, kept.spent) == (
        NOON + 10 * MINUTE,
        10 * MINUTE,
        10 * MINUTE,
    )
    assert kept.following(over, NOON + 90 * MINUTE) is kept
    assert kept.next_warning_at(NOON + 90 * MINUTE) is None
    assert kept.is_late(Aim.RESTORE, NOON + 90 * MINUTE) is False


def test_the_promise_that_is_closest_to_be_broken_presses_most() -> None:
    alert = a_firing_one()
    fresh, late = a_promise(alert), a_promise(alert, running_since=NOON - 30 * MINUTE)
    over = a_promise(alert, running_since=None, spent=timedelta(days=1), ended_at=NOON)
    assert most_pressing([fresh, late, over], NOON) is late
    assert most_pressing([over], NOON) is over
    assert most_pressing([], NOON) is None
