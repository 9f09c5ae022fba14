"""How a report is made, stopped, and given up."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from netpulse.errors import UnavailableError
from netpulse.events import ReportReady, ReportRequested
from netpulse.ids import OrganizationId

from functions.reports.domain.curves import Statistics
from functions.reports.domain.definition import ReportFormat
from functions.reports.domain.record import ReportState
from functions.reports.ports import ReportsWork
from functions.reports.service.upkeep import Upkeep
from tests.support.http import ORGANIZATION
from tests.unit.functions.reports.builders import BEGIN, HOUR, a_device, an_alert, periods
from tests.unit.functions.reports.world import World


def with_devices(world: World, count: int) -> None:
    for number in range(1, count + 1):
        device = a_device(f"d{number:03d}", number)
        world.work.sources.known[device.id] = device
        world.work.sources.history[device.id] = periods((BEGIN + HOUR, 60.0))


def measure(metric: str) -> Statistics:
    return Statistics(
        entity="",
        metric=metric,
        unit="%",
        samples=1,
        minimum=1.0,
        average=1.0,
        p95=1.0,
        maximum=1.0,
    )


def test_a_report_is_asked_for_made_kept_and_announced(world: World) -> None:
    with_devices(world, 3)
    ids = world.generate(period="last_month", formats=["csv", "pdf"], name="March")
    [asked] = world.work.outbox.facts
    assert isinstance(asked, ReportRequested)
    assert str(asked.job_id) == ids["job_id"]
    assert world.make(ids)
    assert len(world.files.bodies) == 2
    ready = world.work.outbox.facts[-1]
    assert isinstance(ready, ReportReady)
    assert (ready.name, ready.formats, ready.recipients) == ("March", ("csv", "pdf"), ())
    report = world.made[0]
    assert report.uptime is not None
    assert report.uptime.total.down_seconds == 180
    assert len(report.uptime.days) == 31
    assert (report.performance, report.alerts) == (None, None)


def test_progress_only_grows_and_ends_before_the_last_write(world: World) -> None:
    with_devices(world, 120)
    world.make(world.generate(kind="custom", formats=["csv", "json", "pdf"]))
    advances = world.work.jobs.advances
    assert advances == sorted(advances)
    assert len(advances) > 120
    assert advances[0] == 0
    assert advances[-1] < 1


def test_a_report_is_stopped_between_devices_and_leaves_nothing(world: World) -> None:
    with_devices(world, 120)
    world.work.jobs.cancel_at = 0.4
    ids = world.generate(kind="performance")
    assert not world.make(ids)
    assert world.made == []
    assert world.files.bodies == {}
    assert len(world.work.jobs.advances) < 120
    assert world.call("GET", f"/reports/{ids['report_id']}").data["state"] == "cancelled"
    assert len(world.work.outbox.facts) == 1


def test_a_report_that_is_cancelled_at_the_last_moment_takes_its_files_back(world: World) -> None:
    world.work.jobs.cancel_at = 0.9
    assert not world.make(world.generate())
    assert len(world.made) == 1
    assert world.files.bodies == {}


def test_a_report_whose_files_cannot_be_kept_has_failed(world: World) -> None:
    world.files.broken = True
    ids = world.generate()
    with pytest.raises(ConnectionError):
        world.make(ids)
    shown = world.call("GET", f"/reports/{ids['report_id']}").data
    assert (shown["state"], shown["error"]["code"]) == ("failed", "REPORT_FAILED")
    world.files.broken = False
    assert not world.make(ids)


def test_a_report_shows_the_devices_that_every_part_of_its_scope_fits(world: World) -> None:
    with_devices(world, 3)
    one, two, three = sorted(world.work.sources.known, key=lambda each: each.int)
    world.work.sources.groups[three] = {one, two}
    world.work.sources.tags[two] = {"core"}
    scope = {"group_ids": [str(three)], "tags": ["core", "edge"]}
    world.make(world.generate(**scope))
    uptime = world.made[0].uptime
    assert uptime is not None
    assert [each.device.id for each in uptime.devices] == [two]


def test_performance_shows_chosen_metrics_in_their_order(world: World) -> None:
    with_devices(world, 2)
    first, second = world.work.sources.known
    world.work.sources.measured[first] = [measure("memory_usage"), measure("cpu_usage")]
    world.work.sources.values = {BEGIN: 1.0}
    world.make(world.generate(kind="performance", metrics=["cpu_usage", "memory_usage"]))
    performance = world.made[0].performance
    assert performance is not None
    told = [reading.statistics.metric for reading in performance.readings]
    assert told == ["cpu_usage", "memory_usage"]
    assert [chart.metric for chart in performance.charts] == told
    assert second not in {reading.device.id for reading in performance.readings}


def test_alerts_without_a_device_are_told_when_everything_is_asked_for(world: World) -> None:
    with_devices(world, 1)
    [device] = world.work.sources.known.values()
    world.work.sources.lines = [an_alert(device=device), an_alert(device=None)]
    world.make(world.generate(kind="alerts", period="last_month"))
    scope = {"device_ids": [str(device.id)]}
    world.make(world.generate(kind="alerts", period="last_month", **scope))
    told = [report.alerts.lines if report.alerts else () for report in world.made]
    assert [len(lines) for lines in told] == [2, 1]


def test_a_report_that_takes_too_long_has_failed_after_a_while(world: World) -> None:
    ids = world.generate()
    [job_id] = world.work.jobs.rows
    world.work.jobs.claim(job_id, at=world.clock.now())
    world.later(timedelta(minutes=15))
    assert world.upkeep.run() == {"queued": 0, "failed": 0, "left": 0}
    world.later(timedelta(minutes=2))
    assert world.upkeep.run() == {"queued": 0, "failed": 1, "left": 0}
    assert world.work.jobs.rows[job_id].state is ReportState.FAILED
    shown = world.call("GET", f"/reports/{ids['report_id']}").data
    assert shown["error"]["code"] == "REPORT_TIMED_OUT"


def test_an_organisation_whose_turn_fails_keeps_no_other_from_its_own(world: World) -> None:
    broken = OrganizationId(uuid4())
    world.generate()
    [job_id] = world.work.jobs.rows
    world.work.jobs.claim(job_id, at=world.clock.now())
    world.later(timedelta(minutes=17))

    def work(organization_id: OrganizationId) -> AbstractContextManager[ReportsWork]:
        if organization_id == broken:
            raise UnavailableError("its rows are locked")
        return world.work(organization_id)

    upkeep = Upkeep(
        work,
        world.schedules,
        world.clock,
        with_due=lambda _by: [],
        with_stuck=lambda _since: [broken, ORGANIZATION],
    )
    assert upkeep.run() == {"queued": 0, "failed": 1, "left": 1}


def test_every_format_has_a_media_type() -> None:
    assert ReportFormat.PDF.content_type == "application/pdf"
    assert "charset=utf-8" in ReportFormat.CSV.content_type
