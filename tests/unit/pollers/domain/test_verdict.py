from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.verdict import (
    Outcome,
    Rule,
    State,
    Verdict,
    confirmation_s,
    forget,
    judge,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
UP = Outcome(reachable=True)
DOWN = Outcome(reachable=False, reason="icmp timeout")
WEAK = Outcome(reachable=True, degraded=True, reason="snmp timeout")


def after(*outcomes: Outcome, rule: Rule | None = None) -> Verdict:
    verdict = Verdict()
    for number, outcome in enumerate(outcomes):
        verdict = judge(
            verdict, outcome, at=NOON + timedelta(seconds=10 * number), rule=rule or Rule()
        )
    return verdict


def test_one_answer_makes_a_device_up_for_certain() -> None:
    assert (after(UP).state, after(UP).hard) == (State.UP, True)


def test_a_lost_probe_is_a_suspicion_and_the_third_a_certainty() -> None:
    assert [after(UP, *[DOWN] * n).hard for n in (1, 2, 3)] == [False, False, True]
    assert after(UP, DOWN).is_suspect
    assert after(UP, DOWN, DOWN, DOWN).is_down


def test_an_outage_begins_at_its_first_lost_probe() -> None:
    verdict = after(UP, DOWN, DOWN, DOWN, DOWN)
    assert verdict.first_failed_at == NOON + timedelta(seconds=10)
    assert verdict.reason == "icmp timeout"


def test_one_answer_ends_an_outage() -> None:
    verdict = after(DOWN, DOWN, DOWN, UP)
    assert (verdict.state, verdict.hard, verdict.first_failed_at) == (State.UP, True, None)


def test_two_of_five_counts_what_lies_between_answers() -> None:
    rule = Rule(failures=2, window=5)
    assert after(UP, DOWN, UP, UP, DOWN, rule=rule).is_down


def test_a_device_that_pings_but_says_nothing_by_snmp_is_degraded() -> None:
    assert (after(UP, WEAK).state, after(UP, WEAK).hard) == (State.DEGRADED, False)
    assert after(UP, WEAK, WEAK, WEAK).hard


def test_a_weakness_that_becomes_an_outage_begins_anew() -> None:
    verdict = after(WEAK, WEAK, WEAK, DOWN)
    assert (verdict.state, verdict.hard) == (State.DOWN, False)
    assert verdict.first_failed_at == NOON + timedelta(seconds=30)


def test_an_outage_that_ends_in_a_weakness_is_over() -> None:
    verdict = after(DOWN, DOWN, DOWN, WEAK)
    assert (verdict.state, verdict.hard) == (State.DEGRADED, True)
    assert verdict.first_failed_at == NOON + timedelta(seconds=30)


def test_what_is_forgotten_is_unknown() -> None:
    assert forget(after(DOWN, DOWN, DOWN)).state is State.UNKNOWN


def test_a_suspicion_is_checked_after_half_the_interval_or_half_a_minute() -> None:
    assert [confirmation_s(s) for s in (10, 60, 3600)] == [5, 30, 30]


@pytest.mark.parametrize(("failures", "window"), [(0, 3), (4, 3)])
def test_a_rule_that_cannot_be_met_is_refused(failures: int, window: int) -> None:
    with pytest.raises(ValueError, match="failures"):
        Rule(failures, window)


@given(
    st.lists(st.sampled_from([UP, DOWN, WEAK]), min_size=1, max_size=40),
    st.integers(1, 5).flatmap(lambda n: st.builds(Rule, st.just(n), st.integers(n, 8))),
)
def test_the_verdict_never_claims_more_than_its_probes(outcomes: list[Outcome], rule: Rule) -> None:
    verdict = after(*outcomes, rule=rule)
    assert len(verdict.history) <= rule.window
    last = outcomes[-1]
    assert (verdict.state is State.UP) == (last == UP)
    assert (verdict.first_failed_at is None) == (last == UP)
    if verdict.is_down:
        assert outcomes.count(DOWN) >= rule.failures
