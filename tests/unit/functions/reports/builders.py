"""Reports as values, small ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from netpulse.availability import summed

from functions.reports.domain.calendar import days_between
from functions.reports.domain.curves import Drawing, Reading, Statistics
from functions.reports.domain.definition import ReportKind, ReportSection
from functions.reports.domain.figures import (
    Device,
    Period,
    Window,
    day_figures,
    device_figures,
)
from functions.reports.domain.report import (
    AlertLine,
    Alerts,
    DayFigures,
    Performance,
    Report,
    Uptime,
)

ZONE = ZoneInfo("Africa/Nairobi")
# March in Nairobi
BEGIN = datetime(2026, 2, 28, 21, tzinfo=UTC)
END = datetime(2026, 3, 31, 21, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_device(name: str, number: int = 1) -> Device:
    return Device(
        id=UUID(int=number),
        name=name,
        ip_address=f"192.0.2.{number % 250}",
        device_type="router",
        location="Nairobi",
        created_at=BEGIN - timedelta(days=30),
    )


def periods(*outages: tuple[datetime, float], reason: str = "no_answer") -> list[Period]:
    """Return a device's periods: online but for these outages of so many seconds."""
    found, at = [], BEGIN - timedelta(days=1)
    for began, seconds in outages:
        ended = began + timedelta(seconds=seconds)
        found += [Period("online", at, began), Period("offline", began, ended, reason=reason)]
        at = ended
    return [*found, Period("online", at, None)]


def an_uptime(histories: dict[Device, list[Period]], window: Window) -> Uptime:
    days = days_between(window.begin, window.last, ZONE)
    by_device = [day_figures(device, own, days, window) for device, own in histories.items()]
    figures = [device_figures(device, own, window) for device, own in histories.items()]
    by_day = zip(*by_device, strict=True) if by_device else [() for _ in days]
    return Uptime(
        total=summed(each.availability for each in figures),
        devices=tuple(figures),
        days=tuple(
            DayFigures(day.date, summed(found)) for day, found in zip(days, by_day, strict=True)
        ),
    )


def some_performance(*devices: Device) -> Performance:
    drawing, readings = Drawing(21_600), []
    for device in devices:
        values = {BEGIN + n * timedelta(hours=6): 20.0 + n % 5 for n in range(100)}
        drawing.add(device.name, "cpu_usage", "%", values)
        statistics = Statistics(
            entity="cpu:1",
            metric="cpu_usage",
            unit="%",
            samples=44_640,
            minimum=20.0,
            average=22.0,
            p95=23.9,
            maximum=24.0,
        )
        readings.append(Reading(device, statistics))
    return Performance(
        metrics=("cpu_usage",), readings=tuple(readings), charts=drawing.charts(["cpu_usage"])
    )


def an_alert(**changes: Any) -> AlertLine:
    values: dict[str, Any] = {
        "id": uuid4(),
        "device": a_device("Core"),
        "severity": "critical",
        "state": "firing",
        "alert_type": "device_down",
        "message": "The device does not answer",
        "began_at": BEGIN,
        "acknowledged_at": None,
        "resolved_at": None,
    }
    return AlertLine(**{**values, **changes})


def a_report(**changes: Any) -> Report:
    """Return a month of three devices, two of which were down, with every section."""
    core, edge, formula = a_device("Core"), a_device("Edge", 2), a_device("=cmd()", 3)
    histories = {
        core: periods(),
        edge: periods((BEGIN + 30 * HOUR, 61.0)),
        formula: periods((BEGIN + 50 * HOUR, 3604.0), reason="@planned"),
    }
    values: dict[str, Any] = {
        "id": UUID(int=9),
        "name": "March",
        "kind": ReportKind.CUSTOM,
        "organization": "Kilimo Net",
        "time_zone": ZONE.key,
        "begin": BEGIN,
        "end": END,
        "generated_at": NOW,
        "devices": 3,
        "sections": tuple(ReportSection),
        "uptime": an_uptime(histories, Window(BEGIN, END, NOW)),
        "performance": some_performance(core, edge),
        "alerts": Alerts((an_alert(), an_alert(device=None, severity="info", began_at=BEGIN))),
    }
    return Report(**{**values, **changes})
