"""Gathers what a report shows, some devices at a time, so that it can be stopped in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from netpulse.availability import summed

from functions.reports.domain.calendar import days_between
from functions.reports.domain.curves import Drawing, Reading, step_of
from functions.reports.domain.definition import ReportSection
from functions.reports.domain.figures import Window, day_figures, device_figures
from functions.reports.domain.report import Alerts, DayFigures, Performance, Report, Uptime

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.availability import Availability
    from netpulse.ids import OrganizationId

    from functions.reports.domain.curves import Statistics
    from functions.reports.domain.figures import Device, DeviceFigures
    from functions.reports.domain.record import ReportRecord
    from functions.reports.ports import Work

_BATCH = 50
T = TypeVar("T")
# Called with the share that is done; raises when the report is no longer wanted.
Progress = Callable[[float], None]


class Gathering:
    """Reads one organisation's data for one report."""

    def __init__(
        self, work: Work, organization_id: OrganizationId, record: ReportRecord, now: datetime
    ) -> None:
        self._work = work
        self._organization_id = organization_id
        self._record = record
        self._window = Window(record.begin, record.end, now)
        self._done = 0

    def report(self, progress: Progress) -> Report:
        """Return the report; `progress` is told after every batch of devices."""
        record, parts = self._record, self._record.definition.parts
        with self._work(self._organization_id) as work:
            organization = work.sources.organization()
            devices = work.sources.devices(record.definition.scope)
        total = max(len(devices) * len(parts), 1)

        def step(done: int) -> None:
            self._done += done
            progress(self._done / total)

        progress(0.0)
        return Report(
            id=record.id,
            name=record.name,
            kind=record.definition.kind,
            organization=organization.name,
            time_zone=record.time_zone,
            begin=record.begin,
            end=record.end,
            generated_at=self._window.now,
            devices=len(devices),
            sections=parts,
            uptime=self._uptime(devices, step) if ReportSection.UPTIME in parts else None,
            performance=(
                self._performance(devices, step) if ReportSection.PERFORMANCE in parts else None
            ),
            alerts=self._alerts(devices, step) if ReportSection.ALERTS in parts else None,
        )

    def _uptime(self, devices: Sequence[Device], step: Callable[[int], None]) -> Uptime:
        window = self._window
        days = days_between(window.begin, window.last, ZoneInfo(self._record.time_zone))
        figures: list[DeviceFigures] = []
        by_day: list[list[Availability]] = [[] for _ in days]
        for batch in _batches(devices, _BATCH):
            with self._work(self._organization_id) as work:
                ids = [device.id for device in batch]
                periods = work.sources.periods(ids, begin=window.begin, end=window.end)
            for device in batch:
                own = periods.get(device.id, [])
                figures.append(device_figures(device, own, window))
                for place, found in enumerate(day_figures(device, own, days, window)):
                    by_day[place].append(found)
            step(len(batch))
        return Uptime(
            total=summed(each.availability for each in figures),
            devices=tuple(figures),
            days=tuple(
                DayFigures(day.date, summed(found)) for day, found in zip(days, by_day, strict=True)
            ),
        )

    def _performance(self, devices: Sequence[Device], step: Callable[[int], None]) -> Performance:
        metrics = self._record.definition.measured
        drawing = Drawing(step_of(self._window.last - self._window.begin))
        readings: list[Reading] = []
        for device in devices:
            readings += [Reading(device, each) for each in self._measured(device, metrics, drawing)]
            step(1)
        return Performance(
            metrics=metrics, readings=tuple(readings), charts=drawing.charts(metrics)
        )

    def _measured(
        self, device: Device, metrics: Sequence[str], drawing: Drawing
    ) -> list[Statistics]:
        begin, end = self._window.begin, self._window.last
        with self._work(self._organization_id) as work:
            series = work.sources.series(device.id, metrics)
            if not series:
                return []
            statistics = work.sources.statistics(series, begin=begin, end=end)
            averages = work.sources.averages(series, begin=begin, end=end, step_s=drawing.step_s)
        for each in series:
            label = f"{device.name} {each.entity}".strip()
            drawing.add(label, each.metric, each.unit, averages.get(each.id, {}))
        order = {name: place for place, name in enumerate(metrics)}
        return sorted(statistics, key=lambda each: (order[each.metric], each.entity))

    def _alerts(self, devices: Sequence[Device], step: Callable[[int], None]) -> Alerts:
        scope = self._record.definition.scope
        everything = not (scope.device_ids or scope.group_ids or scope.tags)
        with self._work(self._organization_id) as work:
            lines = work.sources.alerts(
                devices,
                begin=self._window.begin,
                end=self._window.last,
                everything=everything,
            )
        step(len(devices))
        return Alerts(tuple(lines))


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), size):
        yield items[first : first + size]
