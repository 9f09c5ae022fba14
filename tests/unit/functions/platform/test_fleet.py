"""Which pollers live, and which shards nobody holds."""

from __future__ import annotations

from datetime import timedelta

from functions.platform.domain.fleet import ALIVE_FOR, Fleet, Heartbeat
from tests.support.clock import NOON

SECOND = timedelta(seconds=1)


def heard(poller: str, ago: timedelta) -> Heartbeat:
    return Heartbeat(poller=poller, beat_at=NOON - ago, status={})


def test_a_poller_lives_as_long_as_it_was_heard_of_lately() -> None:
    assert heard("a", ALIVE_FOR - SECOND).is_alive(NOON)
    assert not heard("a", ALIVE_FOR).is_alive(NOON)


def test_shards_of_the_dead_and_of_nobody_are_orphaned() -> None:
    beats = (heard("alive", SECOND), heard("dead", ALIVE_FOR + SECOND))
    fleet = Fleet(beats, ("alive", "dead", "", "alive", "unheard-of"))
    assert fleet.orphaned(NOON) == 3
    assert fleet.shards() == {"alive": 2, "dead": 1, "": 1, "unheard-of": 1}
