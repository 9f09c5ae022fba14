"""The devices to be polled, from PostgreSQL, told of every change at its commit."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol
from uuid import UUID

import psycopg
from netpulse.observability import logger
from netpulse.secrets import Vault
from psycopg.rows import dict_row

from pollers.database import Connection, DatabaseAwayError, PollerDatabase
from pollers.described import device_of
from pollers.domain.device import Device
from pollers.domain.reach import Reach
from pollers.domain.schedule import SHARDS, shard_of
from pollers.metrics import Metrics
from pollers.ports import Roster
from pollers.states import read_states

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
      AND (%(all)s OR netpulse.shard_of(d.id) = ANY(%(shards)s))
"""
_WATCHED = """
    SELECT organization_id, array_agg(DISTINCT metric) AS metrics
    FROM netpulse.alert_rules WHERE enabled AND metric IS NOT NULL GROUP BY organization_id
"""
_AT_A_TIME = 200
_SETTLE_S = 0.2
# An import is many changes one after another: all of them are read once a second.
_APART_S = 1.0
_RELOAD_S = 30.0
_RETRY_S = 2.0


class Holdings(Protocol):
    """Which shards are this poller's, each with its epoch."""

    async def changed(self, known: Mapping[int, int] | None) -> Mapping[int, int]:
        """Return the shards as soon as they are others than those known."""
        ...


class AllShards:
    """A poller that is alone has them all."""

    async def changed(self, known: Mapping[int, int] | None) -> Mapping[int, int]:
        """Return all shards, and never again."""
        if known is not None:
            await asyncio.Event().wait()
        return dict.fromkeys(range(SHARDS), 0)


class PostgresInventory:
    """Reads the devices of the shards this poller holds."""

    def __init__(
        self,
        database: PollerDatabase,
        vault: Vault,
        metrics: Metrics,
        *,
        holdings: Holdings | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._metrics = metrics
        self._holdings = holdings or AllShards()
        self._reach = reach or Reach()
        self._opened: dict[tuple[UUID, bytes], Mapping[str, Any]] = {}
        self._devices: Mapping[UUID, Device] = {}

    async def changes(self) -> AsyncIterator[Roster]:
        """Yield all devices, at once and whenever they changed; wait while the database is away.

        What was lost to another poller goes at once, whether the database is there or not.
        """
        held = await self._holdings.changed(None)
        connection: Connection | None = None
        try:
            while True:
                try:
                    connection = connection or await self._listening()
                    yield await self._roster(connection, held)
                    now_held = await self._next(_notified(connection), held)
                except (DatabaseAwayError, psycopg.Error, OSError) as error:
                    self._metrics.add("netpulse_poller_inventory_failures_total")
                    logger.warning("inventory not readable", reason=type(error).__name__)
                    await _closed(connection)
                    connection = None
                    now_held = await self._next(asyncio.sleep(_RETRY_S), held)
                if now_held != held:
                    held = now_held
                    self._devices = _still_ours(self._devices, held)
                    yield Roster(self._devices)
        finally:
            await _closed(connection)

    async def _listening(self) -> Connection:
        connection = await self._database.connect()
        await connection.execute(f"LISTEN {CHANNEL}")
        return connection

    async def _next(
        self, notice: Coroutine[Any, Any, None], held: Mapping[int, int]
    ) -> Mapping[int, int]:
        """Return the shards held when there may be something new to read."""
        noticed = asyncio.create_task(notice)
        moved = asyncio.create_task(self._holdings.changed(held))
        try:
            await asyncio.wait({noticed, moved}, return_when=asyncio.FIRST_COMPLETED)
            if noticed.done():
                noticed.result()
            return moved.result() if moved.done() else held
        finally:
            for task in (noticed, moved):
                task.cancel()
            await asyncio.gather(noticed, moved, return_exceptions=True)

    async def _roster(self, connection: Connection, held: Mapping[int, int]) -> Roster:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(_WATCHED)
        watched: dict[UUID, frozenset[str]] = defaultdict(frozenset)
        async for row in cursor:
            watched[row["organization_id"]] = frozenset(row["metrics"])
        await cursor.execute(_DEVICES, {"all": len(held) == SHARDS, "shards": list(held)})
        opened: dict[tuple[UUID, bytes], Mapping[str, Any]] = {}
        devices: dict[UUID, Device] = {}
        number = 0
        async for row in cursor:
            number += 1
            if number % _AT_A_TIME == 0:
                await asyncio.sleep(0)  # polling goes on while a large fleet is read
            # The API refuses forbidden addresses; what came in another way is not probed either.
            if not self._reach.allows(row["address"]):
                continue
            secret = await self._secret(row, opened)
            epoch = held[shard_of(row["id"])]
            try:
                device = device_of(
                    row, secret, watched=watched[row["organization_id"]], epoch=epoch
                )
            except (ValueError, TypeError, AttributeError) as error:
                # One row that makes no sense to this version must not end the others' polling.
                self._metrics.add("netpulse_poller_errors_total", where="inventory")
                logger.error("device not understood", device_id=str(row["id"]), reason=str(error))
                continue
            # Of what did not change there is one object, not one more a reading.
            known = self._devices.get(device.id)
            devices[device.id] = known if known == device else device
        self._opened = opened
        new = devices.keys() - self._devices.keys()
        self._devices = devices
        return Roster(devices, await read_states(connection, new) if new else {})

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


async def _notified(connection: Connection) -> None:
    """Return soon after a change, or after half a minute in case a notice was missed."""
    began = time.monotonic()
    async for _ in connection.notifies(timeout=_RELOAD_S, stop_after=1):
        await asyncio.sleep(max(_SETTLE_S, _APART_S - (time.monotonic() - began)))


async def _closed(connection: Connection | None) -> None:
    if connection is not None:
        with suppress(psycopg.Error, OSError):
            await connection.close()


def _still_ours(devices: Mapping[UUID, Device], held: Mapping[int, int]) -> Mapping[UUID, Device]:
    kept = {}
    for device_id, device in devices.items():
        epoch = held.get(shard_of(device_id))
        if epoch is not None:
            kept[device_id] = device if device.epoch == epoch else replace(device, epoch=epoch)
    return kept
