from __future__ import annotations

from datetime import timedelta

import pytest
from netpulse.permissions import PERMISSIONS, Permission, Role

from functions.realtime.domain.connection import Caller, Connection, Refusal, Ticket, opened
from functions.realtime.domain.topics import ALL_TOPICS, Topic, visible
from tests.support.clock import NOON
from tests.support.http import ORGANIZATION, USER

PAGE = "https://noc.example.org"


def a_caller(*, token_ends_in: timedelta | None = timedelta(minutes=10)) -> Caller:
    ends = None if token_ends_in is None else int((NOON + token_ends_in).timestamp())
    return Caller(
        organization_id=ORGANIZATION,
        permissions=PERMISSIONS[Role.VIEWER],
        user_id=USER,
        session_id="session",
        token_expires_at=ends,
    )


def a_ticket(*, origin: str = "") -> Ticket:
    return Ticket("digest", a_caller(), origin, NOON + timedelta(seconds=30))


@pytest.mark.parametrize(
    ("issued_to", "used_from", "refusal"),
    [
        ("", "", None),
        (PAGE, PAGE, None),
        ("", PAGE, None),
        ("", "https://evil.example", Refusal.FOREIGN_ORIGIN),
        (PAGE, "https://evil.example", Refusal.FOREIGN_ORIGIN),
        (PAGE, "", Refusal.FOREIGN_ORIGIN),
    ],
)
def test_a_ticket_is_used_from_where_it_was_issued_to(
    issued_to: str, used_from: str, refusal: Refusal | None
) -> None:
    ticket = a_ticket(origin=issued_to)
    assert ticket.refusal(origin=used_from, allowed_origins={PAGE}, now=NOON) == refusal


@pytest.mark.parametrize(("age_s", "refusal"), [(29, None), (30, Refusal.EXPIRED_TICKET)])
def test_a_ticket_lasts_thirty_seconds(age_s: int, refusal: Refusal | None) -> None:
    now = NOON + timedelta(seconds=age_s)
    assert a_ticket().refusal(origin="", allowed_origins=(), now=now) == refusal


@pytest.mark.parametrize(
    ("token_ends_in", "socket_ends_in"),
    [
        (timedelta(minutes=10), timedelta(minutes=10)),
        (timedelta(days=1), timedelta(hours=2)),
        (None, timedelta(minutes=15)),
    ],
)
def test_a_socket_ends_with_its_token_and_after_two_hours_at_most(
    token_ends_in: timedelta | None, socket_ends_in: timedelta
) -> None:
    caller = a_caller(token_ends_in=token_ends_in)
    connection = opened("c", caller, origin="", now=NOON)
    assert connection.expires_at == NOON + socket_ends_in
    assert not connection.has_expired(NOON + socket_ends_in - timedelta(seconds=1))
    assert connection.has_expired(NOON + socket_ends_in)


def test_a_socket_hears_only_what_its_caller_may_know() -> None:
    machine = PERMISSIONS[Role.API_USER]
    assert visible(machine) == {Topic.STATUS, Topic.DEVICES}
    assert visible(PERMISSIONS[Role.VIEWER], {Topic.ALERTS, Topic.USERS}) == {Topic.ALERTS}
    assert visible(frozenset(Permission)) == ALL_TOPICS


def test_a_revocation_concerns_one_session_or_all_of_a_user() -> None:
    connection: Connection = opened("c", a_caller(), origin="", now=NOON)
    assert connection.belongs_to(USER, "session")
    assert connection.belongs_to(USER, None)
    assert not connection.belongs_to(USER, "another")
