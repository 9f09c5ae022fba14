from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from functions.alerts.domain.anomaly import taught
from functions.alerts.domain.baseline import Baseline
from functions.alerts.domain.hour import HOUR, Hour
from functions.alerts.ports.baselines import Learnt
from tests.support.clock import NOON

if TYPE_CHECKING:
    from functions.alerts.domain.device import Device
    from functions.alerts.ports import History, Work
    from tests.contract.functions.alerts.stores import Store

UTC_ZONE, LAGOS = ZoneInfo("UTC"), ZoneInfo("Africa/Lagos")
HOURS = [Hour(NOON + n * HOUR, 9.0, 10.0 + n % 5, 16.0) for n in range(40)]
LEARNT = taught(Baseline(), HOURS, UTC_ZONE)


@pytest.fixture
def core(store: Store) -> Device:
    core = store.device("core")
    store.series(core, "cpu_usage")
    return core


def series_of(work: Work, device: Device) -> History:
    (found,) = work.samples.series("cpu_usage", [device.id])
    return found


def test_a_series_is_behind_until_its_hours_were_learnt_by_the_clock_of_today(
    store: Store, core: Device
) -> None:
    with store.open() as work:
        series = series_of(work, core)
        assert work.baselines.behind("cpu_usage", [core.id], until=NOON, zone=UTC_ZONE) == [series]
        assert work.baselines.behind("memory_usage", [core.id], until=NOON, zone=UTC_ZONE) == []
        assert work.baselines.behind("cpu_usage", [], until=NOON, zone=UTC_ZONE) == []
        kept = Learnt(series=series, baseline=LEARNT, until=NOON)
        work.baselines.save([kept], zone=UTC_ZONE)
        assert work.baselines.behind("cpu_usage", [core.id], until=NOON, zone=UTC_ZONE) == []
        later = NOON + HOUR
        assert work.baselines.behind("cpu_usage", [core.id], until=later, zone=UTC_ZONE) == [series]
        assert work.baselines.behind("cpu_usage", [core.id], until=NOON, zone=LAGOS) == [series]


def test_what_was_learnt_is_read_as_it_was_kept(store: Store, core: Device) -> None:
    with store.open() as work:
        series = series_of(work, core)
        assert work.baselines.learnt([series], zone=UTC_ZONE) == []
        kept = Learnt(series=series, baseline=LEARNT, until=NOON)
        work.baselines.save([kept], zone=UTC_ZONE)
        (found,) = work.baselines.learnt([series], zone=UTC_ZONE)
        assert (found.series, found.until, found.baseline.hours) == (series, NOON, 40)
        assert found.baseline.week == pytest.approx(LEARNT.week)
        assert found.baseline.above == pytest.approx(LEARNT.above)
        assert work.baselines.learnt([series], zone=LAGOS) == []


def test_who_learnt_less_does_not_overwrite_who_learnt_more(store: Store, core: Device) -> None:
    with store.open() as work:
        series = series_of(work, core)
        more = Learnt(series=series, baseline=LEARNT, until=NOON)
        less = Learnt(series=series, baseline=Baseline(), until=NOON - HOUR)
        work.baselines.save([more], zone=UTC_ZONE)
        work.baselines.save([less], zone=UTC_ZONE)
        assert work.baselines.learnt([series], zone=UTC_ZONE)[0].until == NOON
        # another clock's hours are others
        work.baselines.save([less], zone=LAGOS)
        assert work.baselines.learnt([series], zone=LAGOS)[0].until == NOON - HOUR


def test_what_is_usual_is_read_for_some_hours_of_the_week(store: Store, core: Device) -> None:
    with store.open() as work:
        series = series_of(work, core)
        work.baselines.save([Learnt(series=series, baseline=LEARNT, until=NOON)], zone=UTC_ZONE)
        wanted = {core.id: {"cpu_usage"}}
        found = work.baselines.usual(wanted, [3, 167, 0], zone=UTC_ZONE)
        ((key, hours),) = found.items()
        assert key == (core.id, "cpu_usage", "")
        assert [each.expected for each in hours] == pytest.approx(
            [LEARNT.expected(cell) for cell in (3, 167, 0)]
        )
        assert [each.above for each in hours] == pytest.approx([LEARNT.usual(3).above] * 3)
        assert hours[0].hours == 40
        assert work.baselines.usual({core.id: {"uptime_seconds"}}, [3], zone=UTC_ZONE) == {}
        assert work.baselines.usual(wanted, [3], zone=LAGOS) == {}


def test_what_learnt_nothing_is_no_use_and_is_forgotten_in_time(store: Store, core: Device) -> None:
    with store.open() as work:
        series = series_of(work, core)
        empty = Learnt(series=series, baseline=Baseline(), until=NOON)
        work.baselines.save([empty], zone=UTC_ZONE)
        assert work.baselines.usual({core.id: {"cpu_usage"}}, [3], zone=UTC_ZONE) == {}
        work.baselines.forget(NOON)
        (kept,) = work.baselines.learnt([series], zone=UTC_ZONE)
        assert (kept.until, kept.baseline.hours) == (NOON, 0)
        work.baselines.forget(NOON + timedelta(seconds=1))
        assert work.baselines.learnt([series], zone=UTC_ZONE) == []


def test_an_organisation_lives_by_its_clock(store: Store) -> None:
    with store.open() as work:
        assert work.baselines.time_zone() == UTC_ZONE
        assert work.baselines.learnable_until(NOON) <= NOON
