"""What keeps the store of time series true and small, without anybody asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.errors import UnavailableError
from netpulse.observability import count, emit, logger

from functions.metrics.domain import closing

if TYPE_CHECKING:
    from netpulse.clock import Clock

    from functions.metrics.ports import StoreWork

# What is left is done a minute later: an outage's backlog must not keep one run for ever.
_PIECES = 48
_BATCHES = 20
_BATCH = 2000


class StoreUpkeep:
    """The store's chores; each step is a transaction, so that a killed run loses nothing."""

    def __init__(self, work: StoreWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def every_minute(self) -> dict[str, int]:
        """Have partitions ahead, roll up what is over and what came late; return the counts."""
        done = {
            "partitions": self._partitions(),
            "rolled": self._roll(),
            "rolled_again": self._roll_again(),
        }
        done |= self._reckon()
        logger.info("time series rolled up", extra=done)
        return done

    def every_hour(self) -> dict[str, int]:
        """Pack closed days and forget what nobody keeps; return the counts.

        A day that is held by others for too long is left to the next hour.
        """
        with self._work() as store:
            before = store.rolled_day(closing.compacted_before(self._clock.now()))
            days = store.days_to_compact(before)
        packed = left = 0
        for day in days:
            try:
                with self._work() as store:
                    packed += store.compact_day(day)
            except UnavailableError as error:
                left += 1
                logger.warning("day not packed", extra={"day": str(day), "reason": str(error)})
        with self._work() as store:
            forgotten = store.forget(self._clock.now().date())
        done = {"days": len(days), "packed": packed, "left": left, "forgotten": forgotten}
        logger.info("time series packed", extra=done)
        return done

    def _partitions(self) -> int:
        first, last = closing.partition_days(self._clock.now())
        with self._work() as store:
            return store.ensure_partitions(first, last)

    def _roll(self) -> int:
        with self._work() as store:
            store.announce(closing.rolled_until(self._clock.now()))
        rolled = 0
        for _ in range(_PIECES):
            with self._work() as store:
                piece = store.roll_announced()
            if not piece:
                break
            rolled += piece
        return rolled

    def _roll_again(self) -> int:
        rolled = 0
        for _ in range(_BATCHES):
            with self._work() as store:
                batch = store.roll_dirty(limit=_BATCH)
            rolled += batch
            if batch < _BATCH:
                break
        return rolled

    def _reckon(self) -> dict[str, int]:
        """Count what should not be: rows kept aside, series over their quota."""
        with self._work() as store:
            quarantined = store.quarantined_since_last_time()
            refused = store.refused_since_last_time()
        if quarantined:
            emit(samples_quarantined_total=count(quarantined))
        for organization_id, number in refused.items():
            emit(details={"organization_id": organization_id}, series_refused_total=count(number))
            logger.warning(
                "series over the quota",
                extra={"organization_id": organization_id, "refused": number},
            )
        return {"quarantined": quarantined, "series_refused": sum(refused.values())}
