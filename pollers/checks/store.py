"""The checks to be run, from PostgreSQL, told of every change at its commit."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
from netpulse.observability import logger
from psycopg.rows import dict_row

from pollers.checks.spec import CheckSpec, Sealed
from pollers.database import Connection, DatabaseAwayError, PollerDatabase
from pollers.domain.reach import Reach
from pollers.domain.schedule import clamp_interval
from pollers.metrics import Metrics
from pollers.probes.target import Target

CHANNEL = "netpulse_checks"
_CHECKS = """
    SELECT k.id, k.device_id, k.organization_id, k.name, k.kind, k.settings, k.interval_seconds,
           k.timeout_seconds, k.pinned_host_key, d.number AS device_number,
           o.number AS organization_number, host(d.ip_address) AS address,
           coalesce(p.beyond_device, false) AS beyond_device, c.id AS credential_id, c.ciphertext
    FROM netpulse.device_checks k
    JOIN netpulse.devices d ON d.id = k.device_id
    JOIN netpulse.organizations o ON o.id = k.organization_id
    LEFT JOIN netpulse.check_policies p ON p.organization_id = k.organization_id
    LEFT JOIN netpulse.credentials c
        ON c.id = k.credential_id AND c.organization_id = k.organization_id
    WHERE k.enabled AND d.is_active AND d.retired_at IS NULL
"""
_WATCHED = """
    SELECT organization_id, array_agg(DISTINCT metric) FROM netpulse.alert_rules
    WHERE enabled AND metric IS NOT NULL GROUP BY organization_id
"""
_SHORTEST_S, _LONGEST_S = 0.5, 30.0
_SETTLE_S = 0.2
# An import is many changes one after another: all of them are read once a second.
_APART_S = 1.0
_RELOAD_S = 60.0
_RETRY_S = 2.0


class PostgresChecks:
    """Reads the checks of all devices; whose turn it is to run them is the runner's to know."""

    def __init__(
        self, database: PollerDatabase, metrics: Metrics, *, reach: Reach | None = None
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._reach = reach or Reach()

    async def changes(self) -> AsyncIterator[Mapping[UUID, CheckSpec]]:
        """Yield all checks, at once and whenever they changed; wait while the database is away."""
        while True:
            connection: Connection | None = None
            try:
                connection = await self._database.connect()
                await connection.execute(f"LISTEN {CHANNEL}")
                while True:
                    yield await self._read(connection)
                    await _notified(connection)
            except (DatabaseAwayError, psycopg.Error, OSError) as error:
                self._metrics.add("netpulse_poller_inventory_failures_total")
                logger.warning("checks not readable", reason=type(error).__name__)
                await asyncio.sleep(_RETRY_S)
            finally:
                if connection is not None:
                    with suppress(psycopg.Error, OSError):
                        await connection.close()

    async def _read(self, connection: Connection) -> Mapping[UUID, CheckSpec]:
        rules = await connection.execute(_WATCHED)
        watched = {row[0]: frozenset(row[1]) for row in await rules.fetchall()}
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(_CHECKS)
        return {
            row["id"]: _spec(row, watched.get(row["organization_id"], frozenset()))
            for row in await cursor.fetchall()
            # The API refuses forbidden addresses; what came in another way is not probed either.
            if self._reach.allows(row["address"])
        }


def _spec(row: Mapping[str, Any], watched: frozenset[str]) -> CheckSpec:
    settings = row["settings"] if isinstance(row["settings"], dict) else {}
    credential = None
    if row["credential_id"] is not None:
        credential = Sealed(row["credential_id"], row["organization_id"], bytes(row["ciphertext"]))
    return CheckSpec(
        id=row["id"],
        device_id=row["device_id"],
        organization_id=row["organization_id"],
        device_number=row["device_number"],
        organization_number=row["organization_number"],
        name=row["name"],
        kind=row["kind"],
        target=Target(
            row["address"],
            # Both must want it: the check that says so, and the organisation that allows it.
            beyond=row["beyond_device"] and bool(settings.get("beyond_device")),
            pinned=row["pinned_host_key"] or "",
        ),
        settings=settings,
        interval_s=clamp_interval(row["interval_seconds"]),
        timeout_s=max(_SHORTEST_S, min(_LONGEST_S, float(row["timeout_seconds"]))),
        credential=credential,
        watched=watched,
    )


async def _notified(connection: Connection) -> None:
    """Return soon after a change, or after a minute in case a notice was missed."""
    began = time.monotonic()
    async for _ in connection.notifies(timeout=_RELOAD_S, stop_after=1):
        await asyncio.sleep(max(_SETTLE_S, _APART_S - (time.monotonic() - began)))
