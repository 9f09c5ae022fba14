"""A whole report as one value: what every renderer is given and the only thing it knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from netpulse.availability import Availability

from functions.reports.domain.curves import Chart, Reading
from functions.reports.domain.definition import ReportKind, ReportSection
from functions.reports.domain.figures import Device, DeviceFigures, Stretch, StretchKind

SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, kw_only=True)
class AlertLine:
    """An alert that began in the report's period."""

    id: UUID
    device: Device | None
    severity: str
    state: str
    alert_type: str
    message: str
    began_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None


@dataclass(frozen=True)
class DayFigures:
    """All devices' availability in a day of the calendar."""

    date: date
    availability: Availability


@dataclass(frozen=True, kw_only=True)
class Uptime:
    """The availability of devices, each and together."""

    total: Availability
    devices: tuple[DeviceFigures, ...]
    days: tuple[DayFigures, ...]

    def stretches(self, kind: StretchKind) -> list[Stretch]:
        """Return the raw outages, or the time in maintenance, of all devices, oldest first."""
        found = [each for device in self.devices for each in device.stretches if each.kind is kind]
        return sorted(found, key=lambda each: (each.began_at, each.device.name))

    @property
    def worst(self) -> list[DeviceFigures]:
        """Devices that were down, the longest first."""
        down = [each for each in self.devices if each.availability.down_seconds > 0]
        return sorted(down, key=lambda each: -each.availability.down_seconds)


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Measured values: statistics a series and charts a metric."""

    metrics: tuple[str, ...]
    readings: tuple[Reading, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Alerts:
    """The alerts that began in the period, oldest first."""

    lines: tuple[AlertLine, ...]

    @property
    def by_severity(self) -> dict[str, int]:
        """How many of each severity."""
        counted = Counter(line.severity for line in self.lines)
        return {severity: counted[severity] for severity in SEVERITIES}

    def by_day(self, zone: ZoneInfo) -> dict[date, dict[str, int]]:
        """How many of each severity began each day that had any."""
        found: dict[date, dict[str, int]] = {}
        for line in self.lines:
            day = found.setdefault(line.began_at.astimezone(zone).date(), {})
            day[line.severity] = day.get(line.severity, 0) + 1
        return found

    @property
    def mean_seconds_to_acknowledge(self) -> float | None:
        """How long it took until someone took an alert on, on average."""
        return _mean(
            [
                (line.acknowledged_at - line.began_at).total_seconds()
                for line in self.lines
                if line.acknowledged_at
            ]
        )

    @property
    def mean_seconds_to_resolve(self) -> float | None:
        """How long it took until an alert was over, on average."""
        return _mean(
            [
                (line.resolved_at - line.began_at).total_seconds()
                for line in self.lines
                if line.resolved_at
            ]
        )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report; sections it does not have are None."""

    id: UUID
    name: str
    kind: ReportKind
    organization: str
    time_zone: str
    begin: datetime
    end: datetime
    generated_at: datetime
    devices: int
    sections: tuple[ReportSection, ...]
    uptime: Uptime | None = None
    performance: Performance | None = None
    alerts: Alerts | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone its times are told in."""
        return ZoneInfo(self.time_zone)
