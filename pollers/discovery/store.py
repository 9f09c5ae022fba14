"""Scans in PostgreSQL: claimed by a lease, written by whoever has the newest epoch."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from netpulse.sweeps import parse_network
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from pollers.database import Connection, PollerDatabase
from pollers.discovery.scan import Found, Scan
from pollers.domain.finding import fitting_identity

LEASE_S = 30.0
_CLAIM = """
    UPDATE netpulse.discovery_scans s
    SET leased_by = %(poller)s, leased_until = now() + make_interval(secs => %(lease)s),
        epoch = s.epoch + 1
    WHERE s.id = (
        SELECT w.id FROM netpulse.discovery_scans w JOIN netpulse.jobs j ON j.id = w.job_id
        WHERE j.state IN ('queued', 'running')
          AND (w.leased_until IS NULL OR w.leased_until < now())
        ORDER BY w.created_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
    RETURNING s.*, s.networks::text[] AS cidrs
"""
_BEGIN = """
    UPDATE netpulse.jobs SET state = 'running', started_at = coalesce(started_at, now())
    WHERE id = %s AND state IN ('queued', 'running')
"""
_CREDENTIALS = """
    SELECT c.id, c.kind, c.ciphertext FROM netpulse.credentials c
    WHERE c.organization_id = %s AND c.id = ANY(%s)
    ORDER BY array_position(%s::uuid[], c.id)
"""
_HOLD = """
    UPDATE netpulse.discovery_scans s
    SET leased_until = now() + make_interval(secs => %(lease)s),
        position = greatest(s.position, %(position)s)
    FROM netpulse.jobs j
    WHERE s.id = %(id)s AND s.epoch = %(epoch)s AND j.id = s.job_id AND j.state = 'running'
"""
_PROGRESS = "UPDATE netpulse.jobs SET progress = greatest(progress, %s) WHERE id = %s"
_RESULTS = """
    INSERT INTO netpulse.discovery_results AS r
        (organization_id, scan_id, address, icmp, snmp, rtt_ms, credential_id, sys_name, sys_descr,
         sys_object_id, vendor, model, os)
    SELECT %s, %s, n.* FROM unnest(%s::inet[], %s::bool[], %s::bool[], %s::float8[], %s::uuid[],
        %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) AS n
    ON CONFLICT (scan_id, address) DO UPDATE SET
        icmp = excluded.icmp, snmp = excluded.snmp, rtt_ms = excluded.rtt_ms,
        credential_id = excluded.credential_id, sys_name = excluded.sys_name,
        sys_descr = excluded.sys_descr, sys_object_id = excluded.sys_object_id,
        vendor = excluded.vendor, model = excluded.model, os = excluded.os
"""
_SUMMARY = """
    SELECT count(*), count(*) FILTER (WHERE icmp), count(*) FILTER (WHERE snmp)
    FROM netpulse.discovery_results WHERE scan_id = %s
"""
_SUCCEED = """
    UPDATE netpulse.jobs SET state = 'succeeded', progress = 1, result = %s, finished_at = now()
    WHERE id = %s AND state = 'running'
"""
_FAIL = """
    UPDATE netpulse.jobs SET state = 'failed', error = %s, finished_at = now()
    WHERE id = %s AND state IN ('queued', 'running')
"""
_RELEASE = """
    UPDATE netpulse.discovery_scans SET leased_until = NULL WHERE id = %s AND epoch = %s
"""


class ScanStore:
    """Where scans wait, and where what they find is kept."""

    def __init__(self, database: PollerDatabase, *, poller: str) -> None:
        self._database = database
        self._poller = poller

    async def claim(self) -> tuple[Scan, Sequence[Mapping[str, Any]], int] | None:
        """Take the oldest scan nobody works on: it, its sealed credentials, its SNMP port."""
        async with self._database.transaction() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(_CLAIM, {"poller": self._poller, "lease": LEASE_S})
            row = await cursor.fetchone()
            if row is None:
                return None
            await connection.execute(_BEGIN, (row["job_id"],))
            ids = row["credential_ids"]
            await cursor.execute(_CREDENTIALS, (row["organization_id"], ids, ids))
            return _scan(row), await cursor.fetchall(), row["snmp_port"]

    async def hold(
        self, scan: Scan, asked: float, position: int = 0, found: Sequence[Found] = ()
    ) -> bool:
        """Renew the lease, write what was found; False when the scan is another's or cancelled.

        `asked` is how many addresses were asked, in part where they are asked now.
        """
        async with self._database.transaction() as connection:
            if not await _holds(connection, scan, position):
                return False
            share = min(1.0, asked / max(1, scan.addresses))
            await connection.execute(_PROGRESS, (share, scan.job_id))
            if found:
                await connection.execute(
                    _RESULTS, (scan.organization_id, scan.id, *_columns(found))
                )
            return True

    async def finish(self, scan: Scan) -> None:
        """Say that all addresses were asked, and how many answered."""
        async with self._database.transaction() as connection:
            if not await _holds(connection, scan, scan.addresses):
                return
            cursor = await connection.execute(_SUMMARY, (scan.id,))
            found, icmp, snmp = await cursor.fetchone() or (0, 0, 0)
            result = {
                "scan_id": str(scan.id),
                "addresses": scan.addresses,
                "found": found,
                "icmp": icmp,
                "snmp": snmp,
            }
            await connection.execute(_SUCCEED, (Jsonb(result), scan.job_id))

    async def fail(self, job_id: UUID, code: str, message: str) -> None:
        """Say why a scan cannot be made."""
        async with self._database.transaction() as connection:
            await connection.execute(_FAIL, (Jsonb({"code": code, "message": message}), job_id))

    async def release(self, scan: Scan) -> None:
        """Give a scan back: another poller goes on with it at once."""
        async with self._database.transaction() as connection:
            await connection.execute(_RELEASE, (scan.id, scan.epoch))


async def _holds(connection: Connection, scan: Scan, position: int) -> bool:
    cursor = await connection.execute(
        _HOLD, {"lease": LEASE_S, "position": position, "id": scan.id, "epoch": scan.epoch}
    )
    return cursor.rowcount > 0


def _scan(row: Mapping[str, Any]) -> Scan:
    return Scan(
        id=row["id"],
        job_id=row["job_id"],
        organization_id=row["organization_id"],
        networks=tuple(parse_network(cidr) for cidr in row["cidrs"]),
        protocols=frozenset(row["protocols"]),
        packets_per_second=row["packets_per_second"],
        addresses=row["addresses"],
        position=row["position"],
        epoch=row["epoch"],
    )


def _columns(found: Sequence[Found]) -> list[list[object]]:
    identities = [fitting_identity(each.identity) for each in found]
    return [
        [each.address for each in found],
        [each.icmp for each in found],
        [each.snmp for each in found],
        [each.rtt_ms for each in found],
        [each.key for each in found],
        [identity.sys_name for identity in identities],
        [identity.sys_descr for identity in identities],
        [identity.sys_object_id for identity in identities],
        [identity.vendor for identity in identities],
        [identity.model for identity in identities],
        [identity.os for identity in identities],
    ]
