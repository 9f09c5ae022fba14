"""`netpulse metrics`: many devices, rankings, bills, CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.unit.cli.fake import a_device

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.fake import FakeNetPulse, Terminal


def test_curves_of_many_devices_are_drawn(ann: Terminal, server: FakeNetPulse) -> None:
    points = [["2026-03-02T12:00:00Z", 1.0], ["2026-03-02T12:01:00Z", 3.0]]
    one = {"metric": "cpu_usage", "entity": "", "unit": "%", "device_name": "core-1"}
    many = {"metric": "cpu_usage", "unit": "%", "group": {"tag": "nairobi"}}
    series = [{**each, "points": points} for each in (one, many)]
    server.answers["POST", "/metrics/query"] = {"series": series}
    shown = ann.types("metrics", "query", "-m", "cpu_*", "--device", "core-1", "--by", "tag").stdout
    assert "core-1" in shown
    assert "nairobi" in shown
    asked = server.body("/metrics/query")
    assert asked["metrics"] == ["cpu_*"]
    assert asked["device_ids"] == [a_device()["id"]]
    assert asked["group_by"] == ["tag"]


def test_the_first_of_a_ranking_are_listed(ann: Terminal, server: FakeNetPulse) -> None:
    figures = {"value": 97.5, "minimum": 1.0, "average": 50.0, "maximum": 99.0}
    name = {"device_name": "core-1", "metric": "cpu_usage", "entity": "", "unit": "%"}
    server.answers["POST", "/metrics/top"] = {"series": [{"rank": 1, **figures, **name}]}
    shown = ann.types("metrics", "top", "-m", "cpu_usage", "--by", "p95", "--lowest", "-n", "3")
    assert "97.5" in shown.stdout
    assert server.body("/metrics/top")["order"] == "lowest"


def test_a_month_is_billed_in_megabits(ann: Terminal, server: FakeNetPulse) -> None:
    side = {"p95_bps": 12.5e6}
    usage = {
        **{"in": side, "out": side, "max_of_p95_bps": 12.5e6, "billed_bps": 20e6},
        **{"burst_bps": 0.0, "samples_measured": 100, "samples_missing": 2},
    }
    server.answers["POST", "/metrics/billing"] = {
        "month": "2026-03",
        "time_zone": "UTC",
        "complete": False,
        "total": usage,
        "ports": [{**usage, "device_name": "core-1", "entity": "if:eth0"}],
    }
    result = ann.types("metrics", "billing", "core-1:eth0", "--month", "2026-03", "--commit", "20")
    assert "12.5" in result.stdout
    assert "2026-03 so far" in result.stdout
    asked = server.body("/metrics/billing")
    assert asked["ports"] == [{"device_id": a_device()["id"], "entity": "if:eth0"}]
    assert asked["commit_bps"] == 20e6
    assert "names no port" in ann.types("metrics", "billing", "core-1", "--month", "2026-03").stderr


def test_csv_goes_to_the_terminal_or_a_file(
    ann: Terminal, server: FakeNetPulse, tmp_path: Path
) -> None:
    text = "time,value\r\n2026-03-02T12:00:00Z,1.5\r\n"
    server.answers["POST", "/metrics/query/csv"] = lambda _: httpx.Response(200, text=text)
    assert "1.5" in ann.types("metrics", "export", "-m", "cpu_usage").stdout
    file = tmp_path / "out.csv"
    result = ann.types("metrics", "export", "-m", "cpu_usage", "-o", str(file))
    assert "Wrote 1 values" in result.stdout
    assert file.read_bytes().endswith(b",1.5\r\n")


@pytest.mark.parametrize("words", [("metrics",), ("metrics", "--help")])
def test_the_commands_are_told(ann: Terminal, words: tuple[str, ...]) -> None:
    shown = ann.types(*words)
    assert "billing" in shown.stdout + shown.stderr
