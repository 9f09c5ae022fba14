"""A report's numbers are the sums of its raw outages, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.availability import Availability, availability, summed

from functions.reports.domain.calendar import days_between
from functions.reports.domain.figures import (
    Device,
    Period,
    StretchKind,
    Window,
    day_figures,
    device_figures,
)

BEGIN = datetime(2026, 3, 25, 21, tzinfo=UTC)
END = BEGIN + timedelta(days=7)
NOW = BEGIN + timedelta(days=6)
STATUSES = ["online", "degraded", "offline", "unreachable", "unknown"]


def a_device(created_at: datetime = BEGIN - timedelta(days=90)) -> Device:
    return Device(
        id=uuid4(),
        name="Core",
        ip_address="192.0.2.1",
        device_type="router",
        location="",
        created_at=created_at,
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Period]:
    """Periods one after the other, with gaps, as alerts writes them."""
    at = BEGIN + draw(st.timedeltas(timedelta(days=-3), timedelta(days=2)))
    periods = []
    for _ in range(draw(st.integers(0, 12))):
        ended = at + draw(st.timedeltas(timedelta(0), timedelta(days=2)))
        status = draw(st.sampled_from(STATUSES))
        periods.append(Period(status, at, ended, draw(st.booleans()), "why"))
        at = ended + draw(st.sampled_from([timedelta(0), timedelta(seconds=7)]))
    if draw(st.booleans()):
        periods.append(Period(draw(st.sampled_from(STATUSES)), at, None))
    return [each for each in periods if each.ended_at is None or each.began_at <= NOW]


def whole(found: Availability) -> float:
    return (
        found.up_seconds
        + found.down_seconds
        + found.unreachable_seconds
        + found.maintenance_seconds
        + found.unknown_seconds
    )


@given(
    periods=histories(),
    before=st.timedeltas(timedelta(days=-3), timedelta(days=5)),
    zone=st.sampled_from([ZoneInfo("Africa/Nairobi"), ZoneInfo("Europe/Berlin")]),
)
def test_device_days_and_raw_outages_all_say_the_same_as_the_api(
    periods: list[Period], before: timedelta, zone: ZoneInfo
) -> None:
    device, window = a_device(BEGIN - before), Window(BEGIN, END, NOW)
    found = device_figures(device, periods, window)
    api = availability(periods, begin=BEGIN, end=END, existed_from=device.created_at, now=NOW)
    assert found.availability == api
    for kind, seconds in (
        (StretchKind.OUTAGE, api.down_seconds),
        (StretchKind.MAINTENANCE, api.maintenance_seconds),
    ):
        raw = [each for each in found.stretches if each.kind is kind]
        assert sum(each.seconds for each in raw) == pytest.approx(seconds, abs=1e-6)
    outages = [each for each in found.stretches if each.kind is StretchKind.OUTAGE]
    assert len(outages) == api.outages

    days = day_figures(device, periods, days_between(BEGIN, window.last, zone), window)
    together = summed(days)
    for name in ("up", "down", "unreachable", "maintenance", "unknown"):
        field = f"{name}_seconds"
        assert getattr(together, field) == pytest.approx(getattr(api, field), abs=1e-5)
    assert together.ratio == pytest.approx(api.ratio, abs=1e-9)
    existed = max(BEGIN, device.created_at)
    assert whole(api) == pytest.approx(max((NOW - existed).total_seconds(), 0), abs=1e-5)


def test_an_outage_that_lasts_has_no_end_and_counts_to_now() -> None:
    fell = NOW - timedelta(hours=2)
    periods = [Period("online", BEGIN, fell), Period("offline", fell, None, reason="no_answer")]
    found = device_figures(a_device(), periods, Window(BEGIN, END, NOW))
    [outage] = found.stretches
    assert (outage.began_at, outage.ended_at, outage.seconds) == (fell, None, 7200)
    assert outage.reason == "no_answer"


def test_an_outage_is_cut_to_the_report() -> None:
    periods = [Period("offline", BEGIN - timedelta(hours=1), BEGIN + timedelta(hours=1))]
    window = Window(BEGIN, BEGIN + timedelta(minutes=30), NOW)
    [outage] = device_figures(a_device(), periods, window).stretches
    assert (outage.began_at, outage.ended_at) == (BEGIN, BEGIN + timedelta(minutes=30))


def test_nothing_sums_to_nothing() -> None:
    assert summed([]).ratio is None
    assert summed([]).longest_outage_seconds == 0
