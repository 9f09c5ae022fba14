"""When time is over: buckets that are rolled up, days that are compacted, partitions to have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_BUCKET = timedelta(minutes=5)
# Pollers write every second; what takes longer than this is late, and rolled up again.
_SETTLED_AFTER = timedelta(seconds=20)
# A spool that caught up within this time does not have its day packed twice.
_CLOSED_AFTER = timedelta(hours=2)
_DAYS_BEHIND = timedelta(days=2)
_DAYS_AHEAD = timedelta(days=7)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rolled_until(now: datetime) -> datetime:
    """Return the end of the newest bucket of five minutes whose samples should be there."""
    settled = now - _SETTLED_AFTER
    return settled - (settled - _EPOCH) % _BUCKET


def compacted_before(now: datetime) -> date:
    """Return the first day (UTC) that is not closed yet."""
    return (now - _CLOSED_AFTER).date()


def partition_days(now: datetime) -> tuple[date, date]:
    """Return the first and the last day that should have a partition."""
    return (now - _DAYS_BEHIND).date(), (now + _DAYS_AHEAD).date()
