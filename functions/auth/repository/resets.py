"""Ways back for people who forgot their password, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.ids import UserId


class PostgresResets:
    """Ways back for people who forgot their password."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(
        self, user_id: UserId, hashed_token: bytes, *, at: datetime, until: datetime, most: int
    ) -> bool:
        """Store a reset; return False when `most` were made in as long as one lasts."""
        return bool(
            self._transaction.run(
                "INSERT INTO netpulse.password_resets (user_id, hashed_token, created_at, "
                "expires_at) SELECT %(user)s, %(token)s, %(at)s, %(until)s "
                "WHERE (SELECT count(*) FROM netpulse.password_resets WHERE user_id = %(user)s "
                "AND created_at > %(at)s - (%(until)s - %(at)s)) < %(most)s",
                {"user": user_id, "token": hashed_token, "at": at, "until": until, "most": most},
            )
        )

    def use(self, hashed_token: bytes, *, at: datetime) -> UserId | None:
        """Use a reset up and return whose it was; None when it is not valid."""
        found: UserId | None = self._transaction.value(
            "UPDATE netpulse.password_resets SET used_at = %s "
            "WHERE hashed_token = %s AND used_at IS NULL AND expires_at > %s RETURNING user_id",
            (at, hashed_token, at),
        )
        return found

    def forget(self, user_id: UserId, *, at: datetime) -> None:
        """Use up every other reset of a person."""
        self._transaction.run(
            "UPDATE netpulse.password_resets SET used_at = %s "
            "WHERE user_id = %s AND used_at IS NULL",
            (at, user_id),
        )
