"""Who speaks of a device after another poller has taken it over is not heard."""

from __future__ import annotations

from dataclasses import replace

from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import (
    Network,
    a_device,
    a_down_rule,
    down,
    seconds,
    up,
)


def test_a_verdict_under_an_epoch_that_is_over_changes_nothing_however_late_its_slot() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, replace(up(router, NOON), epoch=8))
    late = NOON + seconds(90)
    network.assess(late, replace(down(router, NOON + seconds(60)), epoch=7))
    assert network.status(router) == "online"
    assert network.states() == []
    network.assess(late, replace(down(router, NOON + seconds(70)), epoch=8))
    assert network.status(router) == "offline"


def test_a_new_owner_is_heard_at_once() -> None:
    router = a_device()
    network = Network(router, rules=(a_down_rule(),))
    network.assess(NOON, replace(up(router, NOON), epoch=8))
    network.assess(NOON, replace(down(router, NOON + seconds(60)), epoch=9))
    assert network.status(router) == "offline"
