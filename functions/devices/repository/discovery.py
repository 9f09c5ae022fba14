"""Scans and their results in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import OrganizationId

from functions.devices.domain.discovery import ResultState, guessed_type
from functions.devices.models.discovery import CandidateView, ResultView, ScanView
from functions.devices.repository.inventory import like

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

    from functions.devices.domain.discovery import ResultFilter, ScanRequest
    from functions.devices.domain.listing import Slice

_SCANS = """
    SELECT s.id, s.job_id, s.networks::text[] AS networks, s.credential_ids, s.protocols,
           s.packets_per_second, s.snmp_port, s.dry_run, s.addresses,
           least(s.position, s.addresses) AS asked, s.created_by, s.created_at, s.accepted_at,
           s.schedule_id,
           j.state, j.progress, j.error, j.started_at, j.finished_at,
           (SELECT count(*) FROM netpulse.discovery_results r WHERE r.scan_id = s.id) AS found
    FROM netpulse.discovery_scans s JOIN netpulse.jobs j ON j.id = s.job_id
"""
_STATE = """CASE WHEN d.id IS NOT NULL THEN 'known' WHEN g.address IS NOT NULL THEN 'ignored'
    ELSE 'new' END"""
# Sites behind one address differ by port: any device at the address makes it known.
_RESULTS_FROM = """
    FROM netpulse.discovery_results r
    LEFT JOIN LATERAL (
        SELECT n.id FROM netpulse.devices n
        WHERE n.organization_id = r.organization_id AND n.ip_address = r.address
          AND n.retired_at IS NULL ORDER BY n.number LIMIT 1) d ON true
    LEFT JOIN netpulse.discovery_ignored g
        ON g.organization_id = r.organization_id AND g.address = r.address
    WHERE r.scan_id = %(scan_id)s
"""
_RESULTS = f"""
    SELECT r.*, host(r.address) AS host, d.id AS device_id, {_STATE} AS state {_RESULTS_FROM}
"""
_CANDIDATES = """
    SELECT DISTINCT ON (n.management_address) host(n.management_address) AS address,
           n.remote_sys_name AS sys_name, n.remote_platform AS platform, n.capabilities,
           n.device_id AS seen_by, n.seen_at
    FROM netpulse.neighbours n
    JOIN netpulse.devices s ON s.id = n.device_id AND s.retired_at IS NULL
    WHERE n.management_address IS NOT NULL AND n.removed_at IS NULL
      AND NOT EXISTS (SELECT FROM netpulse.devices d WHERE d.ip_address = n.management_address
                      AND d.organization_id = n.organization_id AND d.retired_at IS NULL)
      AND NOT EXISTS (SELECT FROM netpulse.discovery_ignored g
                      WHERE g.organization_id = n.organization_id
                        AND g.address = n.management_address)
    ORDER BY n.management_address, n.seen_at DESC
"""


class PostgresDiscovery:
    """The organisation's scans."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(
        self,
        scan_id: UUID,
        job_id: UUID,
        request: ScanRequest,
        *,
        by: UUID | None,
        at: datetime,
    ) -> None:
        """Store a scan for a poller to claim."""
        self._transaction.run(
            "INSERT INTO netpulse.discovery_scans (id, organization_id, job_id, networks, "
            "credential_ids, protocols, packets_per_second, snmp_port, dry_run, addresses, "
            "created_by, created_at) "
            "VALUES (%s, %s, %s, %s::cidr[], %s::uuid[], %s, %s, %s, %s, %s, %s, %s)",
            (
                scan_id,
                self._transaction.organization_id,
                job_id,
                [str(network) for network in request.networks],
                list(request.credential_ids),
                list(request.protocols),
                request.packets_per_second,
                request.snmp_port,
                request.dry_run,
                request.addresses,
                by,
                at,
            ),
        )

    def under_way(self) -> int:
        """Return how many scans wait or run, and let no one else begin one meanwhile."""
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended('netpulse.discovery:' || %s, 0))",
            (str(self._transaction.organization_id),),
        )
        found: int = self._transaction.value(
            "SELECT count(*) FROM netpulse.discovery_scans s JOIN netpulse.jobs j "
            "ON j.id = s.job_id WHERE j.state IN ('queued', 'running')"
        )
        return found

    def view(self, scan_id: UUID) -> ScanView:
        """Return a scan; raise NotFoundError."""
        row = self._transaction.row(_SCANS + " WHERE s.id = %s", (scan_id,))
        if row is None:
            raise NotFoundError.of("discovery_scan", scan_id)
        return ScanView(**row)

    def page(self, part: Slice, *, schedule_id: UUID | None) -> tuple[list[ScanView], int]:
        """Return one page of the scans, newest first, and how many there are."""
        condition = "" if schedule_id is None else " WHERE s.schedule_id = %(schedule_id)s"
        given = {"schedule_id": schedule_id, "limit": part.per_page, "offset": part.offset}
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.discovery_scans s" + condition,  # noqa: S608
            given,
        )
        rows = self._transaction.rows(
            _SCANS
            + condition
            + " ORDER BY s.created_at DESC, s.id LIMIT %(limit)s OFFSET %(offset)s",
            given,
        )
        return [ScanView(**row) for row in rows], total

    def remove(self, scan_id: UUID) -> None:
        """Delete a scan, its job and its results."""
        self._transaction.run(
            "DELETE FROM netpulse.jobs WHERE id = "
            "(SELECT job_id FROM netpulse.discovery_scans WHERE id = %s)",
            (scan_id,),
        )

    def results(
        self, scan_id: UUID, wanted: ResultFilter, part: Slice
    ) -> tuple[list[ResultView], int]:
        """Return one page of a scan's results by address, and how many there are."""
        conditions, given = _conditions(wanted)
        given["scan_id"] = scan_id
        total = self._transaction.value(f"SELECT count(*) {_RESULTS_FROM} {conditions}", given)
        rows = self._transaction.rows(
            f"{_RESULTS} {conditions} ORDER BY r.address LIMIT %(limit)s OFFSET %(offset)s",
            {**given, "limit": part.per_page, "offset": part.offset},
        )
        return [_result(row) for row in rows], total

    def results_at(self, scan_id: UUID, addresses: Sequence[str]) -> dict[str, ResultView]:
        """Return a scan's results at these addresses, by address."""
        rows = self._transaction.rows(
            _RESULTS + " AND r.address = ANY(%(addresses)s::inet[])",
            {"scan_id": scan_id, "addresses": list(addresses)},
        )
        return {row["host"]: _result(row) for row in rows}

    def ignore(self, addresses: Sequence[str], *, by: UUID | None, at: datetime) -> int:
        """Offer these addresses no more; return how many were offered before."""
        return self._transaction.run(
            "INSERT INTO netpulse.discovery_ignored (organization_id, address, ignored_at, "
            "ignored_by) SELECT %s, unnest(%s::inet[]), %s, %s ON CONFLICT DO NOTHING",
            (self._transaction.organization_id, list(addresses), at, by),
        )

    def heed(self, addresses: Sequence[str]) -> int:
        """Offer these addresses again; return how many were not."""
        return self._transaction.run(
            "DELETE FROM netpulse.discovery_ignored WHERE address = ANY(%s::inet[])",
            (list(addresses),),
        )

    def candidates(self) -> list[CandidateView]:
        """Return the neighbours that are no devices yet, by the address they are managed at."""
        return [CandidateView(**row) for row in self._transaction.rows(_CANDIDATES)]

    def mark_accepted(self, scan_id: UUID, *, at: datetime) -> None:
        """Note that all that was found has become devices."""
        self._transaction.run(
            "UPDATE netpulse.discovery_scans SET accepted_at = %s WHERE id = %s", (at, scan_id)
        )


def _conditions(wanted: ResultFilter) -> tuple[str, dict[str, Any]]:
    conditions: list[str] = []
    given: dict[str, Any] = {}
    if wanted.states:
        conditions.append(f"AND {_STATE} = ANY(%(states)s)")
        given["states"] = [str(state) for state in wanted.states]
    if wanted.snmp is not None:
        conditions.append("AND r.snmp = %(snmp)s")
        given["snmp"] = wanted.snmp
    if wanted.search:
        conditions.append(
            "AND (host(r.address) ILIKE %(search)s OR r.sys_name ILIKE %(search)s "
            "OR r.model ILIKE %(search)s OR r.vendor ILIKE %(search)s)"
        )
        given["search"] = like(wanted.search)
    return " ".join(conditions), given


def _result(row: Row) -> ResultView:
    plain = {name: row[name] for name in ResultView.model_fields if name in row}
    return ResultView(
        **{**plain, "address": row["host"], "state": ResultState(row["state"])},
        device_type=guessed_type(sys_descr=row["sys_descr"], model=row["model"], os=row["os"]),
    )


def scans_to_accept(transaction: Transaction) -> list[tuple[OrganizationId, UUID]]:
    """Return the finished scans, of all organisations, whose finds are to become devices."""
    rows = transaction.rows(
        "SELECT s.organization_id, s.id FROM netpulse.discovery_scans s "
        "JOIN netpulse.jobs j ON j.id = s.job_id "
        "WHERE NOT s.dry_run AND s.accepted_at IS NULL AND j.state = 'succeeded' "
        "ORDER BY s.created_at LIMIT 100"
    )
    return [(OrganizationId(row["organization_id"]), row["id"]) for row in rows]


def unclaimed_jobs(transaction: Transaction, before: datetime) -> list[tuple[OrganizationId, UUID]]:
    """Return the jobs, of all organisations, of scans that wait since before an instant."""
    rows = transaction.rows(
        "SELECT s.organization_id, s.job_id FROM netpulse.discovery_scans s "
        "JOIN netpulse.jobs j ON j.id = s.job_id "
        "WHERE j.state = 'queued' AND s.created_at < %s ORDER BY s.created_at LIMIT 100",
        (before,),
    )
    return [(OrganizationId(row["organization_id"]), row["job_id"]) for row in rows]
