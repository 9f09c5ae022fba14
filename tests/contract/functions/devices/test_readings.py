"""What every store of measured values does, the fake one and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.devices.domain.curves import Aggregate, Cut
from functions.devices.models.views import PeriodView
from tests.support.clock import NOON
from tests.support.inventory import a_device

if TYPE_CHECKING:
    from functions.devices.domain.device import Device
    from tests.contract.functions.devices.conftest import House

MINUTE = timedelta(minutes=1)


@pytest.fixture
def device(house: House) -> Device:
    """A device with two metrics for ten minutes from noon, one with gaps."""
    with house.open() as work:
        device = work.devices.add(a_device(), at=NOON)
    house.put_samples(device.id, "rtt", NOON, MINUTE, [float(n) for n in range(10)])
    gaps = [1.0, None, 3.0, None, None, None, None, None, 2.0, None]
    house.put_samples(device.id, "loss", NOON, MINUTE, gaps)
    return device


def test_series_are_found_by_metric(house: House, device: Device) -> None:
    with house.open() as work:
        assert [s.metric for s in work.readings.series(device.id, [])] == ["loss", "rtt"]
        assert [s.metric for s in work.readings.series(device.id, ["rtt", "x"])] == ["rtt"]


def test_samples_are_told_in_order_from_begin_to_before_end(house: House, device: Device) -> None:
    with house.open() as work:
        loss, rtt = work.readings.series(device.id, [])
        found = work.readings.samples([loss, rtt], begin=NOON + MINUTE, end=NOON + 8 * MINUTE)
    assert [value for _, value in found[rtt.id]] == [1, 2, 3, 4, 5, 6, 7]
    assert found[loss.id] == [(NOON + 2 * MINUTE, 3.0)]


@pytest.mark.parametrize(
    ("aggregate", "rtt_values", "loss_values"),
    [
        (Aggregate.AVG, [2.0, 7.0], [2.0, 2.0]),
        (Aggregate.MIN, [0.0, 5.0], [1.0, 2.0]),
        (Aggregate.MAX, [4.0, 9.0], [3.0, 2.0]),
        (Aggregate.SUM, [10.0, 35.0], [4.0, 2.0]),
        (Aggregate.COUNT, [5.0, 5.0], [2.0, 1.0]),
        (Aggregate.LAST, [4.0, 9.0], [3.0, 2.0]),
    ],
)
def test_buckets_take_what_was_measured(
    house: House,
    device: Device,
    aggregate: Aggregate,
    rtt_values: list[float],
    loss_values: list[float],
) -> None:
    cut = Cut(NOON, NOON + 10 * MINUTE, 300, raw=False)
    with house.open() as work:
        loss, rtt = work.readings.series(device.id, [])
        found = work.readings.buckets([loss, rtt], cut, aggregate)
    starts = [NOON, NOON + 5 * MINUTE]
    assert found[rtt.id] == dict(zip(starts, rtt_values, strict=True))
    assert found[loss.id] == dict(zip(starts, loss_values, strict=True))


def test_the_newest_value_is_the_last_that_was_measured(house: House, device: Device) -> None:
    with house.open() as work:
        loss, rtt = work.readings.series(device.id, [])
        found = work.readings.latest([loss, rtt], since=NOON)
        assert found == {rtt.id: (NOON + 9 * MINUTE, 9.0), loss.id: (NOON + 8 * MINUTE, 2.0)}
        assert set(work.readings.latest([loss, rtt], since=NOON + 9 * MINUTE)) == {rtt.id}


def test_no_series_is_no_question(house: House) -> None:
    with house.open() as work:
        assert dict(work.readings.samples([], begin=NOON, end=NOON)) == {}
        assert dict(work.readings.latest([], since=NOON)) == {}


def test_periods_are_those_that_touch_the_stretch(house: House, device: Device) -> None:
    hours = [NOON + timedelta(hours=hour) for hour in range(4)]
    periods = [
        PeriodView(status="online", maintenance=False, reason="", began_at=begin, ended_at=end)
        for begin, end in zip(hours, [*hours[1:], None], strict=True)
    ]
    for period in periods:
        house.put_period(device.id, period)
    with house.open() as work:
        assert work.inventory.periods(device.id, begin=hours[1], end=hours[2]) == periods[1:2]
        assert (
            work.inventory.periods(device.id, begin=hours[3], end=hours[3] + MINUTE) == periods[3:]
        )
        assert work.inventory.last_periods(device.id, limit=2) == [periods[3], periods[2]]
