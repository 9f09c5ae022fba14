"""Hears of report schedules that changed and sets their alarms at EventBridge Scheduler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.consumer import Heard, PartialFailure, consume_facts
from netpulse.events import ReportScheduleChanged
from netpulse.ids import OrganizationId, ScheduleId

from functions.reports import wiring

if TYPE_CHECKING:
    from collections.abc import Sequence


def handler(event: dict[str, Any], _context: object) -> PartialFailure:
    """Work off a batch of events from the bus."""
    return consume_facts(event, _set)


def _set(heard: Sequence[Heard]) -> None:
    for one in heard:
        schedule_id = ScheduleId(one.read(ReportScheduleChanged).schedule_id)
        wiring.alarm_clock().set(OrganizationId(one.meta.organization_id), schedule_id)
