"""Turns the ring of signing keys: a new one in time, the old ones away when nobody needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.observability import logger

from functions.auth.domain import keyring

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from netpulse.clock import Clock

    from functions.auth.ports import Ring


class KeyRotation:
    """Keeps the ring of signing keys fresh."""

    def __init__(
        self,
        ring: Ring,
        *,
        make: Callable[[datetime], dict[str, str]],
        retire: Callable[[dict[str, str]], None],
        clock: Clock,
    ) -> None:
        self._ring = ring
        self._make = make
        self._retire = retire
        self._clock = clock

    def turn(self) -> bool:
        """Add and retire what is due; return whether the ring changed.

        A key is made before it is stored and retired after it is gone from the ring: a run that
        breaks off leaves an unused key behind, never a ring with a key that is no more.
        """
        now = self._clock.now()
        before = self._ring.read()
        over = keyring.retired(before, now)
        ring = [entry for entry in before if entry not in over]
        if keyring.needs_new(ring, now):
            ring.append(self._make(now))
        if ring == before:
            return False
        self._ring.write(ring)
        for entry in over:
            self._retire(entry)
        logger.info("signing keys turned", extra={"keys": [entry["kid"] for entry in ring]})
        return True
