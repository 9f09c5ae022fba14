"""How long the platform keeps what, and which days have a partition from the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

# Yesterday too: a poller that was cut off delivers late.
DAYS_BEHIND = 2
DAYS_AHEAD = 7
FACTS_FOR = timedelta(days=7)
# Longer than any queue keeps a message, so that a redriven dead letter is still recognised.
CONSUMED_FOR = timedelta(days=21)
# A fact this old was not published right after its commit.
UNPUBLISHED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class PartitionPlan:
    """Daily partitions to have."""

    first_day: date
    last_day: date


def partition_plan(now: datetime) -> PartitionPlan:
    """Return the plan for an instant (UTC days)."""
    today = now.date()
    return PartitionPlan(
        first_day=today - timedelta(days=DAYS_BEHIND),
        last_day=today + timedelta(days=DAYS_AHEAD),
    )
