from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from netpulse.errors import UnavailableError
from netpulse.events import SessionRevoked
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.errors import SessionOverError
from functions.auth.domain.session import GRACE, Client
from functions.auth.service.sessions import SessionService
from tests.support.clock import FakeClock
from tests.support.sessions import CollectedFacts, MemorySessions

if TYPE_CHECKING:
    from datetime import datetime

    from functions.auth.domain.session import RefreshToken

USER, ONE, OTHER = UserId(UUID(int=1)), OrganizationId(UUID(int=2)), OrganizationId(UUID(int=3))


class Contended(MemorySessions):
    """Sessions whose first attempts at a rotation fail, as transactions that collide do."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def rotate(
        self, old: RefreshToken, successor: RefreshToken, *, sealed: bytes, at: datetime
    ) -> bool:
        self.failures -= 1
        return self.failures < 0 and super().rotate(old, successor, sealed=sealed, at=at)


class World:
    def __init__(self, sessions: MemorySessions | None = None) -> None:
        self.sessions = sessions or MemorySessions()
        self.facts = CollectedFacts()
        self.clock = FakeClock()
        self._made = 0
        self.service = SessionService(self.sessions, self.facts, self._random, self.clock)

    def _random(self, size: int, /) -> bytes:
        self._made += 1
        return self._made.to_bytes(size, "big")


def test_a_collision_is_tried_again() -> None:
    world = World(Contended(failures=2))
    opened = world.service.begin(USER, ONE, Client.API)
    assert world.service.refresh(opened.refresh_token, Client.API).refresh_token


def test_collisions_without_end_do_not_log_anybody_out() -> None:
    world = World(Contended(failures=100))
    opened = world.service.begin(USER, ONE, Client.API)
    with pytest.raises(UnavailableError):
        world.service.refresh(opened.refresh_token, Client.API)
    assert world.service.find(USER, opened.session.id)


def test_a_copy_shown_late_ends_the_session_and_tells_its_sockets() -> None:
    world = World()
    opened = world.service.begin(USER, ONE, Client.API)
    world.service.refresh(opened.refresh_token, Client.API)
    world.clock.advance(GRACE + timedelta(seconds=1))
    with pytest.raises(SessionOverError):
        world.service.refresh(opened.refresh_token, Client.API)
    assert world.facts.told == [(ONE, SessionRevoked(user_id=USER, session_id=opened.session.id))]
    assert world.service.beside(opened.session) == []


def test_ending_all_but_one_tells_each_organization_of_its_own() -> None:
    world = World()
    kept = world.service.begin(USER, ONE, Client.BROWSER).session
    first = world.service.begin(USER, ONE, Client.API).session
    second = world.service.begin(USER, OTHER, Client.API).session
    assert world.service.end_all(USER, except_id=kept.id) == 2
    assert {(org, fact.model_dump()["session_id"]) for org, fact in world.facts.told} == {
        (ONE, first.id),
        (OTHER, second.id),
    }
    assert world.service.beside(kept) == [kept]


def test_the_session_of_a_refresh_token_is_known_while_it_is_open() -> None:
    world = World()
    opened = world.service.begin(USER, ONE, Client.API)
    assert world.service.of_refresh_token(opened.refresh_token) == opened.session
    assert world.service.of_refresh_token("nonsense") is None
    world.service.end(opened.session)
    assert world.service.of_refresh_token(opened.refresh_token) is None


def test_a_providers_session_sees_and_ends_only_what_the_provider_began() -> None:
    world = World()
    own = world.service.begin(USER, ONE, Client.API).session
    provided = world.service.begin(USER, OTHER, Client.BROWSER, provider_id=UUID(int=9)).session
    assert world.service.beside(provided) == [provided]
    assert {one.id for one in world.service.beside(own)} == {own.id, provided.id}
    world.service.end_beside(provided)
    assert world.service.beside(own) == [own]
