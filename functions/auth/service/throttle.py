"""Counts password tries before they are made."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.errors import RateLimitedError
from netpulse.observability import count, emit, logger

from functions.auth.domain.errors import WrongLoginError
from functions.auth.domain.throttle import MOST_TRIES, account_key, bucket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.clock import Clock

    from functions.auth.ports import Tries


class LoginThrottle:
    """Stops guessing at an account without locking its person out."""

    def __init__(self, tries: Tries, clock: Clock) -> None:
        self._tries = tries
        self._clock = clock

    def trust(self, email: str, address: str) -> None:
        """Know an address from now on: its person just proved who they are in another way."""
        now = self._clock.now()
        counted = bucket(email, address, known=True, now=now)
        self._tries.succeed(counted, email, address, now=now)

    @contextmanager
    def attempt(self, email: str, address: str) -> Iterator[None]:
        """Count a try around its block, which raises WrongLoginError when it fails.

        Raises RateLimitedError, the same for unknown accounts, when there were too many. Counted
        first, so that parallel guesses are not free.
        """
        now = self._clock.now()
        known = self._tries.is_known(email, address, now=now)
        counted = bucket(email, address, known=known, now=now)
        if self._tries.count(counted) > MOST_TRIES:
            emit(logins_throttled_total=count(1))
            logger.warning("login throttled", extra={"account": account_key(email)[:16]})
            raise RateLimitedError(
                "Too many tries to log in; wait, or reset the password",
                retry_after_s=counted.ends_in_s,
            )
        try:
            yield
        except WrongLoginError:
            emit(logins_refused_total=count(1))
            raise
        self._tries.succeed(counted, email, address, now=now)
