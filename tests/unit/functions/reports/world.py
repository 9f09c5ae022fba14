"""Reports in memory, on a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from netpulse.events import ReportScheduleChanged
from netpulse.ids import JobId, ReportId, ScheduleId
from netpulse.permissions import Role

from functions.reports.domain.definition import ReportFormat
from functions.reports.domain.report import Report
from functions.reports.handlers.http import application
from functions.reports.handlers.services import Services
from functions.reports.service.alarm_clock import AlarmClock
from functions.reports.service.making import ReportMaker
from functions.reports.service.requests import ReportService
from functions.reports.service.schedules import ScheduleService
from functions.reports.service.upkeep import Upkeep
from tests.support.clock import FakeClock
from tests.support.http import ORGANIZATION, Answer, Client, FakeAccess, a_principal
from tests.support.reports_memory import MemoryAlarmClocks, MemoryFiles, MemoryWork
from tests.unit.functions.reports.builders import NOW


@dataclass
class World:
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    work: MemoryWork = field(default_factory=MemoryWork)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    alarms: MemoryAlarmClocks = field(default_factory=MemoryAlarmClocks)
    made: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reports = ReportService(self.work, self.files, self.clock)
        self.schedules = ScheduleService(self.work, self.clock)
        self.alarm_clock = AlarmClock(self.work, self.alarms)
        renderers = dict.fromkeys(ReportFormat, self._render)
        self.maker = ReportMaker(self.work, self.files, renderers, self.clock)
        self.upkeep = Upkeep(
            self.work,
            self.schedules,
            self.clock,
            with_due=lambda _now: [ORGANIZATION],
            with_stuck=lambda _since: [ORGANIZATION],
        )

    def set_alarms(self) -> None:
        """Let what was said of schedules since the last time be heard."""
        for fact in self.work.outbox.take(ReportScheduleChanged):
            self.alarm_clock.set(ORGANIZATION, ScheduleId(fact.schedule_id))

    def _render(self, report: Report) -> bytes:
        self.made.append(report)
        return b"body"

    def call(self, method: str, path: str, *, role: Role = Role.ADMIN, **options: Any) -> Answer:
        access = FakeAccess(a_principal(role))
        services = Services(reports=lambda: self.reports, schedules=lambda: self.schedules)
        return Client(application(lambda: access, services, clock=self.clock)).call(
            method, path, **options
        )

    def generate(self, **body: Any) -> dict[str, Any]:
        """Ask for a report; return the ids of report and job."""
        answer = self.call("POST", "/reports/generate", body={"kind": "uptime", **body})
        assert answer.status == 202, answer.text
        return dict(answer.data)

    def make(self, ids: dict[str, Any]) -> bool:
        """Let the maker make a report."""
        return self.maker.make(
            ORGANIZATION, ReportId(UUID(ids["report_id"])), JobId(UUID(ids["job_id"]))
        )

    def later(self, by: timedelta) -> None:
        self.clock.advance(by)


def fields(answer: Answer) -> dict[str, str]:
    """Return the code of each field an answer refuses."""
    found = answer.json["error"]["details"]["fields"]
    return {field["field"]: field["code"] for field in found}
