"""Due timers: a row says when, a delayed message wakes it, the minute sweep is the safety net."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.json import Jsonb

from netpulse import aws
from netpulse.ids import OrganizationId, TimerId
from netpulse.observability import logger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpulse.db import Row, Transaction

# SQS delays a message by at most 15 minutes; later timers are left to the sweep.
MAX_DELAY_S = 900
_BATCH = 10


@dataclass(frozen=True)
class Timer:
    """Something of one organisation that is due at an instant."""

    id: TimerId
    organization_id: OrganizationId
    purpose: str
    subject: str
    due_at: datetime
    data: dict[str, Any]


class Timers:
    """The organisation's timers, seen inside a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def set(
        self, purpose: str, subject: str, due_at: datetime, data: dict[str, Any] | None = None
    ) -> Timer:
        """Set the timer of a purpose and subject, replacing an earlier one."""
        row = self._transaction.row(
            "INSERT INTO netpulse.timers (organization_id, purpose, subject, due_at, data) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (organization_id, purpose, subject) "
            "DO UPDATE SET due_at = excluded.due_at, data = excluded.data RETURNING *",
            (self._transaction.organization_id, purpose, subject, due_at, Jsonb(data or {})),
        )
        assert row is not None  # noqa: S101 - INSERT … RETURNING gives a row
        return _timer(row)

    def set_many(self, purpose: str, due: Mapping[str, datetime]) -> list[Timer]:
        """Set timers of a purpose by subject, replacing earlier ones, in one statement."""
        if not due:
            return []
        rows = self._transaction.rows(
            "INSERT INTO netpulse.timers (organization_id, purpose, subject, due_at) "
            "SELECT %s, %s, t.subject, t.due_at "
            "FROM unnest(%s::text[], %s::timestamptz[]) AS t (subject, due_at) "
            "ON CONFLICT (organization_id, purpose, subject) "
            "DO UPDATE SET due_at = excluded.due_at, data = excluded.data RETURNING *",
            (self._transaction.organization_id, purpose, list(due), list(due.values())),
        )
        return [_timer(row) for row in rows]

    def clear_many(self, purpose: str, subjects: Sequence[str]) -> int:
        """Take timers of a purpose back in one statement; return how many there were."""
        if not subjects:
            return 0
        return self._transaction.run(
            "DELETE FROM netpulse.timers "
            "WHERE organization_id = %s AND purpose = %s AND subject = ANY(%s)",
            (self._transaction.organization_id, purpose, list(subjects)),
        )

    def clear(self, purpose: str, subject: str) -> bool:
        """Take a timer back; return whether there was one."""
        return bool(
            self._transaction.run(
                "DELETE FROM netpulse.timers "
                "WHERE organization_id = %s AND purpose = %s AND subject = %s",
                (self._transaction.organization_id, purpose, subject),
            )
        )

    def take_due(self, timer_id: TimerId, *, now: datetime) -> Timer | None:
        """Claim a timer that is due by deleting it; None if it is gone, moved or not yet due."""
        row = self._transaction.row(
            "DELETE FROM netpulse.timers WHERE id = %s AND due_at <= %s RETURNING *",
            (timer_id, now),
        )
        return None if row is None else _timer(row)

    def take_all_due(self, purposes: Sequence[str], *, now: datetime) -> list[Timer]:
        """Claim every due timer of the organisation that has one of these purposes."""
        rows = self._transaction.rows(
            "DELETE FROM netpulse.timers WHERE organization_id = %s AND purpose = ANY(%s) "
            "AND due_at <= %s RETURNING *",
            (self._transaction.organization_id, list(purposes), now),
        )
        return [_timer(row) for row in rows]

    def due(self, purposes: Sequence[str], *, now: datetime, limit: int) -> list[Timer]:
        """Return due timers of these purposes, of all organisations when the role sees them."""
        rows = self._transaction.rows(
            "SELECT * FROM netpulse.timers WHERE purpose = ANY(%s) AND due_at <= %s "
            "ORDER BY due_at LIMIT %s",
            (list(purposes), now, limit),
        )
        return [_timer(row) for row in rows]


def _timer(row: Row) -> Timer:
    return Timer(
        id=TimerId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        purpose=row["purpose"],
        subject=row["subject"],
        due_at=row["due_at"],
        data=row["data"],
    )


class Wakeups:
    """Delayed messages that wake timers in time."""

    def __init__(self, queue_url: str) -> None:
        self._queue_url = queue_url

    def send(self, timers: Sequence[Timer], *, now: datetime) -> None:
        """Ask to be woken for each timer; never raises, for the sweep finds what was not sent."""
        near = [t for t in timers if (t.due_at - now).total_seconds() <= MAX_DELAY_S]
        for start in range(0, len(near), _BATCH):
            batch = near[start : start + _BATCH]
            try:
                answer = aws.client("sqs").send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[_entry(number, timer, now) for number, timer in enumerate(batch)],
                )
            except Exception:
                logger.exception("timers wait for the sweep", extra={"timers": len(batch)})
                continue
            # send_message_batch answers 200 even when it took none
            if answer.get("Failed"):
                logger.error("timers wait for the sweep", extra={"timers": len(answer["Failed"])})


def _entry(number: int, timer: Timer, now: datetime) -> dict[str, Any]:
    # a second late rather than early: a timer that is not yet due would not be taken
    delay = max(0, int((timer.due_at - now).total_seconds()) + 1)
    return {
        "Id": str(number),
        "DelaySeconds": min(delay, MAX_DELAY_S),
        "MessageBody": json.dumps(
            {"organization_id": str(timer.organization_id), "timer_id": str(timer.id)}
        ),
    }


def woken(body: dict[str, Any]) -> tuple[OrganizationId, TimerId]:
    """Return whose timer a wake-up message names."""
    return OrganizationId(UUID(body["organization_id"])), TimerId(UUID(body["timer_id"]))
