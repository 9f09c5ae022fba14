"""CSV and JSON: the same numbers, and nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.spreadsheet import safe

from functions.reports.domain.definition import ReportSection
from functions.reports.renderers import csv as csv_renderer
from functions.reports.renderers import json as json_renderer
from tests.unit.functions.reports.builders import a_report

NAMES = ("up", "down", "unreachable", "maintenance", "unknown", "longest_outage")


def lines(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode(), newline=""), strict=True))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "\n=1"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Core", "", "a=b", 0, -1.5, None])
def test_what_is_harmless_stays(cell: Any) -> None:
    assert safe(cell) == cell


@given(name=st.text(min_size=1), reason=st.text())
def test_every_line_has_every_cell_whatever_names_hold(name: str, reason: str) -> None:
    report = a_report(alerts=None, sections=(ReportSection.UPTIME,), performance=None)
    assert report.uptime is not None
    body = csv_renderer.render(report).decode()
    assert body.endswith("\r\n")
    widths = {len(row) for row in csv.reader(io.StringIO(body, newline=""), strict=True)}
    assert len(widths) == 1
    text = io.StringIO(newline="")
    csv.writer(text).writerow([safe(name), safe(reason)])
    [row] = csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True)
    assert row == [safe(name), safe(reason)]


def test_csv_and_json_have_the_same_numbers() -> None:
    report = a_report()
    document = json.loads(json_renderer.render(report))
    found = lines(csv_renderer.render(report))
    devices = [line for line in found if line["record"] == "device"]
    assert [line["device"] for line in devices] == ["Core", "Edge", "'=cmd()"]
    for line, told in zip(devices, document["uptime"]["devices"], strict=True):
        assert float(line["availability"]) == told["availability"]
        for name in NAMES:
            assert float(line[f"{name}_seconds"]) == told[f"{name}_seconds"]
    days = [line for line in found if line["record"] == "day"]
    assert [line["date"] for line in days] == [day["date"] for day in document["uptime"]["days"]]
    assert len(days) == 31


def test_raw_outages_sum_to_the_total() -> None:
    document = json.loads(json_renderer.render(a_report()))
    found = lines(csv_renderer.render(a_report()))
    total = document["uptime"]["total"]
    assert (total["down_seconds"], total["outages"]) == (3665, 2)
    assert sum(float(each["seconds"]) for each in found if each["record"] == "outage") == 3665
    periods = [each for device in document["uptime"]["devices"] for each in device["periods"]]
    assert [each["began_at"] for each in periods] == [
        "2026-03-02T06:00:00+03:00",
        "2026-03-03T02:00:00+03:00",
    ]
    assert [each["reason"] for each in periods] == ["no_answer", "@planned"]


def test_measured_values_and_alerts_are_told() -> None:
    document = json.loads(json_renderer.render(a_report()))
    assert document["report"]["from"] == "2026-03-01T00:00:00+03:00"
    assert document["performance"]["series"][0]["p95"] == 23.9
    assert len(document["performance"]["charts"][0]["lines"]) == 2
    assert document["alerts"]["by_severity"] == {"critical": 1, "warning": 0, "info": 1}
    found = lines(csv_renderer.render(a_report()))
    kinds = [line["record"] for line in found]
    assert (kinds.count("series"), kinds.count("alert")) == (2, 2)
    assert found[-1]["device"] == ""


def test_a_report_has_only_the_sections_it_was_asked_for() -> None:
    report = a_report(sections=(ReportSection.ALERTS,), uptime=None, performance=None)
    document = json.loads(json_renderer.render(report))
    assert set(document) == {"report", "alerts"}
    assert "availability" not in lines(csv_renderer.render(report))[0]
