"""The alerts' services over fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import OrganizationId

from functions.alerts.service.absence import AbsenceWatch
from functions.alerts.service.calling import Calling
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.evaluation import Evaluation
from functions.alerts.service.forecasting import ForecastWatch
from functions.alerts.service.incident_handling import IncidentHandling
from functions.alerts.service.quiet import Quiet
from functions.alerts.service.recording import Recorder
from functions.alerts.service.rules import RuleService
from functions.alerts.service.service_levels import ServiceLevels
from functions.alerts.service.silencing import Silencing
from functions.alerts.service.watch import Watch
from tests.support.clock import FakeClock
from tests.unit.functions.alerts.domain.builders import a_device
from tests.unit.functions.alerts.fakes import FakeWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from netpulse.ids import DeviceId
    from netpulse.timers import Timer

    from functions.alerts.domain.alert import Severity
    from functions.alerts.domain.device import Device, Result, Standing


class FakeWakeups:
    """Keeps the timers someone asked to be woken for."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def send(self, timers: Sequence[Timer], *, now: datetime) -> None:
        self.timers += timers


class FakeMeter:
    """Keeps what was counted."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []
        self.online: list[bool] = []

    def alert_opened(self, severity: Severity, alert_type: str) -> None:
        self.opened.append((severity.value, alert_type))

    def status_changed(self, device: Device, standing: Standing) -> None:
        self.online.append(standing.status.is_up)


class Stage:
    """One organisation without a database."""

    def __init__(self) -> None:
        self.organization_id = OrganizationId(uuid4())
        self.work = FakeWork()
        self.clock = FakeClock()
        self.wakeups = FakeWakeups()
        self.meter = FakeMeter()
        recorder = Recorder(self.meter, self.clock)
        self.evaluation = Evaluation(self.work, recorder, self.wakeups, self.clock)
        self.watch = Watch(self.work, recorder, self.wakeups, self.clock)
        self.desk = AlertDesk(self.work, recorder, self.wakeups, self.clock)
        self.incidents = IncidentHandling(self.work, recorder, self.wakeups, self.clock)
        self.quiet = Quiet(self.work, recorder, self.wakeups, self.clock)
        self.silencing = Silencing(self.work, self.quiet, self.wakeups, self.clock)
        self.service_levels = ServiceLevels(self.work, self.clock)
        self.calling = Calling(self.work, self.clock)
        self.forecast = ForecastWatch(self.work, recorder, self.wakeups, self.clock)
        self.absence = AbsenceWatch(self.work, recorder, self.wakeups, self.clock)
        self.rules = RuleService(self.work, recorder, self.clock)

    def device(
        self, name: str = "core", *, parents: Sequence[DeviceId] = (), **given: Any
    ) -> Device:
        device = a_device(name, **given)
        self.work.devices.devices[device.id] = device
        self.work.devices.parents[device.id] = list(parents)
        return device

    def take(self, *results: Result) -> None:
        self.evaluation.take(self.organization_id, list(results))

    def ring(self) -> None:
        self.evaluation.ring(self.organization_id)

    def status(self, device: Device) -> str:
        return self.work.devices.standings[device.id].status.value

    def states(self) -> list[str]:
        return [alert.state.value for alert in self.work.alerts.rows.values()]

    def facts(self) -> list[str]:
        return [type(fact).__name__ for fact in self.work.outbox.facts]
