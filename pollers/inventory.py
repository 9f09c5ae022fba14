"""The devices to be polled, from PostgreSQL, told of every change at its commit."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from uuid import UUID

import psycopg
from netpulse.observability import logger
from netpulse.secrets import Vault
from psycopg.rows import dict_row

from pollers.database import Connection, DatabaseAwayError, PollerDatabase
from pollers.domain.device import Check, Device, SnmpAccess, SnmpVersion
from pollers.domain.reach import Reach
from pollers.domain.schedule import clamp_interval, shard_of
from pollers.domain.verdict import Rule
from pollers.metrics import Metrics

CHANNEL = "netpulse_inventory"
_DEVICES = """
    SELECT d.id, d.organization_id, d.number, o.number AS organization_number,
           host(d.ip_address) AS address, d.interval_seconds, d.availability_check,
           d.down_after, d.down_window, d.snmp_port, d.configuration,
           c.id AS credential_id, c.kind AS credential_kind, c.ciphertext
    FROM netpulse.devices d
    JOIN netpulse.organizations o ON o.id = d.organization_id
    LEFT JOIN netpulse.credentials c
        ON c.id = d.credential_id AND c.organization_id = d.organization_id
    WHERE d.is_active AND d.retired_at IS NULL
"""
_WATCHED = """
    SELECT organization_id, array_agg(DISTINCT metric) AS metrics
    FROM netpulse.alert_rules WHERE enabled AND metric IS NOT NULL GROUP BY organization_id
"""
_SETTLE_S = 0.2
_RELOAD_S = 30.0
_RETRY_S = 2.0

Owns = Callable[[int], bool]


class PostgresInventory:
    """Reads the devices of the shards this poller owns."""

    def __init__(
        self,
        database: PollerDatabase,
        vault: Vault,
        metrics: Metrics,
        *,
        owns: Owns = lambda _: True,
        reach: Reach | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._metrics = metrics
        self._owns = owns
        self._reach = reach or Reach()
        self._opened: dict[tuple[UUID, bytes], Mapping[str, Any]] = {}

    async def changes(self) -> AsyncIterator[Mapping[UUID, Device]]:
        """Yield all devices, at once and whenever they changed; wait while the database is away."""
        while True:
            try:
                connection = await self._database.connect()
                try:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    while True:
                        yield await self._devices(connection)
                        await _until_notified(connection)
                finally:
                    await connection.close()
            except (DatabaseAwayError, psycopg.Error, OSError) as error:
                self._metrics.add("netpulse_poller_inventory_failures_total")
                logger.warning("inventory not readable", reason=type(error).__name__)
                await asyncio.sleep(_RETRY_S)

    async def _devices(self, connection: Connection) -> Mapping[UUID, Device]:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(_WATCHED)
        watched: dict[UUID, frozenset[str]] = defaultdict(frozenset)
        async for row in cursor:
            watched[row["organization_id"]] = frozenset(row["metrics"])
        await cursor.execute(_DEVICES)
        rows = [row for row in await cursor.fetchall() if self._is_ours(row)]
        opened: dict[tuple[UUID, bytes], Mapping[str, Any]] = {}
        devices: dict[UUID, Device] = {}
        for row in rows:
            secret = await self._secret(row, opened)
            try:
                devices[row["id"]] = _device(row, secret, watched[row["organization_id"]])
            except (ValueError, TypeError, AttributeError) as error:
                # One row that makes no sense to this version must not end the others' polling.
                self._metrics.add("netpulse_poller_errors_total", where="inventory")
                logger.error("device not understood", device_id=str(row["id"]), reason=str(error))
        self._opened = opened
        return devices

    def _is_ours(self, row: Mapping[str, Any]) -> bool:
        # The API refuses forbidden addresses; what came in another way is not probed either.
        return self._owns(shard_of(row["id"])) and self._reach.allows(row["address"])

    async def _secret(
        self, row: Mapping[str, Any], opened: dict[tuple[UUID, bytes], Mapping[str, Any]]
    ) -> Mapping[str, Any] | None:
        if row["credential_id"] is None:
            return None
        key = (row["credential_id"], bytes(row["ciphertext"]))
        if key not in opened:
            secret = self._opened.get(key) or await self._open(row)
            if secret is None:
                return None
            opened[key] = secret
        return opened[key]

    async def _open(self, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        try:
            return await asyncio.to_thread(
                self._vault.open,
                bytes(row["ciphertext"]),
                organization_id=row["organization_id"],
                record_id=row["credential_id"],
            )
        except Exception as error:
            self._metrics.add("netpulse_poller_errors_total", where="credentials")
            logger.error(
                "credential not readable",
                credential_id=str(row["credential_id"]),
                reason=type(error).__name__,
            )
            return None


async def _until_notified(connection: Connection) -> None:
    """Return soon after a change, or after half a minute in case a notice was missed."""
    async for _ in connection.notifies(timeout=_RELOAD_S, stop_after=1):
        # An import is a burst of notices: one reading serves them all.
        await asyncio.sleep(_SETTLE_S)


def _device(
    row: Mapping[str, Any], secret: Mapping[str, Any] | None, watched: frozenset[str]
) -> Device:
    configuration = row["configuration"] if isinstance(row["configuration"], dict) else {}
    return Device(
        id=row["id"],
        organization_id=row["organization_id"],
        number=row["number"],
        organization_number=row["organization_number"],
        address=row["address"],
        interval_s=clamp_interval(row["interval_seconds"]),
        check=Check(row["availability_check"]),
        rule=Rule(row["down_after"], row["down_window"]),
        snmp=_snmp(row, secret, configuration),
        settings=configuration,
        watched=watched,
    )


def _snmp(
    row: Mapping[str, Any], secret: Mapping[str, Any] | None, configuration: Mapping[str, Any]
) -> SnmpAccess | None:
    kind = row["credential_kind"]
    if secret is None or kind not in list(SnmpVersion):
        return None
    part = configuration.get("snmp")
    tuning = part if isinstance(part, Mapping) else {}
    return SnmpAccess(
        version=SnmpVersion(kind),
        port=row["snmp_port"],
        community=str(secret.get("community", "")),
        security={str(key): str(value) for key, value in secret.items() if value is not None},
        timeout_s=_bounded(tuning.get("timeout_seconds"), 1.5, 0.1, 30.0),
        retries=int(_bounded(tuning.get("retries"), 1, 0, 5)),
        max_repetitions=(
            int(_bounded(tuning["max_repetitions"], 10, 1, 200))
            if tuning.get("max_repetitions")
            else None
        ),
    )


def _bounded(value: object, default: float, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return max(low, min(high, float(value)))
