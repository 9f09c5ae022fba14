"""The store's chores in PostgreSQL, as the role that sees every organisation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.timeseries import compaction, rollups

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from netpulse.db import Database, Transaction


class PostgresStore:
    """The store of time series within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def ensure_partitions(self, first_day: date, last_day: date) -> int:
        """Create missing daily partitions; return how many."""
        return int(
            self._transaction.value(
                "SELECT netpulse.ensure_sample_partitions(%s, %s)", (first_day, last_day)
            )
        )

    def announce(self, until: datetime) -> None:
        """Say that everything before an instant is to be rolled up."""
        rollups.announce(self._transaction, until)

    def roll_announced(self) -> int:
        """Roll up the oldest announced piece; 0 when there is none."""
        return rollups.roll_announced(self._transaction)

    def roll_dirty(self, *, limit: int) -> int:
        """Roll up again so many buckets that late samples touched."""
        return rollups.roll_dirty(self._transaction, limit=limit)

    def rolled_day(self, before: date) -> date:
        """Return a day, or the one before which all is rolled up if that is earlier."""
        rolled: date = self._transaction.value(
            "SELECT least(%s::date, coalesce("
            "(netpulse.rolled_until() AT TIME ZONE 'UTC')::date, '0001-01-01'))",
            (before,),
        )
        return rolled

    def days_to_compact(self, before: date) -> list[date]:
        """Return the days before a day that have hot rows, oldest first."""
        return compaction.days_to_compact(self._transaction, before)

    def compact_day(self, day: date) -> int:
        """Move a day's hot rows into chunks; return how many values."""
        return compaction.compact_day(self._transaction, day)

    def forget(self, today: date) -> int:
        """Delete what each organisation no longer keeps; return how many rows."""
        return int(self._transaction.value("SELECT netpulse.forget_time_series(%s)", (today,)))

    def quarantined_since_last_time(self) -> int:
        """Return how many rows were kept aside since this was last asked."""
        return int(self._transaction.value("SELECT netpulse.tell_quarantined()"))

    def refused_since_last_time(self) -> Mapping[str, int]:
        """Return how many series each organisation was refused since this was last asked."""
        rows = self._transaction.rows("SELECT * FROM netpulse.tell_refused_series()")
        return {str(row["organization_id"]): row["number"] for row in rows}


class PostgresStoreWork:
    """Opens the chores' transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def __call__(self) -> Iterator[PostgresStore]:
        """Open a transaction that sees every organisation."""
        with self._database.transaction(None) as transaction:
            yield PostgresStore(transaction)
