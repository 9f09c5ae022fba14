"""One suite over the sessions in memory and in DynamoDB: the fake is as strict as the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse import aws
from netpulse.access import DynamoSessionState
from netpulse.ids import OrganizationId, UserId

from functions.auth.domain.session import Client, RefreshToken, Session
from functions.auth.repository.sessions import DynamoSessions
from tests.support.aws import SESSIONS, make_tables, mocked_aws
from tests.support.clock import NOON
from tests.support.sessions import MemorySessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.auth.ports import Sessions


@pytest.fixture(scope="module")
def tables() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch, mocked_aws(monkeypatch):
        make_tables()
        yield


@pytest.fixture(params=["memory", "dynamodb"])
def sessions(request: pytest.FixtureRequest, tables: None) -> Sessions:
    return MemorySessions() if request.param == "memory" else DynamoSessions(SESSIONS)


def a_session(user_id: UserId | None = None) -> Session:
    return Session(
        id=str(uuid4()),
        user_id=user_id or UserId(uuid4()),
        organization_id=OrganizationId(uuid4()),
        client=Client.BROWSER,
        started_at=NOON + timedelta(microseconds=7),
        ends_at=NOON + timedelta(days=30),
    )


def a_token(session: Session) -> RefreshToken:
    return RefreshToken(
        digest=uuid4().hex,
        session_id=session.id,
        user_id=session.user_id,
        expires_at=NOON + timedelta(days=14, microseconds=3),
    )


def started(sessions: Sessions) -> tuple[Session, RefreshToken]:
    session = a_session()
    token = a_token(session)
    sessions.start(session, token)
    return session, token


def test_what_was_started_is_found_as_it_was(sessions: Sessions) -> None:
    session, token = started(sessions)
    assert sessions.find(session.user_id, session.id) == session
    assert sessions.token(token.digest) == token
    assert sessions.of(session.user_id) == [session]


def test_what_was_not_started_is_not_there(sessions: Sessions) -> None:
    session, _ = started(sessions)
    assert sessions.token("none") is None
    assert sessions.find(session.user_id, "none") is None
    assert sessions.find(UserId(uuid4()), session.id) is None
    assert sessions.of(UserId(uuid4())) == []


def test_a_token_is_replaced_once(sessions: Sessions) -> None:
    session, token = started(sessions)
    first, second = a_token(session), a_token(session)
    assert sessions.rotate(token, first, sealed=b"\x00sealed\xff", at=NOON)
    assert not sessions.rotate(token, second, sealed=b"other", at=NOON)
    assert sessions.token(token.digest) == replace(
        token, used_at=NOON, sealed_successor=b"\x00sealed\xff"
    )
    assert sessions.token(first.digest) == first
    assert sessions.token(second.digest) is None


def test_a_token_that_is_not_there_is_not_replaced(sessions: Sessions) -> None:
    session, _ = started(sessions)
    successor = a_token(session)
    assert not sessions.rotate(a_token(session), successor, sealed=b"", at=NOON)
    assert sessions.token(successor.digest) is None


def test_an_ended_sessions_token_is_not_replaced(sessions: Sessions) -> None:
    session, token = started(sessions)
    sessions.revoke(session, at=NOON)
    assert not sessions.rotate(token, a_token(session), sealed=b"", at=NOON)
    found = sessions.find(session.user_id, session.id)
    assert found == replace(session, revoked_at=NOON)
    assert sessions.of(session.user_id) == []


def test_a_session_moves_and_others_stay(sessions: Sessions) -> None:
    session, _ = started(sessions)
    other = a_session(session.user_id)
    sessions.start(other, a_token(other))
    elsewhere = OrganizationId(uuid4())
    sessions.move(session, elsewhere)
    found = {each.id: each.organization_id for each in sessions.of(session.user_id)}
    assert found == {session.id: elsewhere, other.id: other.organization_id}


def test_the_tokens_of_an_ended_session_are_denied_everywhere(tables: None) -> None:
    sessions = DynamoSessions(SESSIONS)
    session, _ = started(sessions)
    asked = {"token_id": "any", "session_id": session.id, "user_id": str(session.user_id)}
    state = DynamoSessionState(SESSIONS)
    assert not state.revoked(**asked, issued_at=int(NOON.timestamp()))
    sessions.revoke(session, at=NOON)
    assert state.revoked(**asked, issued_at=int(NOON.timestamp()))


def test_everything_in_the_table_is_forgotten_one_day(tables: None) -> None:
    sessions = DynamoSessions(SESSIONS)
    session, token = started(sessions)
    sessions.rotate(token, a_token(session), sealed=b"x", at=NOON)
    sessions.revoke(session, at=NOON)
    items = aws.client("dynamodb").scan(TableName=SESSIONS)["Items"]
    assert all("expires_at" in item for item in items)
