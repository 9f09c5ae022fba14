"""Checks in PostgreSQL, and what they said last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError
from netpulse.ids import CredentialId, DeviceId
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from functions.devices.domain.check import Check, CheckKind, CheckState, state_of
from functions.devices.domain.errors import CheckAlreadyExistsError
from functions.devices.models.checks import CheckView
from functions.devices.repository.inventory import like

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

    from functions.devices.domain.check import CheckFilter
    from functions.devices.domain.listing import Slice

_FROM = """
    FROM netpulse.device_checks k
    JOIN netpulse.devices d ON d.id = k.device_id AND d.retired_at IS NULL
    LEFT JOIN netpulse.device_check_results r ON r.check_id = k.id
"""
_VIEW = f"""
    SELECT k.*, d.name AS device_name, r.ok, coalesce(r.reason, '') AS reason, r.since,
           r.checked_at, r.response_ms
    {_FROM}
"""
# as domain.check.state_of has it
_HEARD = (
    "(r.checked_at >= %(now)s - make_interval(secs => 3 * k.interval_seconds) - interval '2 min')"
)
_STATES = {
    CheckState.OK: f"(r.ok AND {_HEARD})",
    CheckState.FAILING: f"(NOT r.ok AND {_HEARD})",
    CheckState.UNKNOWN: f"(r.ok IS NULL OR NOT {_HEARD})",
}


class PostgresChecks:
    """The organisation's checks."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, check: Check, *, at: datetime) -> None:
        """Store a new check; raise CheckAlreadyExistsError."""
        try:
            self._transaction.run(
                "INSERT INTO netpulse.device_checks (id, organization_id, device_id, name, kind, "
                "settings, credential_id, interval_seconds, timeout_seconds, enabled, created_at, "
                "updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    check.id,
                    self._transaction.organization_id,
                    check.device_id,
                    check.name,
                    check.kind,
                    Jsonb(check.settings),
                    check.credential_id,
                    check.interval_seconds,
                    check.timeout_seconds,
                    check.enabled,
                    at,
                    at,
                ),
            )
        except UniqueViolation as error:
            raise CheckAlreadyExistsError(
                f"The device has a check named {check.name} already", details={"name": check.name}
            ) from error

    def save(self, check: Check, *, at: datetime) -> None:
        """Store a changed check; what it said before its settings changed is forgotten."""
        self._transaction.run(
            "DELETE FROM netpulse.device_check_results WHERE check_id IN (SELECT id FROM "
            "netpulse.device_checks WHERE id = %s AND (settings <> %s OR enabled <> %s))",
            (check.id, Jsonb(check.settings), check.enabled),
        )
        self._transaction.run(
            "UPDATE netpulse.device_checks SET settings = %s, credential_id = %s, "
            "interval_seconds = %s, timeout_seconds = %s, enabled = %s, pinned_host_key = %s, "
            "updated_at = %s WHERE id = %s",
            (
                Jsonb(check.settings),
                check.credential_id,
                check.interval_seconds,
                check.timeout_seconds,
                check.enabled,
                check.pinned_host_key,
                at,
                check.id,
            ),
        )

    def get(self, device_id: DeviceId, check_id: UUID) -> Check:
        """Return a device's check, locked for a change; raise NotFoundError."""
        row = self._transaction.row(
            "SELECT * FROM netpulse.device_checks WHERE device_id = %s AND id = %s "
            "FOR NO KEY UPDATE",
            (device_id, check_id),
        )
        if row is None:
            raise NotFoundError.of("check", check_id)
        return _check(row)

    def remove(self, check_id: UUID) -> None:
        """Delete a check; the history of its values stays."""
        self._transaction.run("DELETE FROM netpulse.device_checks WHERE id = %s", (check_id,))

    def count(self, device_id: DeviceId) -> int:
        """Return how many checks a device has."""
        found: int = self._transaction.value(
            "SELECT count(*) FROM netpulse.device_checks WHERE device_id = %s", (device_id,)
        )
        return found

    def view(self, device_id: DeviceId, check_id: UUID, *, now: datetime) -> CheckView:
        """Return a device's check with what it said last; raise NotFoundError."""
        row = self._transaction.row(
            _VIEW + " WHERE k.device_id = %s AND k.id = %s", (device_id, check_id)
        )
        if row is None:
            raise NotFoundError.of("check", check_id)
        return _view(row, now)

    def page(
        self, wanted: CheckFilter, part: Slice, *, now: datetime
    ) -> tuple[list[CheckView], int]:
        """Return one page of the wanted checks by device and name, and how many there are."""
        where, given = _conditions(wanted, now)
        total = self._transaction.value(f"SELECT count(*) {_FROM} WHERE {where}", given)
        rows = self._transaction.rows(
            f"{_VIEW} WHERE {where} ORDER BY lower(d.name), d.number, k.name "
            "LIMIT %(limit)s OFFSET %(offset)s",
            {**given, "limit": part.per_page, "offset": part.offset},
        )
        return [_view(row, now) for row in rows], total

    def intervals(self, device_id: DeviceId) -> dict[str, int]:
        """Return how often each of a device's checks is made, by its entity."""
        rows = self._transaction.rows(
            "SELECT name, interval_seconds FROM netpulse.device_checks WHERE device_id = %s",
            (device_id,),
        )
        return {f"check:{row['name']}": row["interval_seconds"] for row in rows}

    def may_go_beyond(self) -> bool:
        """Return whether checks may be sent elsewhere than to their devices."""
        return bool(
            self._transaction.value(
                "SELECT beyond_device FROM netpulse.check_policies WHERE organization_id = %s",
                (self._transaction.organization_id,),
            )
        )

    def allow_beyond(self, *, allowed: bool, at: datetime) -> None:
        """Say whether checks may be sent elsewhere than to their devices."""
        self._transaction.run(
            "INSERT INTO netpulse.check_policies (organization_id, beyond_device, updated_at) "
            "VALUES (%s, %s, %s) ON CONFLICT (organization_id) DO UPDATE SET "
            "beyond_device = excluded.beyond_device, updated_at = excluded.updated_at",
            (self._transaction.organization_id, allowed, at),
        )


def _conditions(wanted: CheckFilter, now: datetime) -> tuple[str, dict[str, Any]]:
    conditions = ["true"]
    given: dict[str, Any] = {"now": now}
    if wanted.device_id is not None:
        conditions.append("k.device_id = %(device_id)s")
        given["device_id"] = wanted.device_id
    if wanted.kinds:
        conditions.append("k.kind = ANY(%(kinds)s)")
        given["kinds"] = [str(kind) for kind in wanted.kinds]
    if wanted.states:
        conditions.append("(" + " OR ".join(_STATES[state] for state in wanted.states) + ")")
    if wanted.search:
        conditions.append("(k.name ILIKE %(search)s OR d.name ILIKE %(search)s)")
        given["search"] = like(wanted.search)
    return " AND ".join(conditions), given


def _check(row: Row) -> Check:
    return Check(
        id=row["id"],
        device_id=DeviceId(row["device_id"]),
        name=row["name"],
        kind=CheckKind(row["kind"]),
        settings=row["settings"],
        credential_id=CredentialId(row["credential_id"]) if row["credential_id"] else None,
        interval_seconds=row["interval_seconds"],
        timeout_seconds=row["timeout_seconds"],
        enabled=row["enabled"],
        pinned_host_key=row["pinned_host_key"],
    )


def _view(row: Row, now: datetime) -> CheckView:
    sections = {str(kind): None for kind in CheckKind}
    state = state_of(
        ok=row["ok"],
        checked_at=row["checked_at"],
        interval_seconds=row["interval_seconds"],
        now=now,
    )
    plain = {name: row[name] for name in CheckView.model_fields if name in row}
    return CheckView(
        **plain,
        **{**sections, row["kind"]: row["settings"]},
        entity=f"check:{row['name']}",
        state=state,
    )
