"""A report as CSV (RFC 4180): one table; `record` says what a line is of."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from netpulse.spreadsheet import csv_of

from functions.reports.domain.definition import ReportSection
from functions.reports.renderers.values import device_fields, figures, instant, number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from functions.reports.domain.report import Alerts, Performance, Report, Uptime

_DEVICE = ("device_id", "device", "ip_address", "device_type", "location")
_COLUMNS = {
    ReportSection.UPTIME: (
        "date",
        "availability",
        "up_seconds",
        "down_seconds",
        "unreachable_seconds",
        "maintenance_seconds",
        "unknown_seconds",
        "outages",
        "longest_outage_seconds",
        "began_at",
        "ended_at",
        "seconds",
        "reason",
    ),
    ReportSection.PERFORMANCE: (
        "metric",
        "entity",
        "unit",
        "samples",
        "minimum",
        "average",
        "p95",
        "maximum",
    ),
    ReportSection.ALERTS: (
        "alert_id",
        "severity",
        "state",
        "alert_type",
        "message",
        "began_at",
        "acknowledged_at",
        "resolved_at",
    ),
}


def render(report: Report) -> bytes:
    """Return the report as UTF-8 CSV, lines ended by CRLF."""
    columns = dict.fromkeys(
        ("record", *_DEVICE, *(name for part in report.sections for name in _COLUMNS[part]))
    )
    return csv_of(list(columns), _lines(report)).encode()


def _lines(report: Report) -> Iterator[dict[str, Any]]:
    if report.uptime:
        yield from _uptime(report.uptime, report.zone)
    if report.performance:
        yield from _performance(report.performance)
    if report.alerts:
        yield from _alerts(report.alerts, report.zone)


def _uptime(uptime: Uptime, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    yield {"record": "total", **figures(uptime.total)}
    for day in uptime.days:
        yield {"record": "day", "date": day.date.isoformat(), **figures(day.availability)}
    for found in uptime.devices:
        yield {"record": "device", **device_fields(found.device), **figures(found.availability)}
    for found in uptime.devices:
        for stretch in found.stretches:
            yield {
                "record": stretch.kind.value,
                **device_fields(found.device),
                "began_at": instant(stretch.began_at, zone),
                "ended_at": instant(stretch.ended_at, zone),
                "seconds": number(stretch.seconds),
                "reason": stretch.reason,
            }


def _performance(performance: Performance) -> Iterator[dict[str, Any]]:
    for reading in performance.readings:
        yield {
            "record": "series",
            **device_fields(reading.device),
            **asdict(reading.statistics),
        }


def _alerts(alerts: Alerts, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    for line in alerts.lines:
        yield {
            "record": "alert",
            **device_fields(line.device),
            "alert_id": str(line.id),
            "severity": line.severity,
            "state": line.state,
            "alert_type": line.alert_type,
            "message": line.message,
            "began_at": instant(line.began_at, zone),
            "acknowledged_at": instant(line.acknowledged_at, zone),
            "resolved_at": instant(line.resolved_at, zone),
        }
