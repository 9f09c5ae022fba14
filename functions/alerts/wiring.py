"""Alerts in the real world."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.observability import count, emit
from netpulse.settings import Settings, load
from netpulse.timers import Wakeups
from netpulse.wiring import access, database, relay, system_database
from netpulse.work import UnitOfWork
from pydantic import Field

from functions.alerts.repository import PostgresReplies, PostgresSweep, PostgresWork
from functions.alerts.service.absence import AbsenceWatch
from functions.alerts.service.bands import Bands
from functions.alerts.service.calling import Calling
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.dry_run import DryRun
from functions.alerts.service.evaluation import Evaluation
from functions.alerts.service.forecasting import ForecastWatch
from functions.alerts.service.foreign import Foreign
from functions.alerts.service.incident_desk import IncidentDesk
from functions.alerts.service.incident_handling import IncidentHandling
from functions.alerts.service.learning import BaselineWatch
from functions.alerts.service.quiet import Quiet
from functions.alerts.service.recording import Recorder
from functions.alerts.service.replying import Replying
from functions.alerts.service.rules import RuleService
from functions.alerts.service.service_levels import ServiceLevels
from functions.alerts.service.silencing import Silencing
from functions.alerts.service.watch import Watch

if TYPE_CHECKING:
    from functions.alerts.domain.alert import Severity
    from functions.alerts.domain.device import Device, Standing

__all__ = [
    "absence",
    "access",
    "bands",
    "baselines",
    "calling",
    "desk",
    "dry_run",
    "evaluation",
    "forecast",
    "foreign",
    "history_years",
    "incident_handling",
    "incidents",
    "quiet",
    "rules",
    "service_levels",
    "silencing",
    "sweep",
    "watch",
]


class TimerSettings(Settings):
    """Where timers' wake-ups are sent."""

    timers_queue_url: str


class HistorySettings(Settings):
    """For how many years before this one the steps of alerts' lives are kept."""

    alert_history_years: int = Field(default=5, ge=1)


class EmfMeter:
    """Metrics in CloudWatch's embedded format; a device's id is no dimension, that would cost."""

    def alert_opened(self, severity: Severity, alert_type: str) -> None:
        """Count an alert that fired."""
        emit(
            {"severity": severity, "alert_type": alert_type},
            alerts_generated_total=count(1),
        )

    def status_changed(self, device: Device, standing: Standing) -> None:
        """Note whether a device is online."""
        emit(
            {"device_type": device.device_type},
            details={"device_id": str(device.id)},
            device_online_status=count(1 if standing.status.is_up else 0),
        )


@cache
def work() -> UnitOfWork[PostgresWork]:
    """Return what opens an organisation's transaction."""
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, PostgresWork)


@cache
def recorder() -> Recorder:
    """Return what writes changes down."""
    return Recorder(EmfMeter(), SYSTEM_CLOCK)


@cache
def wakeups() -> Wakeups:
    """Return what wakes timers in time."""
    return Wakeups(load(TimerSettings).timers_queue_url)


@cache
def evaluation() -> Evaluation:
    """Return what judges devices."""
    return Evaluation(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def desk() -> AlertDesk:
    """Return what people handle alerts with."""
    return AlertDesk(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def rules() -> RuleService:
    """Return what keeps rules."""
    return RuleService(work(), recorder(), SYSTEM_CLOCK)


@cache
def dry_run() -> DryRun:
    """Return what tries rules on history."""
    return DryRun(work(), SYSTEM_CLOCK)


@cache
def incidents() -> IncidentDesk:
    """Return what people look at incidents with."""
    return IncidentDesk(work(), SYSTEM_CLOCK)


@cache
def incident_handling() -> IncidentHandling:
    """Return what people handle incidents with."""
    return IncidentHandling(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def quiet() -> Quiet:
    """Return what lets alerts be quiet."""
    return Quiet(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def silencing() -> Silencing:
    """Return what keeps silences and maintenance windows."""
    return Silencing(work(), quiet(), wakeups(), SYSTEM_CLOCK)


@cache
def calling() -> Calling:
    """Return what keeps on-call schedules and escalation policies."""
    return Calling(work(), SYSTEM_CLOCK)


@cache
def foreign() -> Foreign:
    """Return what speaks as Alertmanager does."""
    return Foreign(work(), recorder(), quiet(), wakeups(), SYSTEM_CLOCK)


@cache
def replying() -> Replying:
    """Return what takes alerts on by the links in messages."""
    return Replying(PostgresReplies(database()).find, work(), desk(), SYSTEM_CLOCK)


@cache
def service_levels() -> ServiceLevels:
    """Return what keeps service levels."""
    return ServiceLevels(work(), SYSTEM_CLOCK)


@cache
def watch() -> Watch:
    """Return what looks after devices of which nothing is heard."""
    return Watch(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def absence() -> AbsenceWatch:
    """Return what looks for data that does not come."""
    return AbsenceWatch(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def forecast() -> ForecastWatch:
    """Return what looks ahead."""
    return ForecastWatch(work(), recorder(), wakeups(), SYSTEM_CLOCK)


@cache
def history_years() -> int:
    """Return for how many years before this one history is kept."""
    return int(load(HistorySettings).alert_history_years)


@cache
def baselines() -> BaselineWatch:
    """Return what learns what is usual."""
    return BaselineWatch(work(), SYSTEM_CLOCK)


@cache
def bands() -> Bands:
    """Return what shows what is usual."""
    return Bands(work(), SYSTEM_CLOCK)


@cache
def sweep() -> PostgresSweep:
    """Return what looks across organisations."""
    return PostgresSweep(system_database())
