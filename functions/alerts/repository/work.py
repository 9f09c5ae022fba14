"""One organisation's transaction, and the sweep over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import OrganizationId
from netpulse.timers import Timers

from functions.alerts.repository.alerts import PostgresAlerts
from functions.alerts.repository.baselines import PostgresBaselines
from functions.alerts.repository.calling import PostgresPolicies, PostgresSchedules
from functions.alerts.repository.devices import PATIENCE, PostgresDevices
from functions.alerts.repository.incidents import PostgresIncidents
from functions.alerts.repository.memories import PostgresMemories
from functions.alerts.repository.mutes import (
    PostgresInhibitions,
    PostgresSilences,
    PostgresWindows,
)
from functions.alerts.repository.promises import PostgresPromises
from functions.alerts.repository.rules import PostgresRules
from functions.alerts.repository.samples import PostgresSamples
from functions.alerts.repository.service_levels import PostgresServiceLevels
from functions.alerts.service.purposes import PURPOSES

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Database, Transaction
    from netpulse.outbox import Outbox

    from functions.alerts.domain.history import Years
    from functions.alerts.domain.rule import Kind


class PostgresWork:
    """The repositories of one transaction."""

    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        self._transaction = transaction
        self.rules = PostgresRules(transaction)
        self.memories = PostgresMemories(transaction)
        self.samples = PostgresSamples(transaction)
        self.baselines = PostgresBaselines(transaction)
        self.devices = PostgresDevices(transaction)
        self.silences = PostgresSilences(transaction)
        self.inhibitions = PostgresInhibitions(transaction)
        self.windows = PostgresWindows(transaction)
        self.schedules = PostgresSchedules(transaction)
        self.policies = PostgresPolicies(transaction)
        self.service_levels = PostgresServiceLevels(transaction)
        self.promises = PostgresPromises(transaction)
        self.incidents = PostgresIncidents(transaction)
        self.alerts = PostgresAlerts(transaction)
        self.timers = Timers(transaction)
        self.outbox = outbox

    def lock(self) -> None:
        """Let no other evaluation of the organisation begin before this transaction ends.

        A child and its parent may stand in messages that are handled at the same time: each must
        see what became of the other.
        """
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended('netpulse.alerts:' || %s::text, 0))",
            (self._transaction.organization_id,),
        )


class PostgresSweep:
    """What the minute sweep finds, as netpulse_system."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, *, now: datetime) -> list[OrganizationId]:
        """Return the organisations that have timers of this domain due."""
        with self._database.transaction(None) as transaction:
            rows = transaction.rows(
                "SELECT DISTINCT organization_id FROM netpulse.timers "
                "WHERE purpose = ANY(%s) AND due_at <= %s",
                (list(PURPOSES), now),
            )
        return [OrganizationId(row["organization_id"]) for row in rows]

    def keep_history(self, years: Years) -> int:
        """Make room for years of history, drop those before them; return how many changed."""
        with self._database.transaction(None) as transaction:
            made = transaction.value(
                "SELECT netpulse.ensure_alert_history_years(%s, %s)", (years.first, years.last)
            )
            dropped = transaction.value(
                "SELECT netpulse.drop_alert_history_years(%s)", (years.kept_from,)
            )
        return int(made) + int(dropped)

    def in_maintenance(self) -> list[OrganizationId]:
        """Return the organisations that have a window and may have new devices in it."""
        with self._database.transaction(None) as transaction:
            rows = transaction.rows(
                "SELECT DISTINCT organization_id FROM netpulse.device_status WHERE maintenance"
            )
        return [OrganizationId(row["organization_id"]) for row in rows]

    def with_rules_of(self, kind: Kind) -> list[OrganizationId]:
        """Return the organisations that have an enabled rule of a kind."""
        with self._database.transaction(None) as transaction:
            rows = transaction.rows(
                "SELECT DISTINCT organization_id FROM netpulse.alert_rules "
                "WHERE enabled AND kind = %s",
                (kind,),
            )
        return [OrganizationId(row["organization_id"]) for row in rows]

    def troubled(self, *, now: datetime) -> list[OrganizationId]:
        """Return the organisations with silent devices, or with an alert that says so."""
        with self._database.transaction(None) as transaction:
            rows = transaction.rows(
                "SELECT DISTINCT d.organization_id FROM netpulse.devices d "  # noqa: S608 - constant
                "LEFT JOIN netpulse.device_status s ON s.device_id = d.id "
                f"WHERE d.is_active AND d.retired_at IS NULL AND {PATIENCE} < %(now)s "
                "UNION SELECT organization_id FROM netpulse.alerts "
                "WHERE alert_type = 'poller_silent' AND (resolved_at IS NULL OR is_quiet)",
                {"now": now},
            )
        return [OrganizationId(row["organization_id"]) for row in rows]
