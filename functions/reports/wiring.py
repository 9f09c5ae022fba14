"""Reports in the real world."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load
from netpulse.wiring import access, database, relay, system_database
from netpulse.work import UnitOfWork

from functions.reports.channels.scheduler import EventBridgeSchedules, Place
from functions.reports.domain.definition import ReportFormat
from functions.reports.renderers import csv, json
from functions.reports.repository import (
    PostgresReports,
    PostgresReportsWork,
    PostgresSchedules,
    S3Files,
)
from functions.reports.service.alarm_clock import AlarmClock
from functions.reports.service.making import ReportMaker
from functions.reports.service.requests import ReportService
from functions.reports.service.schedules import ScheduleService
from functions.reports.service.upkeep import Upkeep

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import OrganizationId

    from functions.reports.domain.report import Report

__all__ = ["access", "alarm_clock", "maker", "report_service", "schedule_service", "upkeep"]


class ReportsSettings(Settings):
    """Where reports' files are kept."""

    reports_bucket: str


class AlarmClockSettings(Settings):
    """Where EventBridge Scheduler keeps our schedules, what it calls and as whom."""

    schedule_group: str
    schedule_target_arn: str
    schedule_role_arn: str


@cache
def work() -> UnitOfWork[PostgresReportsWork]:
    """Return what opens reports' transactions."""
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, PostgresReportsWork)


@cache
def files() -> S3Files:
    """Return where reports' files are kept."""
    return S3Files(load(ReportsSettings).reports_bucket)


@cache
def report_service() -> ReportService:
    """Return what takes, shows and deletes reports."""
    return ReportService(work(), files(), SYSTEM_CLOCK)


@cache
def schedule_service() -> ScheduleService:
    """Return what keeps schedules."""
    return ScheduleService(work(), SYSTEM_CLOCK)


@cache
def alarm_clock() -> AlarmClock:
    """Return what keeps EventBridge Scheduler in step with the schedules."""
    settings = load(AlarmClockSettings)
    place = Place(
        group=settings.schedule_group,
        target_arn=settings.schedule_target_arn,
        role_arn=settings.schedule_role_arn,
    )
    return AlarmClock(work(), EventBridgeSchedules(place))


def _pdf(report: Report) -> bytes:
    # reportlab takes a good part of a second to load, and only the maker draws
    from functions.reports.renderers.pdf import render  # noqa: PLC0415

    return render(report)


@cache
def maker() -> ReportMaker:
    """Return what makes reports."""
    renderers = {
        ReportFormat.PDF: _pdf,
        ReportFormat.CSV: csv.render,
        ReportFormat.JSON: json.render,
    }
    return ReportMaker(work(), files(), renderers, SYSTEM_CLOCK)


def _with_due(by: datetime) -> list[OrganizationId]:
    with system_database().transaction(None) as transaction:
        return PostgresSchedules(transaction).organizations_due(by)


def _with_stuck(since: datetime) -> list[OrganizationId]:
    with system_database().transaction(None) as transaction:
        return PostgresReports(transaction).organizations_stuck(since)


@cache
def upkeep() -> Upkeep:
    """Return what runs every minute."""
    return Upkeep(
        work(),
        schedule_service(),
        SYSTEM_CLOCK,
        with_due=_with_due,
        with_stuck=_with_stuck,
    )
