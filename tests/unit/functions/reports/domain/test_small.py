"""Definitions, names, curves and what a report says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from functions.reports.domain.curves import MAX_LINES, Drawing, step_of
from functions.reports.domain.definition import (
    DEFAULT_METRICS,
    Definition,
    ReportFormat,
    ReportKind,
    ReportSection,
)
from functions.reports.domain.naming import dated_name, file_stem, object_key
from functions.reports.domain.report import Alerts
from tests.unit.functions.reports.builders import BEGIN, a_report, an_alert

DAY = timedelta(days=1)


def test_only_custom_reports_choose_their_sections() -> None:
    uptime = Definition(kind=ReportKind.UPTIME, sections=(ReportSection.ALERTS,))
    assert uptime.parts == (ReportSection.UPTIME,)
    custom = Definition(kind=ReportKind.CUSTOM)
    assert custom.parts == tuple(ReportSection)
    chosen = (ReportSection.ALERTS, ReportSection.UPTIME)
    assert replace(custom, sections=chosen).parts == (ReportSection.UPTIME, ReportSection.ALERTS)


def test_metrics_have_a_default() -> None:
    assert Definition(kind=ReportKind.PERFORMANCE).measured == DEFAULT_METRICS
    chosen = Definition(kind=ReportKind.PERFORMANCE, metrics=("cpu_usage",))
    assert chosen.measured == ("cpu_usage",)


def test_a_report_without_a_name_is_named_after_its_days() -> None:
    begin, end = datetime(2026, 2, 28, 21, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC)
    assert dated_name("Uptime", begin, end, "Africa/Nairobi") == "Uptime 2026-03-01 to 2026-03-31"
    assert dated_name("Uptime", begin, begin + DAY, "Africa/Nairobi") == "Uptime 2026-03-01"
    assert len(dated_name("x" * 255, begin, end, "UTC")) <= 255


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Kilimo: Été 2026", "Kilimo-Ete-2026"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"; filename="b', "a-filename-b"),
        ("東京", "report"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_file_is_named_so_that_nothing_takes_it_for_anything_else(name: str, stem: str) -> None:
    assert file_stem(name) == stem


def test_an_organisations_files_share_a_prefix() -> None:
    key = object_key(UUID(int=1), UUID(int=2), "March", ReportFormat.PDF)
    assert key == f"{UUID(int=1)}/{UUID(int=2)}/March.pdf"


@pytest.mark.parametrize(
    ("length", "step"),
    [(timedelta(hours=1), 300), (DAY, 900), (31 * DAY, 21_600), (400 * DAY, 345_600)],
)
def test_a_line_has_a_readable_number_of_points(length: timedelta, step: int) -> None:
    assert step_of(length) == step


def test_few_series_are_lines_and_many_are_mean_and_highest() -> None:
    few, many = Drawing(300), Drawing(300)
    few.add("none", "cpu_usage", "%", {})
    for number in range(MAX_LINES + 1):
        values = {BEGIN + DAY: number * 2.0, BEGIN: float(number)}
        many.add(f"d{number}", "cpu_usage", "%", values)
        if number < MAX_LINES:
            few.add(f"d{number}", "cpu_usage", "%", values)
    [chart] = few.charts(["memory_usage", "cpu_usage"])
    assert [line.label for line in chart.lines] == [f"d{n}" for n in range(MAX_LINES)]
    assert chart.lines[1].points == ((BEGIN, 1.0), (BEGIN + DAY, 2.0))
    [chart] = many.charts(["cpu_usage"])
    mean, highest = chart.lines
    assert mean.points == ((BEGIN, 2.5), (BEGIN + DAY, 5.0))
    assert highest.points == ((BEGIN, 5.0), (BEGIN + DAY, 10.0))


def test_alerts_are_counted_and_their_times_averaged() -> None:
    quick = an_alert(
        severity="critical",
        acknowledged_at=BEGIN + timedelta(seconds=10),
        resolved_at=BEGIN + timedelta(seconds=100),
    )
    slow = an_alert(severity="info", resolved_at=BEGIN + timedelta(seconds=300))
    alerts = Alerts((quick, slow, an_alert(severity="critical", began_at=BEGIN + DAY)))
    assert alerts.by_severity == {"critical": 2, "warning": 0, "info": 1}
    assert alerts.mean_seconds_to_acknowledge == 10
    assert alerts.mean_seconds_to_resolve == 200
    assert alerts.by_day(ZoneInfo("Africa/Nairobi")) == {
        date(2026, 3, 1): {"critical": 1, "info": 1},
        date(2026, 3, 2): {"critical": 1},
    }
    assert Alerts(()).mean_seconds_to_resolve is None


def test_the_worst_devices_come_first() -> None:
    uptime = a_report().uptime
    assert uptime is not None
    assert [each.device.name for each in uptime.worst] == ["=cmd()", "Edge"]
