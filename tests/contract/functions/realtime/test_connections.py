"""One suite for the connections in memory and in DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from netpulse.ids import OrganizationId
from netpulse.permissions import PERMISSIONS, Role

from functions.realtime.domain.connection import Caller, Connection, Ticket
from functions.realtime.domain.topics import Topic
from functions.realtime.repository import DynamoConnections, DynamoTickets
from tests.support.aws import CONNECTIONS, make_tables
from tests.support.clock import NOON
from tests.support.http import ORGANIZATION, USER
from tests.unit.functions.realtime.fakes import MemoryConnections, MemoryTickets

if TYPE_CHECKING:
    from functions.realtime.ports import Connections, Tickets

OTHER = OrganizationId(UUID(int=0xC))
PERSON = Caller(
    organization_id=ORGANIZATION,
    permissions=PERMISSIONS[Role.OPERATOR],
    user_id=USER,
    session_id="session",
    token_id="token",
    token_issued_at=int(NOON.timestamp()),
    token_expires_at=int(NOON.timestamp()) + 900,
)
MACHINE = Caller(organization_id=ORGANIZATION, permissions=PERMISSIONS[Role.API_USER])


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> tuple[Tickets, Connections]:
    if request.param == "memory":
        return MemoryTickets(), MemoryConnections()
    request.getfixturevalue("aws_in_process")
    make_tables()
    return DynamoTickets(CONNECTIONS), DynamoConnections(CONNECTIONS)


@pytest.fixture
def tickets(stores: tuple[Tickets, Connections]) -> Tickets:
    return stores[0]


@pytest.fixture
def connections(stores: tuple[Tickets, Connections]) -> Connections:
    return stores[1]


def a_connection(
    connection_id: str = "c", organization_id: OrganizationId = ORGANIZATION
) -> Connection:
    return Connection(
        id=connection_id,
        organization_id=organization_id,
        permissions=PERMISSIONS[Role.VIEWER],
        expires_at=NOON + timedelta(minutes=15),
        user_id=USER,
        session_id="session",
        origin="https://noc.example.org",
    )


@pytest.mark.parametrize("caller", [PERSON, MACHINE])
@pytest.mark.parametrize("origin", ["", "https://noc.example.org"])
def test_a_ticket_is_burned_once_and_comes_back_whole(
    tickets: Tickets, caller: Caller, origin: str
) -> None:
    ticket = Ticket("digest", caller, origin, NOON)
    tickets.save(ticket)
    assert tickets.burn("digest") == ticket
    assert tickets.burn("digest") is None


def test_an_unknown_ticket_is_none(tickets: Tickets) -> None:
    assert tickets.burn("digest") is None


def test_a_socket_is_found_as_it_was_saved(connections: Connections) -> None:
    person, machine = a_connection("a"), replace(a_connection("b"), user_id=None, session_id=None)
    connections.save(person)
    connections.save(machine)
    assert connections.get("a") == person
    assert connections.get("b") == machine
    assert connections.get("c") is None


def test_only_an_organisations_own_sockets_are_found(connections: Connections) -> None:
    connections.save(a_connection("a"))
    connections.save(a_connection("b"))
    connections.save(a_connection("theirs", OTHER))
    assert {each.id for each in connections.of(ORGANIZATION)} == {"a", "b"}


def test_a_ticket_is_no_socket(tickets: Tickets, connections: Connections) -> None:
    tickets.save(Ticket("digest", PERSON, "", NOON))
    assert connections.of(ORGANIZATION) == []
    assert connections.get("ticket#digest") is None


@pytest.mark.parametrize("topics", [frozenset({Topic.ALERTS}), frozenset[Topic]()])
def test_a_socket_changes(connections: Connections, topics: frozenset[Topic]) -> None:
    connections.save(a_connection())
    changed = replace(
        a_connection(),
        topics=topics,
        permissions=PERMISSIONS[Role.ADMIN],
        expires_at=NOON + timedelta(hours=1),
    )
    assert connections.change(changed)
    assert connections.get("c") == changed


def test_a_closed_socket_is_not_brought_back_by_a_change(connections: Connections) -> None:
    connections.save(a_connection())
    connections.remove("c")
    assert not connections.change(a_connection())
    assert connections.get("c") is None


def test_removing_what_is_gone_is_no_error(connections: Connections) -> None:
    connections.remove("c")


def test_the_newest_number_never_goes_back(connections: Connections) -> None:
    assert connections.last_seq(ORGANIZATION) == 0
    for seq in (5, 9, 7):
        connections.reached(ORGANIZATION, seq)
    assert connections.last_seq(ORGANIZATION) == 9
    assert connections.last_seq(OTHER) == 0
    assert connections.of(ORGANIZATION) == []
