from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.ids import RuleId

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.anomaly import Direction, Learner, Sensitivity, Unusual
from functions.alerts.domain.baseline import Usual
from functions.alerts.domain.hour import HOUR, Hour
from functions.alerts.domain.replay import Replay
from functions.alerts.domain.rule import Kind, Rule
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_device

if TYPE_CHECKING:
    from datetime import datetime

    from functions.alerts.domain.replay import Episode

MINUTE = timedelta(minutes=1)
USUAL = Usual(expected=50.0, above=10.0, below=5.0, hours=500)


def a_rule(**given: Any) -> Rule:
    terms = {key: given.pop(key) for key in list(given) if key in Unusual.__dataclass_fields__}
    plain: dict[str, Any] = {
        "id": RuleId(uuid4()),
        "name": "Unusual",
        "kind": Kind.ANOMALY,
        "severity": Severity.WARNING,
        "metric": "cpu_usage",
        "unusual": Unusual(**terms),
    }
    return Rule(**{**plain, **given})


def replayed(rule: Rule, *values: float, usual: Usual | None = USUAL) -> list[Episode]:
    samples = [(NOON + n * MINUTE, "", value) for n, value in enumerate(values)]
    return Replay(rule, a_device("core")).values(samples, lambda *_: usual)


@pytest.mark.parametrize(
    ("sensitivity", "upper"),
    [(Sensitivity.LOW, 66.0), (Sensitivity.MEDIUM, 62.0), (Sensitivity.HIGH, 60.0)],
)
def test_the_band_is_as_wide_as_the_sensitivity_says(
    sensitivity: Sensitivity, upper: float
) -> None:
    band = Unusual(sensitivity=sensitivity).band(USUAL)
    assert (band.expected, band.upper) == (50.0, upper)
    assert band.lower == 50 - (upper - 50) / 2


def test_the_band_is_never_narrower_than_the_least_deviation() -> None:
    band = Unusual(least_deviation=11.0).band(USUAL)
    assert (band.lower, band.upper) == (39.0, 62.0)


@pytest.mark.parametrize(
    ("direction", "above", "below"),
    [(Direction.ABOVE, 2.0, 0.0), (Direction.BELOW, 0.0, 2.0), (Direction.BOTH, 2.0, 2.0)],
)
def test_only_the_side_that_counts_is_strange(
    direction: Direction, above: float, below: float
) -> None:
    terms = Unusual(direction=direction)
    band = terms.band(USUAL)
    assert terms.strangeness(74.0, band) == pytest.approx(above)
    assert terms.strangeness(38.0, band) == pytest.approx(below)


def test_a_value_beyond_the_band_fires_and_one_well_within_it_ends_the_alert() -> None:
    (alert,) = replayed(a_rule(), 50, 63, 61, 59, 50)
    assert (alert.fired_at, alert.resolved_at) == (NOON + MINUTE, NOON + 3 * MINUTE)
    assert alert.message == (
        "core (198.51.100.5): CPU is 63 %, expected 50 %, usual are 44 % to 62 %"
    )


def test_values_hold_count_and_last_as_they_do_for_a_threshold() -> None:
    assert replayed(a_rule(hold=2 * MINUTE), 63, 63, 50) == []
    assert len(replayed(a_rule(hold=2 * MINUTE), 63, 63, 63)) == 1
    assert replayed(a_rule(breaches=2, of_last=3), 63, 50, 50, 63) == []
    assert len(replayed(a_rule(breaches=2, of_last=3), 63, 50, 63)) == 1
    (alert,) = replayed(a_rule(clears=2), 63, 50, 63, 50, 50)
    assert alert.resolved_at == NOON + 4 * MINUTE
    (alert,) = replayed(a_rule(keep_firing=3 * MINUTE), 63, 50, 50, 50, 50)
    assert alert.resolved_at == NOON + 3 * MINUTE


def test_nothing_is_unusual_before_enough_was_learnt() -> None:
    young = Usual(expected=50.0, above=10.0, below=5.0, hours=167)
    assert replayed(a_rule(), 99, usual=young) == []
    assert len(replayed(a_rule(history=timedelta(days=1)), 99, usual=young)) == 1
    assert replayed(a_rule(), 99, usual=None) == []
    assert Replay(a_rule(), a_device("core")).values([(NOON, "", 99.0)]) == []


def test_a_value_that_is_no_number_says_nothing() -> None:
    assert replayed(a_rule(), float("nan")) == []
    (alert,) = replayed(a_rule(), 99, float("nan"))
    assert alert.resolved_at is None


def test_an_alert_ends_when_nobody_knows_any_more_what_is_usual() -> None:
    known: list[Usual | None] = [USUAL, None]
    samples = [(NOON, "", 99.0), (NOON + MINUTE, "", 99.0)]
    (alert,) = Replay(a_rule(), a_device("core")).values(samples, lambda *_: known.pop(0))
    assert alert.resolved_at == NOON + MINUTE


def test_a_new_level_is_told_once_and_over_when_it_is_usual() -> None:
    def value(at: datetime) -> float:
        return (20.0 if at < NOON + 14 * 24 * HOUR else 70.0) + at.hour / 24

    slots = [NOON + n * 5 * MINUTE for n in range(17 * 24 * 12)]
    hours = [
        Hour(at, value(at), value(at), value(at) + 1)
        for at in (NOON + n * HOUR for n in range(17 * 24))
    ]
    learner = Learner(hours, UTC)
    (alert,) = Replay(a_rule(), a_device("core")).values(
        [(at, "", value(at)) for at in slots], lambda _d, _m, _e, at: learner.usual(at)
    )
    assert alert.fired_at == NOON + 14 * 24 * HOUR
    assert alert.resolved_at is not None
    assert 20 * HOUR < alert.resolved_at - alert.fired_at < 36 * HOUR
