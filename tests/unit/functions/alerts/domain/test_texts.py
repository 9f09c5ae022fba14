from __future__ import annotations

import pytest

from functions.alerts.domain import texts
from functions.alerts.domain.rule import Comparison
from tests.support.clock import NOON
from tests.unit.functions.alerts.domain.builders import a_device, a_threshold, seconds

ROUTER = a_device("core-router-1", ip_address="198.18.77.5")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("icmp timeout", "no reply to 3 probes"),
        ("snmp timeout", "no SNMP reply to 3 probes"),
        ("tcp 22 connection refused", "tcp 22 connection refused"),
        ("", "no reply"),
    ],
)
def test_a_device_that_is_down_says_why_and_since_when(reason: str, said: str) -> None:
    message = texts.is_down(ROUTER, since=NOON + seconds(130), reason=reason)
    assert message == f"core-router-1 (198.18.77.5) is down: {said} since 12:02:10 UTC"


def test_a_hidden_device_says_that_it_is_not_its_fault() -> None:
    message = texts.is_unreachable(ROUTER, since=NOON)
    assert message == (
        "core-router-1 (198.18.77.5) is unreachable since 12:00:00 UTC: what it hangs on is down"
    )


def test_a_breached_threshold_says_what_where_and_how_much() -> None:
    loss = a_threshold(metric="icmp_loss_ratio", threshold=0.2)
    assert texts.is_breached(ROUTER, loss, entity="", value=1 / 3) == (
        "core-router-1 (198.18.77.5): packet loss is 33.3 %, above 20 %"
    )
    port = a_threshold(metric="if_out_utilization", threshold=80.0, comparison=Comparison.AT_LEAST)
    assert texts.is_breached(ROUTER, port, entity="if:ge-0/0/1", value=93.26) == (
        "core-router-1 (198.18.77.5): outbound utilisation of ge-0/0/1 is 93.3 %, at or above 80 %"
    )
    own = a_threshold(metric="fan_rpm", threshold=1200.0, comparison=Comparison.BELOW)
    assert texts.is_breached(ROUTER, own, entity="sensor:fan 1", value=900.4) == (
        "core-router-1 (198.18.77.5): fan_rpm of fan 1 is 900, below 1200"
    )


def test_a_silent_poller_says_how_many_devices_it_left() -> None:
    assert texts.poller_is_silent(1, since=NOON) == (
        "No poll results of 1 device since 12:00:00 UTC: the poller is silent"
    )
    assert "of 12 devices" in texts.poller_is_silent(12, since=NOON)
