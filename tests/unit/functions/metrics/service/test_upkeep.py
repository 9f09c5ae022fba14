"""The store's chores, with a store that only remembers what it was told."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from netpulse.errors import UnavailableError

from functions.metrics.service.upkeep import StoreUpkeep
from tests.support.clock import NOON, FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class FakeStore:
    """So many pieces and dirty buckets to do; each transaction is counted."""

    def __init__(self, *, pieces: int = 0, dirty: int = 0) -> None:
        self.pieces, self.dirty = pieces, dirty
        self.until: datetime | None = None
        self.rolled: date = NOON.date()
        self.days = [NOON.date() - timedelta(days=n) for n in (3, 2)]
        self.packed: list[date] = []
        self.transactions = 0
        self.fails_on: date | None = None
        self.quarantined = 0
        self.refused: dict[str, int] = {}

    def ensure_partitions(self, first_day: date, last_day: date) -> int:
        return (last_day - first_day).days + 1

    def announce(self, until: datetime) -> None:
        self.until = until

    def roll_announced(self) -> int:
        self.pieces -= 1
        return 10 if self.pieces >= 0 else 0

    def roll_dirty(self, *, limit: int) -> int:
        done = min(limit, self.dirty)
        self.dirty -= done
        return done

    def rolled_day(self, before: date) -> date:
        return min(before, self.rolled)

    def days_to_compact(self, before: date) -> list[date]:
        return [day for day in self.days if day < before and day not in self.packed]

    def compact_day(self, day: date) -> int:
        if day == self.fails_on:
            raise UnavailableError("held by others")
        self.packed.append(day)
        return 1000

    def forget(self, today: date) -> int:
        return (today - date(2026, 3, 1)).days

    def quarantined_since_last_time(self) -> int:
        return self.quarantined

    def refused_since_last_time(self) -> Mapping[str, int]:
        return self.refused


def upkeep(store: FakeStore) -> StoreUpkeep:
    @contextmanager
    def work() -> Iterator[FakeStore]:
        store.transactions += 1
        yield store

    return StoreUpkeep(work, FakeClock())


def test_a_minute_rolls_up_all_that_is_over_each_piece_in_its_own_transaction() -> None:
    store = FakeStore(pieces=3, dirty=2500)
    done = upkeep(store).every_minute()
    assert (done["rolled"], done["rolled_again"], done["partitions"]) == (30, 2500, 10)
    assert store.until == datetime(2026, 3, 2, 11, 55, tzinfo=UTC)
    # partitions, announce, 3 pieces and one look, 2 batches, the reckoning
    assert store.transactions == 9


def test_a_backlog_is_left_to_the_next_minute() -> None:
    store = FakeStore(pieces=1000)
    assert upkeep(store).every_minute()["rolled"] == 480
    assert store.pieces > 0


def test_an_hour_packs_each_closed_day_and_forgets() -> None:
    store = FakeStore()
    assert upkeep(store).every_hour() == {
        "days": 2,
        "packed": 2000,
        "left": 0,
        "forgotten": 1,
    }


def test_a_day_that_is_not_rolled_up_is_not_packed() -> None:
    store = FakeStore()
    store.rolled = NOON.date() - timedelta(days=2)
    assert upkeep(store).every_hour()["days"] == 1


def test_a_day_that_cannot_be_packed_now_holds_up_no_other() -> None:
    store = FakeStore()
    store.fails_on = store.days[0]
    done = upkeep(store).every_hour()
    assert store.packed == [store.days[1]]
    assert (done["left"], done["packed"], done["forgotten"]) == (1, 1000, 1)


def test_what_was_kept_aside_or_refused_is_counted_and_told(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    store = FakeStore()
    store.quarantined, store.refused = 7, {"organisation": 3}
    done = upkeep(store).every_minute()
    assert (done["quarantined"], done["series_refused"]) == (7, 3)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert any(line.get("samples_quarantined_total") == [7.0] for line in lines)
    assert any(line.get("series_refused_total") == [3.0] for line in lines)
    assert "series over the quota" in caplog.messages
