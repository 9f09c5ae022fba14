"""How often a password may be tried: guessing is stopped, the person guessed at is not locked out.

Tries are counted an account, not an address alone, because guesses come from many addresses. An
address from which the person came in before has a count of its own, so whoever guesses from
elsewhere exhausts only the count of strangers (ASVS 5.0 6.3.1: at most 100 failures an hour).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(minutes=15)
MOST_TRIES = 10
# How long an address is known after its last login.
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Bucket:
    """Tries that are counted together: of an account, from one known address or from strangers."""

    key: str
    window: int
    ends_in_s: int


def account_key(email: str) -> str:
    """Return what an account's tries are stored under; unknown accounts have theirs, too."""
    return hashlib.sha256(email.encode()).hexdigest()


def neighbourhood(address: str) -> str:
    """Return the part of an address that one household or office keeps: IPv4 whole, IPv6 the /64.

    Text that is no address stands for itself.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False))
    return str(found)


def bucket(email: str, address: str, *, known: bool, now: datetime) -> Bucket:
    """Return where a try is counted; `known` when the person came in from there before."""
    length = int(WINDOW.total_seconds())
    instant = int(now.timestamp())
    window = instant - instant % length
    whose = neighbourhood(address) if known else "strangers"
    return Bucket(f"{account_key(email)}#{whose}", window, max(1, window + length - instant))
