from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from functions.alerts.domain import flapping
from functions.alerts.domain import lifecycle as life
from functions.alerts.domain.alert import Reason, State
from functions.alerts.domain.flaps import Recollection
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.memory import NOTHING
from functions.alerts.domain.rule import fingerprint
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    Network,
    a_device,
    a_down_rule,
    a_threshold,
    an_alert,
    down,
    up,
)

MINUTE = timedelta(minutes=1)
CORE = a_device("core")


def test_changes_weigh_as_in_icinga() -> None:
    assert flapping.percent("1" * 20) == pytest.approx(99.0)
    assert flapping.percent("") == 0.0
    # the slots with weights .84 .86 .88 .90 .98 1.06 1.12 1.18
    slots = {2, 3, 4, 5, 9, 13, 16, 19}
    ring = "".join("1" if n in slots else "0" for n in range(20))
    assert flapping.percent(ring) == pytest.approx(39.1)


def test_flapping_begins_above_one_threshold_and_ends_at_another() -> None:
    ring = "0" * 14 + "111111"
    assert flapping.percent(ring) == pytest.approx(33.9)
    assert flapping.is_flapping(ring, was_flapping=False)
    ring = "1" * 6 + "0" * 14
    assert flapping.percent(ring) == pytest.approx(25.5)
    assert flapping.is_flapping(ring, was_flapping=True)
    assert not flapping.is_flapping(ring, was_flapping=False)


def test_what_does_not_change_is_not_remembered() -> None:
    ring = flapping.after_look("", changed=True)
    for _ in range(19):
        ring = flapping.after_look(ring, changed=False)
        assert ring
    assert flapping.after_look(ring, changed=False) == ""


def told(network: Network) -> list[str]:
    return [f"{alert.alert_type} {alert.severity.value}" for alert in network.opened]


def test_a_value_that_comes_and_goes_is_told_once_as_flapping_and_not_again_until_it_stops() -> (
    None
):
    network = Network(CORE, rules=(a_threshold(),))
    values = [95, 10] * 12
    for minute, value in enumerate(values):
        at = NOON + minute * MINUTE
        network.assess(at, up(CORE, at, cpu_usage=value))
    assert told(network).count("flapping warning") == 1
    before = len(network.opened)
    assert before < 6
    # it stays bad: it stops flapping, and is told then
    for minute in range(24, 44):
        at = NOON + minute * MINUTE
        network.assess(at, up(CORE, at, cpu_usage=95.0))
    assert told(network)[before:] == ["threshold warning"]
    states = {alert.alert_type: alert.state for alert in network.alerts.values() if alert.is_open}
    assert states == {"threshold": "firing"}
    for minute in range(44, 66):
        at = NOON + minute * MINUTE
        network.assess(at, up(CORE, at, cpu_usage=10.0))
    assert not [alert for alert in network.alerts.values() if alert.is_open]
    assert network.memories == {}


def test_a_device_that_comes_and_goes_flaps_too() -> None:
    network = Network(CORE, rules=(a_down_rule(),))
    for minute in range(30):
        at = NOON + minute * MINUTE
        network.assess(at, down(CORE, at) if minute % 2 else up(CORE, at))
    assert told(network).count("flapping warning") == 1
    assert told(network).count("device_down critical") < 5


def test_what_is_told_of_a_thing_that_flaps_is_told_once_whatever_became_of_its_alert() -> None:
    rule = a_threshold()
    key = fingerprint(rule.id, CORE.id)
    known = an_alert(fingerprint=f"{key}#flapping", alert_type="flapping", state=State.FIRING)
    ledger = Ledger([known])
    memory = replace(NOTHING, changes="1" * 19)
    found = Recollection({key: memory}, ledger=ledger, mute_of=life.not_muted, new_id=uuid4)
    found.look(key, CORE, rule, entity="", changed=True, now=NOON)
    assert found.of(key).flaps
    assert ledger.saved == []


def test_flapping_ends_without_a_word_where_nobody_was_told() -> None:
    rule = a_threshold()
    key = fingerprint(rule.id, CORE.id)
    memory = replace(NOTHING, changes="1" * 6 + "0" * 14, flaps=True)
    silenced = an_alert(fingerprint=key, state=State.SUPPRESSED, reason=Reason.SILENCED)
    for alerts in ([], [silenced]):
        ledger = Ledger(alerts)
        found = Recollection({key: memory}, ledger=ledger, mute_of=life.not_muted, new_id=uuid4)
        found.look(key, CORE, rule, entity="", changed=False, now=NOON)
        assert not found.of(key).flaps
        assert ledger.saved == []
