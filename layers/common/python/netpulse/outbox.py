"""The outbox: facts committed with the change they announce, published right after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from netpulse import observability
from netpulse.events import Meta, Recorded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.db import Row, Transaction
    from netpulse.events import Fact

_COLUMNS = (
    "organization_id, seq, event_id, source, type, occurred_at, correlation_id, causation_id, data"
)


class Outbox(Protocol):
    """Where a service leaves the facts of its transaction."""

    def add(self, fact: Fact) -> None:
        """Announce `fact` if, and only if, this transaction commits."""
        ...


class PostgresOutbox:
    """Collects a transaction's facts and writes them, numbered, just before it commits."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock
        self._facts: list[Fact] = []

    def add(self, fact: Fact) -> None:
        """Announce `fact` if, and only if, this transaction commits."""
        self._facts.append(fact)

    def flush(self) -> list[Recorded]:
        """Write the collected facts with the organisation's next numbers; return them.

        Called last: from here to the commit the organisation's counter is locked.
        """
        organization_id = self._transaction.organization_id
        if not self._facts or organization_id is None:
            return []
        last = self._transaction.value(
            "INSERT INTO netpulse.fact_counters AS c (organization_id, last_seq) VALUES (%s, %s) "
            "ON CONFLICT (organization_id) DO UPDATE SET last_seq = c.last_seq + excluded.last_seq "
            "RETURNING last_seq",
            (organization_id, len(self._facts)),
        )
        first = last - len(self._facts) + 1
        now = self._clock.now()
        records = [
            _recorded(fact, organization_id, seq, now)
            for seq, fact in enumerate(self._facts, first)
        ]
        self._transaction.run_many(
            f"INSERT INTO netpulse.outbox ({_COLUMNS}) "  # noqa: S608 - constant columns
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [_parameters(record) for record in records],
        )
        self._facts = []
        return records


def _recorded(fact: Fact, organization_id: UUID, seq: int, now: datetime) -> Recorded:
    meta = Meta(
        event_id=uuid4(),
        occurred_at=now,
        correlation_id=observability.correlation_id.get() or str(uuid4()),
        causation_id=observability.causation_id.get(),
        organization_id=organization_id,
        seq=seq,
    )
    return Recorded(
        meta=meta, type=fact.type_name(), source=fact.source(), data=fact.model_dump(mode="json")
    )


def _parameters(record: Recorded) -> tuple[object, ...]:
    meta = record.meta
    return (
        meta.organization_id,
        meta.seq,
        meta.event_id,
        record.source,
        record.type,
        meta.occurred_at,
        meta.correlation_id,
        meta.causation_id,
        Jsonb(record.data),
    )


class EventLog:
    """The organisations' event log as the relay and the gap filler read it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def since(self, seq: int, *, limit: int) -> list[Recorded]:
        """Return the organisation's facts after number `seq`, oldest first."""
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} FROM netpulse.outbox "  # noqa: S608 - constant columns
            "WHERE organization_id = %s AND seq > %s ORDER BY seq LIMIT %s",
            (self._transaction.organization_id, seq, limit),
        )
        return [_from_row(row) for row in rows]

    def oldest_seq(self) -> int | None:
        """Return the number of the oldest fact still kept."""
        found: int | None = self._transaction.value(
            "SELECT min(seq) FROM netpulse.outbox WHERE organization_id = %s",
            (self._transaction.organization_id,),
        )
        return found

    def last_seq(self) -> int:
        """Return the number of the organisation's newest fact, 0 before the first."""
        return int(
            self._transaction.value(
                "SELECT last_seq FROM netpulse.fact_counters WHERE organization_id = %s",
                (self._transaction.organization_id,),
            )
            or 0
        )

    def unpublished(self, *, before: datetime, limit: int) -> list[Recorded]:
        """Return facts recorded before an instant that no one has published yet, locked."""
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} FROM netpulse.outbox "  # noqa: S608 - constant columns
            "WHERE published_at IS NULL AND recorded_at < %s "
            "ORDER BY organization_id, seq LIMIT %s FOR UPDATE SKIP LOCKED",
            (before, limit),
        )
        return [_from_row(row) for row in rows]

    def mark_published(self, records: Sequence[Recorded], at: datetime) -> None:
        """Remember that these facts are on the bus."""
        self._transaction.run(
            "UPDATE netpulse.outbox o SET published_at = %s "
            "FROM unnest(%s::uuid[], %s::bigint[]) AS p (organization_id, seq) "
            "WHERE o.organization_id = p.organization_id AND o.seq = p.seq",
            (at, [r.meta.organization_id for r in records], [r.meta.seq for r in records]),
        )

    def forget_before(self, instant: datetime) -> int:
        """Delete published facts recorded before an instant; return how many."""
        return self._transaction.run(
            "DELETE FROM netpulse.outbox WHERE published_at IS NOT NULL AND recorded_at < %s",
            (instant,),
        )


def _from_row(row: Row) -> Recorded:
    return Recorded(
        meta=Meta(**{name: row[name] for name in Meta.model_fields}),
        type=row["type"],
        source=row["source"],
        data=row["data"],
    )
