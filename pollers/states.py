"""Verdicts as they are handed from one poller to the next: in PostgreSQL, fenced by epoch."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from netpulse.observability import logger

from pollers.database import REFUSALS, Connection, DatabaseAwayError, PollerDatabase
from pollers.domain.device import Device
from pollers.domain.verdict import Probe, State, Verdict, worth_keeping
from pollers.metrics import Metrics
from pollers.pace import every

_BATCH = 1000
_WRITE = """
    INSERT INTO netpulse.poll_states AS p
        (device_id, organization_id, poller, epoch, state, is_hard, history, first_failed_at,
         reason, updated_at)
    SELECT n.device_id, d.organization_id, %s, n.epoch, n.state, n.is_hard, n.history::jsonb,
           n.first_failed_at, n.reason, now()
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bool[], %s::text[], %s::timestamptz[],
                %s::text[]) AS n(device_id, epoch, state, is_hard, history, first_failed_at, reason)
    JOIN netpulse.devices d ON d.id = n.device_id
    ON CONFLICT (device_id) DO UPDATE SET
        poller = excluded.poller, epoch = excluded.epoch, state = excluded.state,
        is_hard = excluded.is_hard, history = excluded.history,
        first_failed_at = excluded.first_failed_at, reason = excluded.reason,
        updated_at = excluded.updated_at
    WHERE p.epoch <= excluded.epoch
"""
_READ = """
    SELECT device_id, state, is_hard, history, first_failed_at, reason
    FROM netpulse.poll_states WHERE device_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class _Kept:
    epoch: int
    verdict: Verdict


class StateKeeper:
    """Writes the verdicts that changed, for those who poll the devices after us."""

    def __init__(
        self,
        database: PollerDatabase,
        metrics: Metrics,
        *,
        poller: str,
        flush_every_s: float = 1.0,
    ) -> None:
        self._database = database
        self._metrics = metrics
        self._poller = poller
        self._flush_every_s = flush_every_s
        self._written: dict[UUID, tuple[object, ...]] = {}
        self._waiting: dict[UUID, _Kept] = {}

    def keep(self, device: Device, verdict: Verdict) -> None:
        """Take a device's verdict, to be written if it says something new."""
        mark = (device.epoch, *worth_keeping(verdict))
        if self._written.get(device.id) != mark:
            self._written[device.id] = mark
            self._waiting[device.id] = _Kept(device.epoch, verdict)

    def forget(self, device_id: UUID) -> None:
        """Drop what is remembered of a device that others poll now."""
        self._written.pop(device_id, None)

    async def run(self, stop: asyncio.Event) -> None:
        """Write until told to stop, and once more then."""
        await every(self._flush_every_s, self.flush, stop)

    async def flush(self) -> None:
        """Write what waits; what the database does not take now waits on."""
        while self._waiting:
            batch = dict(list(self._waiting.items())[:_BATCH])
            try:
                async with self._database.transaction() as connection:
                    await connection.execute(_WRITE, (self._poller, *_columns(batch)))
            except DatabaseAwayError:
                return
            except REFUSALS as error:
                logger.error("poll states refused", reason=str(error))
                self._metrics.add("netpulse_poller_errors_total", where="states")
            for device_id, kept in batch.items():
                if self._waiting.get(device_id) is kept:
                    del self._waiting[device_id]


async def read_states(
    connection: Connection, device_ids: Collection[UUID]
) -> Mapping[UUID, Verdict]:
    """Return the verdicts that were kept of these devices."""
    cursor = await connection.execute(_READ, (list(device_ids),))
    return {
        device_id: Verdict(
            State(state),
            is_hard,
            tuple(Probe(State(each), datetime.fromisoformat(at)) for each, at in history),
            first_failed_at,
            reason,
        )
        async for device_id, state, is_hard, history, first_failed_at, reason in cursor
    }


def _columns(batch: Mapping[UUID, _Kept]) -> list[list[object]]:
    verdicts = [kept.verdict for kept in batch.values()]
    return [
        list(batch),
        [kept.epoch for kept in batch.values()],
        [str(verdict.state) for verdict in verdicts],
        [verdict.hard for verdict in verdicts],
        [json.dumps([[p.state, p.at.isoformat()] for p in v.history]) for v in verdicts],
        [verdict.first_failed_at for verdict in verdicts],
        [verdict.reason[:200].replace("\x00", "") for verdict in verdicts],
    ]
