from __future__ import annotations

from dataclasses import replace
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
    judge,
    worth_keeping,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
UP = Outcome(reachable=True)
DOWN = Outcome(reachable=False, reason="icmp timeout")
WEAK = Outcome(reachable=True, degraded=True, reason="snmp timeout")
OUTCOMES = st.lists(st.sampled_from([UP, DOWN, WEAK]), min_size=1, max_size=40)
RULES = st.integers(1, 5).flatmap(lambda n: st.builds(Rule, st.just(n), st.integers(n, 8)))


def moment(number: int) -> datetime:
    return NOON + timedelta(seconds=10 * number)


def after(*outcomes: Outcome, rule: Rule | None = None) -> Verdict:
    verdict = Verdict()
    for number, outcome in enumerate(outcomes):
        verdict = judge(verdict, outcome, at=moment(number), rule=rule or Rule())
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


def test_a_suspicion_is_checked_after_half_the_interval_or_half_a_minute() -> None:
    assert [confirmation_s(s) for s in (10, 60, 3600)] == [5, 30, 30]


@pytest.mark.parametrize(("failures", "window"), [(0, 3), (4, 3)])
def test_a_rule_that_cannot_be_met_is_refused(failures: int, window: int) -> None:
    with pytest.raises(ValueError, match="failures"):
        Rule(failures, window)


@given(OUTCOMES, RULES)
def test_the_verdict_never_claims_more_than_its_probes(outcomes: list[Outcome], rule: Rule) -> None:
    verdict = after(*outcomes, rule=rule)
    assert len(verdict.history) <= rule.window
    last = outcomes[-1]
    assert (verdict.state is State.UP) == (last == UP)
    assert (verdict.first_failed_at is None) == (last == UP)
    if verdict.is_down:
        assert outcomes.count(DOWN) >= rule.failures


def test_a_window_wider_than_its_failures_dates_an_outage_from_the_first_that_counts() -> None:
    rule = Rule(failures=3, window=5)
    verdict = after(UP, DOWN, UP, DOWN, DOWN, rule=rule)
    assert verdict.is_down
    assert verdict.first_failed_at == NOON + timedelta(seconds=10)


def test_a_failure_that_leaves_the_window_in_time_is_no_part_of_the_outage() -> None:
    rule = Rule(failures=3, window=4)
    verdict = after(DOWN, UP, UP, DOWN, DOWN, DOWN, rule=rule)
    assert verdict.is_down
    assert verdict.first_failed_at == NOON + timedelta(seconds=30)


def test_a_suspicion_and_its_confirmation_tell_the_same_beginning() -> None:
    rule = Rule(failures=2, window=4)
    soft, hard = after(UP, DOWN, rule=rule), after(UP, DOWN, UP, DOWN, rule=rule)
    assert (soft.hard, hard.hard) == (False, True)
    assert soft.first_failed_at == hard.first_failed_at


def test_an_outage_that_ended_lends_no_failure_to_the_next() -> None:
    rule = Rule(failures=2, window=5)
    verdict = after(DOWN, DOWN, UP, DOWN, rule=rule)
    assert (verdict.is_down, verdict.first_failed_at) == (False, NOON + timedelta(seconds=30))


@given(OUTCOMES, RULES)
def test_an_outage_dates_from_the_first_failure_of_the_window_that_made_it_hard(
    outcomes: list[Outcome], rule: Rule
) -> None:
    verdict, since = Verdict(), 0
    for number, outcome in enumerate(outcomes):
        before = verdict
        verdict = judge(verdict, outcome, at=moment(number), rule=rule)
        # an end takes its probes with it, that of a weakness as well as that of an outage
        was_bad = before.hard and before.state is not State.UP
        if was_bad and verdict.state not in (State.DOWN, before.state):
            since = number
        if before.is_down and verdict.is_down:
            assert verdict.first_failed_at == before.first_failed_at
        elif verdict.is_down:
            window = range(max(since, number - rule.window + 1), number + 1)
            lost = [n for n in window if outcomes[n] == DOWN]
            assert len(lost) >= rule.failures
            assert verdict.first_failed_at == moment(lost[0])


@given(OUTCOMES, RULES)
def test_no_two_outages_overlap(outcomes: list[Outcome], rule: Rule) -> None:
    verdict, ended = Verdict(), moment(-1)
    for number, outcome in enumerate(outcomes):
        before = verdict
        verdict = judge(verdict, outcome, at=moment(number), rule=rule)
        if before.is_down and not verdict.is_down:
            ended = moment(number)
        if verdict.is_down:
            assert verdict.first_failed_at is not None
            assert verdict.first_failed_at > ended or before.is_down


@given(OUTCOMES, st.integers(1, 5))
def test_n_of_n_finds_no_answer_between_an_outages_beginning_and_now(
    outcomes: list[Outcome], failures: int
) -> None:
    rule = Rule(failures, failures)
    verdict = after(*outcomes, rule=rule)
    if verdict.is_down:
        assert verdict.first_failed_at is not None
        first = (verdict.first_failed_at - NOON) // timedelta(seconds=10)
        assert all(outcome == DOWN for outcome in outcomes[first:])


@given(OUTCOMES, RULES)
def test_n_lost_in_a_row_are_always_an_outage_and_one_answer_always_its_end(
    outcomes: list[Outcome], rule: Rule
) -> None:
    assert after(*outcomes, *[DOWN] * rule.failures, rule=rule).is_down
    assert after(*outcomes, UP, rule=rule).state is State.UP


@given(OUTCOMES, RULES)
def test_what_is_worth_keeping_is_all_that_the_next_judgement_needs(
    outcomes: list[Outcome], rule: Rule
) -> None:
    """Two verdicts that are kept alike go on alike: good probes before a failure are as none."""
    verdict = Verdict()
    for number, outcome in enumerate(outcomes):
        verdict = judge(verdict, outcome, at=moment(number), rule=rule)
    states = list(verdict.history)
    while states and states[0].state is State.UP:
        states.pop(0)
    handed = replace(verdict, history=tuple(states))
    assert worth_keeping(handed) == worth_keeping(verdict)
    for number, outcome in enumerate([DOWN, DOWN, UP, WEAK, DOWN], start=len(outcomes)):
        verdict = judge(verdict, outcome, at=moment(number), rule=rule)
        handed = judge(handed, outcome, at=moment(number), rule=rule)
        assert worth_keeping(handed) == worth_keeping(verdict)


def test_a_device_that_stays_as_it_is_is_kept_once() -> None:
    kept = {worth_keeping(after(*[UP] * count)) for count in range(1, 6)}
    assert len(kept) == 1
