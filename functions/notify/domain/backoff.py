"""When to try again: exponential with jitter, for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)
GIVES_UP_AFTER = timedelta(hours=24)
_SPREAD = 0.2
_MAX_DOUBLINGS = 16


def next_attempt_at(
    *,
    attempts: int,
    now: datetime,
    gives_up_at: datetime,
    retry_after: timedelta | None,
    jitter: float,
) -> datetime | None:
    """Return when to try again after so many attempts, or None when it is too late to.

    `jitter` from 0 to 1 spreads the delay by ±20 %, so that what failed together does not return
    together. A provider's wish (`retry_after`) is never undercut.
    """
    doublings = min(attempts - 1, _MAX_DOUBLINGS)
    delay = min(FIRST_DELAY * 2**doublings, LONGEST_DELAY)
    delay *= 1 - _SPREAD + 2 * _SPREAD * jitter
    at = now + max(delay, retry_after or timedelta())
    return at if at < gives_up_at else None
