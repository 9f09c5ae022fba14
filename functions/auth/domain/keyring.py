"""Which of our keys signs, and how long the others still verify."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from functions.auth.domain.session import ACCESS_LIFETIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    Entry = dict[str, str]

SIGNS_FOR = timedelta(days=90)
# API Gateway and others keep an issuer's keys for up to two hours: a new one waits that long.
PUBLISHED_AHEAD = timedelta(hours=2, minutes=15)
# The last token of a key is over, on every clock, and so is whatever remembers its answers.
VERIFIES_ON = ACCESS_LIFETIME + timedelta(hours=24)


def created_at(entry: Entry) -> datetime:
    """Return when a key was made."""
    return datetime.fromisoformat(entry["created_at"])


def signing_entry(ring: Sequence[Entry], now: datetime) -> Entry:
    """Return the key that signs: the newest that everybody has had time to learn of.

    The very first key signs at once, for nobody has learned of another.
    """
    known = [entry for entry in ring if created_at(entry) + PUBLISHED_AHEAD <= now]
    return known[-1] if known else ring[0]


def needs_new(ring: Sequence[Entry], now: datetime) -> bool:
    """Return whether the newest key has signed for long enough."""
    return not ring or created_at(ring[-1]) + SIGNS_FOR <= now


def retired(ring: Sequence[Entry], now: datetime) -> list[Entry]:
    """Return the keys whose last token is over: their successor has signed for long enough."""
    over = PUBLISHED_AHEAD + VERIFIES_ON
    return [entry for entry, successor in pairwise(ring) if created_at(successor) + over <= now]
