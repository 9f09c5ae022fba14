from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.alerts.domain import texts
from functions.alerts.domain.alert import Severity
from functions.alerts.domain.memory import Finding
from functions.alerts.domain.rule import Comparison, Kind, Rule
from tests.unit.functions.alerts.domain.builders import a_device, a_threshold

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
def test_a_device_that_is_down_says_why(reason: str, said: str) -> None:
    message = texts.is_down(ROUTER, reason=reason)
    assert message == f"core-router-1 (198.18.77.5) is down: {said}"


def test_a_hidden_device_says_that_it_is_not_its_fault() -> None:
    message = texts.is_unreachable(ROUTER)
    assert message == "core-router-1 (198.18.77.5) is unreachable: what it hangs on is down"


def is_found(rule: Rule, value: float, entity: str = "", **given: Any) -> str:
    plain: dict[str, Any] = {"is_breached": True, "is_clear": False, "severity": rule.severity}
    return texts.is_found(ROUTER, rule, entity=entity, found=Finding(value=value, **plain | given))


def test_a_breached_threshold_says_what_where_and_how_much() -> None:
    loss = a_threshold(metric="icmp_loss_ratio", threshold=0.2)
    assert is_found(loss, 1 / 3) == (
        "core-router-1 (198.18.77.5): packet loss is 33.3 %, above 20 %"
    )
    port = a_threshold(metric="if_out_utilization", threshold=80.0, comparison=Comparison.AT_LEAST)
    assert is_found(port, 93.26, "if:ge-0/0/1") == (
        "core-router-1 (198.18.77.5): outbound utilisation of ge-0/0/1 is 93.3 %, at or above 80 %"
    )
    own = a_threshold(metric="fan_rpm", threshold=1200.0, comparison=Comparison.BELOW)
    assert is_found(own, 900.4, "sensor:fan 1") == (
        "core-router-1 (198.18.77.5): fan_rpm of fan 1 is 900, below 1200"
    )


def test_a_status_is_told_in_words_whatever_the_rule_compares_it_with() -> None:
    check = a_threshold(metric="check_ok", threshold=1.0, comparison=Comparison.BELOW)
    assert is_found(check, 0.0, "check:web") == (
        "core-router-1 (198.18.77.5): check of web is failing"
    )


def test_each_kind_of_rule_says_what_it_found() -> None:
    loss = a_threshold(metric="icmp_loss_ratio", threshold=0.2, critical_threshold=0.6)
    assert is_found(loss, 0.7, severity=Severity.CRITICAL).endswith("is 70 %, above 60 %")
    rising = a_threshold(kind=Kind.DELTA, metric="temperature_celsius", threshold=5.0)
    heat = is_found(replace(rising, window=timedelta(minutes=10)), 7.0, "sensor:inlet")
    assert heat.endswith("temperature of inlet changed by 7 °C within 10 min, above 5 °C")
    assert is_found(rising, 7.0).endswith("changed by 7 °C at once, above 5 °C")
    rate = a_threshold(kind=Kind.RATE, metric="temperature_celsius", threshold=0.1)
    assert is_found(rate, 0.2).endswith("changes by 0.2 °C a second, above 0.1 °C")
    share = a_threshold(kind=Kind.PERCENT_OF_SPEED, metric="if_in_bps", threshold=90.0)
    assert is_found(share, 97.2, "if:wan").endswith("of wan is 97.2 % of its speed, above 90 %")
    link = a_threshold(kind=Kind.STATUS_CHANGE, metric="ifOperStatus", comparison=None)
    assert is_found(link, 2.0, "if:ge-0/0/1").endswith("link of ge-0/0/1 became down")
    absent = a_threshold(kind=Kind.MISSING_DATA, window=timedelta(minutes=10))
    assert texts.is_missing(ROUTER, absent, entity="").endswith(": no CPU for 10 min")


def test_a_silent_poller_says_how_many_devices_it_left() -> None:
    assert texts.poller_is_silent(1) == "No poll results of 1 device: the poller is silent"
    assert "of 12 devices" in texts.poller_is_silent(12)


@pytest.mark.parametrize(
    ("length", "said"),
    [(86_400, "1 d"), (7_200, "2 h"), (5_400, "90 min"), (61, "61 s"), (0, "0 s")],
)
def test_a_length_of_time_is_said_in_its_largest_whole_unit(length: int, said: str) -> None:
    assert texts.span(timedelta(seconds=length)) == said
