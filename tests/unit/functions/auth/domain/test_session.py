from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.session import (
    GRACE,
    IDLE_LIFETIME,
    SESSION_LIFETIME,
    Client,
    Exchange,
    RefreshToken,
    Session,
    decoded,
    digest_of,
    encoded,
    judge,
    sealed,
)
from tests.support.clock import NOON

SESSION = Session(
    id="session",
    user_id=UserId(UUID(int=1)),
    organization_id=OrganizationId(UUID(int=2)),
    client=Client.API,
    started_at=NOON,
    ends_at=NOON + SESSION_LIFETIME,
)
TOKEN = RefreshToken(
    digest="d", session_id="session", user_id=SESSION.user_id, expires_at=NOON + IDLE_LIFETIME
)
SECRETS = st.binary(min_size=32, max_size=32)


def exchange(token: RefreshToken = TOKEN, session: Session = SESSION, **named: object) -> Exchange:
    asked = {"client": Client.API, "now": NOON + timedelta(minutes=1), **named}
    return judge(token, session, **asked)  # type: ignore[arg-type]


def test_a_token_that_nobody_used_is_rotated() -> None:
    assert exchange() is Exchange.ROTATED


def test_a_token_shown_again_at_once_gets_the_same_answer() -> None:
    used = replace(TOKEN, used_at=NOON)
    assert exchange(used, now=NOON + GRACE) is Exchange.REPEATED


def test_a_token_shown_again_later_was_copied() -> None:
    used = replace(TOKEN, used_at=NOON)
    assert exchange(used, now=NOON + GRACE + timedelta(microseconds=1)) is Exchange.REUSED


def test_a_token_that_was_idle_for_too_long_is_over() -> None:
    assert exchange(now=NOON + IDLE_LIFETIME) is Exchange.EXPIRED


@pytest.mark.parametrize(
    ("session", "now"),
    [
        (replace(SESSION, revoked_at=NOON), NOON),
        (SESSION, NOON + SESSION_LIFETIME),
    ],
)
def test_an_ended_session_gives_nothing(session: Session, now: object) -> None:
    assert exchange(replace(TOKEN, used_at=NOON), session, now=now) is Exchange.ENDED


def test_a_browsers_token_is_no_good_in_a_body() -> None:
    assert exchange(session=replace(SESSION, client=Client.BROWSER)) is Exchange.FOREIGN


@given(SECRETS)
def test_a_token_is_read_as_it_was_written(secret: bytes) -> None:
    assert decoded(encoded(secret)) == secret


@pytest.mark.parametrize("text", ["", "short", "é" * 43, "a" * 42, "a" * 44, "a" * 4000, "=" * 43])
def test_what_cannot_be_a_token_is_none(text: str) -> None:
    assert decoded(text) is None


@given(SECRETS, SECRETS)
def test_only_its_predecessor_opens_a_sealed_token(successor: bytes, by: bytes) -> None:
    assert sealed(sealed(successor, by=by), by=by) == successor
    assert digest_of(by).encode() not in sealed(successor, by=by)
