"""Numbers of a report: availability from the raw periods, metrics from the measured values."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.availability import Availability, StatusPeriod, availability

if TYPE_CHECKING:
    from functions.reports.domain.calendar import Day


@dataclass(frozen=True)
class Period(StatusPeriod):
    """A period in one status, with why."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device as reports name it."""

    id: UUID
    name: str
    ip_address: str
    device_type: str
    location: str
    created_at: datetime


class StretchKind(StrEnum):
    """Stretches of time that a report lists one by one."""

    OUTAGE = "outage"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """An outage, or time in maintenance, as far as it lies in the report's period.

    `ended_at` None: it lasted still when the report was made.
    """

    device: Device
    kind: StretchKind
    began_at: datetime
    ended_at: datetime | None
    seconds: float
    reason: str


@dataclass(frozen=True)
class DeviceFigures:
    """A device's availability, with the raw outages it is summed from."""

    device: Device
    availability: Availability
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Window:
    """The stretch of time a report is about, and when it was made."""

    begin: datetime
    end: datetime
    now: datetime

    @property
    def last(self) -> datetime:
        """The end of what can be known of it."""
        return min(self.end, self.now)


def device_figures(device: Device, periods: Sequence[Period], window: Window) -> DeviceFigures:
    """Return a device's figures from its periods, oldest first."""
    found = _available(device, periods, window.begin, window)
    stretches = tuple(_stretches(device, periods, window))
    return DeviceFigures(device, found, stretches)


def day_figures(
    device: Device, periods: Sequence[Period], days: Iterable[Day], window: Window
) -> list[Availability]:
    """Return a device's availability each day; periods oldest first, as they never overlap."""
    begins = [period.began_at for period in periods]
    ends = [period.ended_at or window.now for period in periods]
    found = []
    for day in days:
        touching = periods[bisect_right(ends, day.begin) : bisect_left(begins, day.end)]
        part = Window(day.begin, day.end, window.now)
        found.append(_available(device, touching, day.begin, part))
    return found


def _available(
    device: Device, periods: Iterable[Period], begin: datetime, window: Window
) -> Availability:
    return availability(
        periods, begin=begin, end=window.end, existed_from=device.created_at, now=window.now
    )


def _stretches(device: Device, periods: Iterable[Period], window: Window) -> Iterable[Stretch]:
    begin = max(window.begin, device.created_at)
    for period in periods:
        kind = _stretch_kind(period)
        first, last = max(period.began_at, begin), min(period.ended_at or window.now, window.last)
        if kind is None or last <= first:
            continue
        lasts = period.ended_at is None and last == window.now
        yield Stretch(
            device=device,
            kind=kind,
            began_at=first,
            ended_at=None if lasts else last,
            seconds=(last - first).total_seconds(),
            reason=period.reason,
        )


def _stretch_kind(period: Period) -> StretchKind | None:
    if period.maintenance:
        return StretchKind.MAINTENANCE
    return StretchKind.OUTAGE if period.status == "offline" else None
