"""What a report is asked to hold: kind, sections, devices, metrics and formats."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ReportKind(StrEnum):
    """The kinds of report; `custom` is made of chosen sections."""

    UPTIME = "uptime"
    PERFORMANCE = "performance"
    ALERTS = "alerts"
    CUSTOM = "custom"

    @property
    def called(self) -> str:
        """Return what a report of the kind is called: `Uptime report`."""
        return f"{self.value.capitalize()} report"


class ReportSection(StrEnum):
    """The parts a report can have."""

    UPTIME = "uptime"
    PERFORMANCE = "performance"
    ALERTS = "alerts"


class ReportFormat(StrEnum):
    """The files a report can be had as."""

    PDF = "pdf"
    CSV = "csv"
    JSON = "json"

    @property
    def content_type(self) -> str:
        """Return the media type of such a file."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.CSV: "text/csv; charset=utf-8",
    ReportFormat.JSON: "application/json",
}
DEFAULT_METRICS = ("response_time_ms", "icmp_loss_ratio", "cpu_usage", "memory_usage")


@dataclass(frozen=True, kw_only=True)
class DeviceScope:
    """The devices a report is about: every part given must fit; all empty: every device."""

    device_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a report is to hold, whenever it is made."""

    kind: ReportKind
    scope: DeviceScope = DeviceScope()
    sections: tuple[ReportSection, ...] = ()
    metrics: tuple[str, ...] = ()
    formats: tuple[ReportFormat, ...] = (ReportFormat.PDF,)

    @property
    def parts(self) -> tuple[ReportSection, ...]:
        """The sections the report has, in the order they are shown."""
        if self.kind is not ReportKind.CUSTOM:
            return (ReportSection(self.kind.value),)
        return tuple(each for each in ReportSection if not self.sections or each in self.sections)

    @property
    def measured(self) -> tuple[str, ...]:
        """The metrics its performance section shows."""
        return self.metrics or DEFAULT_METRICS
