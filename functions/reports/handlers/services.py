"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.reports.service.requests import ReportService
    from functions.reports.service.schedules import ScheduleService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    reports: Callable[[], ReportService]
    schedules: Callable[[], ScheduleService]
