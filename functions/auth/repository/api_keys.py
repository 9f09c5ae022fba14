"""The API keys of one organisation in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.models.views import ApiKeyView

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import ApiKeyId, UserId

_FROM = (
    "SELECT id, name, prefix, role, role_id, created_by, created_at, expires_at, last_used_at "
    "FROM netpulse.api_keys WHERE organization_id = %(organization)s AND revoked_at IS NULL"
)
_BY = " AND (%(by)s::uuid IS NULL OR created_by = %(by)s)"


class PostgresApiKeys:
    """The keys of the organisation of this work."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, key: ApiKeyView, hashed_key: bytes) -> None:
        """Store a new key."""
        self._transaction.run(
            "INSERT INTO netpulse.api_keys (id, organization_id, name, prefix, hashed_key, role, "
            "role_id, created_by, created_at, expires_at) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                key.id,
                self._transaction.organization_id,
                key.name,
                key.prefix,
                hashed_key,
                key.role.value,
                key.role_id,
                key.created_by,
                key.created_at,
                key.expires_at,
            ),
        )

    def page(
        self, created_by: UserId | None, *, page: int, per_page: int
    ) -> tuple[list[ApiKeyView], int]:
        """Return one page of the keys that are not revoked, the newest first, and their number."""
        wanted = {
            "organization": self._transaction.organization_id,
            "by": created_by,
            "limit": per_page,
            "offset": (page - 1) * per_page,
        }
        rows = self._transaction.rows(
            f"{_FROM}{_BY} ORDER BY created_at DESC, id LIMIT %(limit)s OFFSET %(offset)s", wanted
        )
        total = self._transaction.value(
            f"SELECT count(*) FROM ({_FROM}{_BY}) AS found",  # noqa: S608 - constant text
            wanted,
        )
        return [ApiKeyView(**row) for row in rows], int(total)

    def find(self, key_id: ApiKeyId) -> ApiKeyView | None:
        """Return a key that is not revoked, or None."""
        row = self._transaction.row(
            f"{_FROM} AND id = %(key)s",
            {"organization": self._transaction.organization_id, "key": key_id},
        )
        return ApiKeyView(**row) if row else None

    def revoke(self, key_id: ApiKeyId, *, at: datetime) -> None:
        """End a key."""
        self._transaction.run(
            "UPDATE netpulse.api_keys SET revoked_at = %s "
            "WHERE organization_id = %s AND id = %s AND revoked_at IS NULL",
            (at, self._transaction.organization_id, key_id),
        )

    def made_by(self, makers: Collection[UserId]) -> list[ApiKeyView]:
        """Return people's keys that are not revoked."""
        rows = self._transaction.rows(
            f"{_FROM} AND created_by = ANY(%(makers)s)",
            {"organization": self._transaction.organization_id, "makers": list(makers)},
        )
        return [ApiKeyView(**row) for row in rows]
