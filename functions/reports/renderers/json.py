"""A report as JSON: everything it knows, under the API's names."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from functions.reports.renderers.values import device_fields, figures, instant, number

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from functions.reports.domain.curves import Chart, Reading
    from functions.reports.domain.figures import DeviceFigures, Stretch
    from functions.reports.domain.report import AlertLine, Alerts, Performance, Report, Uptime


def render(report: Report) -> bytes:
    """Return the report as a UTF-8 JSON document."""
    zone = report.zone
    document: dict[str, Any] = {
        "report": {
            "id": str(report.id),
            "name": report.name,
            "kind": report.kind.value,
            "organization": report.organization,
            "time_zone": report.time_zone,
            "from": instant(report.begin, zone),
            "to": instant(report.end, zone),
            "generated_at": instant(report.generated_at, zone),
            "devices": report.devices,
            "sections": [section.value for section in report.sections],
        }
    }
    if report.uptime:
        document["uptime"] = _uptime(report.uptime, zone)
    if report.performance:
        document["performance"] = _performance(report.performance, zone)
    if report.alerts:
        document["alerts"] = _alerts(report.alerts, zone)
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False).encode()


def _uptime(uptime: Uptime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "total": figures(uptime.total),
        "days": [
            {"date": day.date.isoformat(), **figures(day.availability)} for day in uptime.days
        ],
        "devices": [_device(each, zone) for each in uptime.devices],
    }


def _device(found: DeviceFigures, zone: ZoneInfo) -> dict[str, Any]:
    return {
        **device_fields(found.device),
        **figures(found.availability),
        "periods": [_stretch(each, zone) for each in found.stretches],
    }


def _stretch(stretch: Stretch, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "kind": stretch.kind.value,
        "began_at": instant(stretch.began_at, zone),
        "ended_at": instant(stretch.ended_at, zone),
        "seconds": number(stretch.seconds),
        "reason": stretch.reason,
    }


def _performance(performance: Performance, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "metrics": list(performance.metrics),
        "series": [_reading(each) for each in performance.readings],
        "charts": [_chart(each, zone) for each in performance.charts],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {**device_fields(reading.device), **asdict(reading.statistics)}


def _chart(chart: Chart, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "metric": chart.metric,
        "unit": chart.unit,
        "series": chart.series,
        "step_seconds": chart.step_s,
        "lines": [
            {
                "label": line.label,
                "points": [[instant(at, zone), value] for at, value in line.points],
            }
            for line in chart.lines
        ],
    }


def _alerts(alerts: Alerts, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "by_severity": alerts.by_severity,
        "mean_seconds_to_acknowledge": alerts.mean_seconds_to_acknowledge,
        "mean_seconds_to_resolve": alerts.mean_seconds_to_resolve,
        "items": [_alert(line, zone) for line in alerts.lines],
    }


def _alert(line: AlertLine, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "alert_id": str(line.id),
        **device_fields(line.device),
        "severity": line.severity,
        "state": line.state,
        "alert_type": line.alert_type,
        "message": line.message,
        "began_at": instant(line.began_at, zone),
        "acknowledged_at": instant(line.acknowledged_at, zone),
        "resolved_at": instant(line.resolved_at, zone),
    }
