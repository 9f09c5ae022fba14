"""An organisation with devices in a real database, and the alerts' services over it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from netpulse.ids import DeviceId
from netpulse.timers import Timer
from netpulse.work import Relay, UnitOfWork
from psycopg.rows import dict_row

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Device, Result, Standing, Value, Verdict
from functions.alerts.repository import PostgresWork
from functions.alerts.service.evaluation import Evaluation
from functions.alerts.service.quiet import Quiet
from functions.alerts.service.recording import Recorder
from functions.alerts.service.watch import Watch
from tests.support.clock import FakeClock
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.events import Recorded
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase


class RecordingBus:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.published: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.published += records


class RecordingWakeups:
    """Keeps the timers someone asked to be woken for."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def send(self, timers: Sequence[Timer], *, now: datetime) -> None:
        self.timers += timers


class RecordingMeter:
    """Keeps what was counted."""

    def __init__(self) -> None:
        self.opened: list[tuple[Severity, str]] = []

    def alert_opened(self, severity: Severity, alert_type: str) -> None:
        self.opened.append((severity, alert_type))

    def status_changed(self, device: Device, standing: Standing) -> None:
        pass


class Place:
    """One organisation under test."""

    def __init__(self, postgres: TestDatabase, *, role: str = "netpulse_app") -> None:
        self.postgres = postgres
        self.organization_id: OrganizationId = new_organization(postgres)
        self.clock = FakeClock()
        self.bus = RecordingBus()
        self.wakeups = RecordingWakeups()
        self.meter = RecordingMeter()
        self.database = postgres.database(role)
        self.work = UnitOfWork(
            self.database, Relay(self.database, self.bus, self.clock), self.clock, PostgresWork
        )
        self.recorder = Recorder(self.meter, self.clock)
        self.evaluation = Evaluation(self.work, self.recorder, self.wakeups, self.clock)
        self.quiet = Quiet(self.work, self.recorder, self.wakeups, self.clock)
        self.watch = Watch(self.work, self.recorder, self.wakeups, self.clock)

    def device(
        self,
        name: str = "core-router-1",
        *,
        address: str | None = None,
        parents: Sequence[DeviceId] = (),
        **columns: Any,
    ) -> DeviceId:
        """Insert a device and return its id."""
        device_id = DeviceId(uuid4())
        number = int(
            self.sql(
                "SELECT count(*) AS n FROM netpulse.devices WHERE organization_id = %s",
                self.organization_id,
            )[0]["n"]
        )
        given = {
            "id": device_id,
            "organization_id": self.organization_id,
            "name": name,
            "ip_address": address or f"198.51.100.{number + 1}",
            "device_type": "router",
            "interval_seconds": 60,
            "created_at": self.clock.now() - timedelta(days=1),
            "updated_at": self.clock.now() - timedelta(days=1),
            **columns,
        }
        self.sql(
            f"INSERT INTO netpulse.devices ({', '.join(given)}) "
            f"VALUES ({', '.join(['%s'] * len(given))})",
            *given.values(),
        )
        for parent_id in parents:
            self.sql(
                "INSERT INTO netpulse.device_parents (organization_id, device_id, parent_id) "
                "VALUES (%s, %s, %s)",
                self.organization_id,
                device_id,
                parent_id,
            )
        return device_id

    def series(self, device_id: DeviceId, metric: str, *, entity: str = "") -> int:
        """Insert a series of a device (the only one of its block) and return its id."""
        (row,) = self.sql(
            "INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, "
            "metric, kind, block, position) SELECT d.organization_id, d.id, d.number, %s, %s, "
            "'gauge', (SELECT count(*) FROM netpulse.series s WHERE s.device_id = d.id), 1 "
            "FROM netpulse.devices d WHERE d.id = %s RETURNING id",
            entity,
            metric,
            device_id,
        )
        return int(row["id"])

    def hours(self, series_id: int, hours: Sequence[tuple[datetime, float, float, float]]) -> None:
        """Insert hourly rollups (begin, low, mean, high) of such a series."""
        for begin, low, mean, high in hours:
            self.sql(
                "INSERT INTO netpulse.rollups_1h (bucket_at, device_number, organization_number, "
                "block, counts, sums, lows, highs, lasts) SELECT %s, s.device_number, o.number, "
                "s.block, '{1}', %s, %s, %s, %s FROM netpulse.series s "
                "JOIN netpulse.organizations o ON o.id = s.organization_id WHERE s.id = %s",
                begin,
                [mean],
                [low],
                [high],
                [mean],
                series_id,
            )

    def sql(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        """Run a statement as the owner."""
        with psycopg.connect(self.postgres.owner_url, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def take(self, *results: Result) -> None:
        """Take a batch of results."""
        self.evaluation.take(self.organization_id, list(results))

    def ring(self) -> None:
        """Ring every timer that is due."""
        self.evaluation.ring(self.organization_id)

    def status(self, device_id: DeviceId) -> str:
        """Return a device's status."""
        rows = self.sql("SELECT status FROM netpulse.device_status WHERE device_id = %s", device_id)
        return str(rows[0]["status"]) if rows else "none"

    def alerts(self) -> list[dict[str, Any]]:
        """Return the organisation's alerts, oldest first."""
        return self.sql(
            "SELECT * FROM netpulse.alerts WHERE organization_id = %s ORDER BY created_at, id",
            self.organization_id,
        )

    def periods(self, device_id: DeviceId) -> list[tuple[str, datetime, datetime | None]]:
        """Return a device's status periods."""
        rows = self.sql(
            "SELECT status, began_at, ended_at FROM netpulse.status_periods "
            "WHERE device_id = %s ORDER BY began_at",
            device_id,
        )
        return [(row["status"], row["began_at"], row["ended_at"]) for row in rows]

    def facts(self) -> list[str]:
        """Return the types of the facts that were published, but for incidents'."""
        types = [record.type for record in self.bus.published]
        return [each for each in types if not each.startswith("Incident")]

    def incident_facts(self) -> list[dict[str, Any]]:
        """Return what was published about incidents."""
        published = [r for r in self.bus.published if r.type.startswith("Incident")]
        return [{"type": record.type, **record.data} for record in published]


def up(device_id: DeviceId, at: datetime, **values: float) -> Result:
    """Return the result of a device that answers."""
    return Result(
        device_id=device_id,
        slot_at=at,
        verdict=Verdict.UP,
        is_hard=True,
        rtt_ms=4.0,
        loss_ratio=0.0,
        values=tuple(Value(metric, "", value) for metric, value in values.items()),
    )


def down(
    device_id: DeviceId, at: datetime, *, since: datetime | None = None, hard: bool = True
) -> Result:
    """Return the result of a device that does not answer."""
    return Result(
        device_id=device_id,
        slot_at=at,
        verdict=Verdict.DOWN,
        is_hard=hard,
        failing_since=since or at,
        reason="icmp timeout",
        loss_ratio=1.0,
    )
