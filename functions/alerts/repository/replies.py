"""Whose message a link is from, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.ids import AlertId, OrganizationId

from functions.alerts.domain.reply import Reply

if TYPE_CHECKING:
    from netpulse.db import Database


class PostgresReplies:
    """Finds the message of a link, of whichever organisation it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, code_hash: bytes) -> Reply | None:
        """Return what the link with a code of this hash stands for."""
        with self._database.transaction(None) as transaction:
            row = transaction.row("SELECT * FROM netpulse.reply_of(%s)", (code_hash,))
        if row is None:
            return None
        return Reply(
            organization_id=OrganizationId(row["organization_id"]),
            recipient=row["recipient"],
            made_at=row["made_at"],
            alert_ids=tuple(AlertId(each) for each in row["alert_ids"]),
        )
