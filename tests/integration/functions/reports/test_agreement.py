"""PDF, CSV, JSON and API tell one availability, to the second, and the outages add up to it."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.devices.handlers import http as devices
from tests.support.aws import forget_wiring
from tests.support.http import Client
from tests.support.reports import put_device, put_period

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from tests.integration.functions.reports.conftest import Stage

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
PARTS = ("up", "down", "unreachable", "maintenance", "unknown", "longest_outage")
_PACKED = re.compile(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)endstream", re.DOTALL)


@pytest.fixture
def api(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The API of devices, called by the same person."""
    forget_wiring("devices")
    monkeypatch.setattr(devices.app, "_access", lambda: stage.access)
    yield Client(devices.app)
    forget_wiring("devices")


@pytest.fixture
def begin(now: datetime) -> datetime:
    return now - timedelta(days=3)


@pytest.fixture
def device(stage: Stage, begin: datetime) -> UUID:
    """A device with every kind of time, not all of it in whole seconds."""
    put = (stage.postgres, stage.organization_id)
    device_id = put_device(*put, "shaky", "192.0.2.1", created_at=begin - HOUR)
    at = begin - HOUR / 2
    for status, lasts, maintenance in (
        ("online", 5 * HOUR, False),
        ("offline", HOUR + 4.25 * SECOND, False),
        ("degraded", HOUR, False),
        ("offline", HOUR / 2, True),
        ("unreachable", 61 * SECOND, False),
        ("offline", 59.75 * SECOND, False),
    ):
        put_period(*put, device_id, status, at, at + lasts, maintenance=maintenance, reason="why")
        at += lasts
    put_period(*put, device_id, "online", at, None)
    return device_id


def _drawn(pdf: bytes) -> str:
    packed = (zlib.decompressobj().decompress(each) for each in _PACKED.findall(pdf))
    return b" ".join(packed).decode("latin-1")


def _clock(seconds: float) -> str:
    left = round(seconds)
    return f"{left // 3600:02d}:{left // 60 % 60:02d}:{left % 60:02d}"


def test_all_four_say_the_same_to_the_second(
    stage: Stage, api: Client, begin: datetime, device: UUID
) -> None:
    span = {"from": begin.isoformat(), "to": (begin + timedelta(days=2)).isoformat()}
    report_id = stage.generate(formats=["pdf", "csv", "json"], **span)["report_id"]
    stage.work_off()
    [told] = json.loads(stage.body(report_id, "json"))["uptime"]["devices"]
    lines = list(csv.DictReader(io.StringIO(stage.body(report_id, "csv").decode(), newline="")))
    [row] = [each for each in lines if each["record"] == "device"]
    answer = api.call("GET", f"/devices/{device}/availability", query=span)
    assert answer.status == 200, answer.text
    shown: dict[str, Any] = answer.data

    seconds = {part: told[f"{part}_seconds"] for part in PARTS}
    assert seconds["down"] == 3664
    assert seconds["maintenance"] == 1800
    assert seconds["unreachable"] == 61
    assert {part: float(row[f"{part}_seconds"]) for part in PARTS} == seconds
    assert {part: shown[f"{part}_seconds"] for part in PARTS} == pytest.approx(seconds, abs=1e-6)
    assert float(row["availability"]) == told["availability"]
    assert shown["availability"] == pytest.approx(told["availability"], abs=1e-12)
    assert told["outages"] == int(row["outages"]) == shown["outages"] == 2
    # the raw outages add up to it, in every file
    outages = [each for each in told["periods"] if each["kind"] == "outage"]
    assert sum(each["seconds"] for each in outages) == seconds["down"]
    written = [float(each["seconds"]) for each in lines if each["record"] == "outage"]
    assert sum(written) == seconds["down"]

    drawn = _drawn(stage.body(report_id, "pdf"))
    for part in ("down", "unreachable", "maintenance"):
        assert f"({_clock(seconds[part])})" in drawn, part
    for length in written:
        assert f"({_clock(length)})" in drawn
