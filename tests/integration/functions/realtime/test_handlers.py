"""The handlers as Lambda calls them, over PostgreSQL, moto and a callback server on loopback."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from netpulse import bus
from netpulse.clock import SYSTEM_CLOCK
from netpulse.db import Database
from netpulse.events import AlertResolved, DeviceStatusChanged, SessionRevoked
from netpulse.outbox import PostgresOutbox

from functions.realtime.handlers import http, on_fact, websocket
from tests.support.aws import (
    CONNECTIONS,
    RATE_LIMITS,
    SESSIONS,
    forget_wiring,
    make_secret,
    make_tables,
    set_settings,
    sqs_event,
)
from tests.support.clock import NOON
from tests.support.http import Client
from tests.support.organizations import new_organization, new_user
from tests.support.websockets import callback_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.events import Fact
    from netpulse.ids import OrganizationId, UserId

    from tests.support.database import TestDatabase
    from tests.support.websockets import CallbackServer

PAGE = "https://noc.example.org"


class Stage:
    """A deployed realtime, and one user of it."""

    def __init__(self, database: Database, organization_id: OrganizationId, user: UserId) -> None:
        self.database = database
        self.organization_id = organization_id
        self.user_id = user
        self.client = Client(http.app)

    def call(self, method: str, path: str, **options: Any) -> Any:
        now = int(time.time())
        claims = {
            "outcome": "ok",
            "sub": str(self.user_id),
            "org": str(self.organization_id),
            "jti": "jti",
            "origin_jti": "session",
            "iat": str(now - 1),
            "exp": str(now + 900),
            "username": "amina",
        }
        return self.client.call(method, path, authorizer=claims, **options)

    def record(self, *facts: Fact) -> list[dict[str, Any]]:
        """Commit facts and return the bodies by which a queue carries them."""
        with self.database.transaction(self.organization_id) as transaction:
            outbox = PostgresOutbox(transaction, SYSTEM_CLOCK)
            for fact in facts:
                outbox.add(fact)
            records = outbox.flush()
        return [
            {"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
            for entry in bus.entries(records)
        ]

    def connect(self, connection_id: str = "c", *, ticket: str, origin: str = "") -> int:
        event = a_socket_event("$connect", connection_id)
        event["headers"] = {"Origin": origin} if origin else {}
        event["queryStringParameters"] = {"ticket": ticket}
        return int(websocket.handler(event, None)["statusCode"])

    def ticket(self, **options: Any) -> str:
        answer = self.call("POST", "/ws-tickets", **options)
        assert answer.status == 201, answer.text
        return str(answer.data["ticket"])


def a_socket_event(route: str, connection_id: str = "c", body: str | None = None) -> dict[str, Any]:
    return {"requestContext": {"routeKey": route, "connectionId": connection_id}, "body": body}


def offline(number: int) -> DeviceStatusChanged:
    return DeviceStatusChanged(
        device_id=uuid4(),
        number=number,
        name="edge-1",
        status="offline",
        previous="online",
        since=NOON,
    )


def a_resolution() -> AlertResolved:
    return AlertResolved(
        alert_id=uuid4(),
        alert_seq=3,
        device_id=UUID(int=7),
        device_name="edge-1",
        ip_address="192.0.2.7",
        rule_id=None,
        rule_name="Device down",
        alert_type="device_down",
        severity="critical",
        state="resolved",
        reason="recovered",
        message="edge-1 is back",
        began_at=NOON,
        resolved_at=NOON,
    )


@pytest.fixture
def gateway() -> Iterator[tuple[str, CallbackServer]]:
    with callback_server() as found:
        yield found


@pytest.fixture
def stage(
    aws_in_process: None,
    postgres: TestDatabase,
    gateway: tuple[str, CallbackServer],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    make_tables()
    set_settings(
        monkeypatch,
        **postgres.settings(),
        database_secret=make_secret("app", {"username": "netpulse_app", "password": "unused"}),
        connections_table=CONNECTIONS,
        sessions_table=SESSIONS,
        rate_limits_table=RATE_LIMITS,
        public_url=PAGE,
        websocket_callback_url=gateway[0],
    )
    organization_id = new_organization(postgres)
    user_id = new_user(postgres, organization_id)
    yield Stage(postgres.database(), organization_id, user_id)
    forget_wiring("realtime")


def test_a_ticket_opens_a_socket_once(stage: Stage) -> None:
    ticket = stage.ticket()
    assert stage.connect(ticket=ticket) == 200
    assert stage.connect("second", ticket=ticket) == 401
    assert stage.connect("third", ticket="") == 401


def test_a_ticket_of_a_page_is_of_no_use_elsewhere(stage: Stage) -> None:
    headers = {"origin": PAGE}
    assert stage.connect(ticket=stage.ticket(headers=headers), origin=PAGE) == 200
    assert stage.connect(ticket=stage.ticket(headers=headers)) == 401
    foreign = {"origin": "https://evil.example"}
    assert stage.call("POST", "/ws-tickets", headers=foreign).status == 403


def test_strangers_get_no_ticket_and_no_events(stage: Stage) -> None:
    for method, path in (("POST", "/ws-tickets"), ("GET", "/events")):
        answer = stage.client.call(method, path, authorizer={"outcome": "none"})
        assert (answer.status, answer.code) == (401, "INVALID_CREDENTIALS")


def test_facts_are_pushed_in_one_frame_and_can_be_read_again(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    bodies = stage.record(offline(101), offline(102), a_resolution())
    assert on_fact.handler(sqs_event(*reversed(bodies)), None) == {"batchItemFailures": []}
    _, server = gateway
    [(_, frame)] = server.sent
    assert [m["type"] for m in frame["messages"]] == ["status", "AlertResolved.v1"]
    assert [d[:2] for d in frame["messages"][0]["devices"]] == [
        [101, "offline"],
        [102, "offline"],
    ]
    read = stage.call("GET", "/events", query={"since": "0"}).data
    assert read["messages"] == frame["messages"]
    assert (read["last_seq"], read["reset"], read["has_more"]) == (3, False, False)
    assert stage.call("GET", "/events").data["last_seq"] == 3


def test_another_organisation_is_told_and_shown_nothing(
    stage: Stage, postgres: TestDatabase, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect("mine", ticket=stage.ticket())
    other_id = new_organization(postgres)
    other = Stage(stage.database, other_id, new_user(postgres, other_id))
    bodies = other.record(offline(101))
    on_fact.handler(sqs_event(*bodies), None)
    assert gateway[1].sent == []
    assert stage.call("GET", "/events", query={"since": "0"}).data["messages"] == []


@pytest.mark.parametrize(
    "query", [{"since": "-1"}, {"since": "x"}, {"since": "9" * 30}, {"since": "1", "limit": "0"}]
)
def test_a_wrong_number_is_a_422(stage: Stage, query: dict[str, str]) -> None:
    assert stage.call("GET", "/events", query=query).status == 422


def test_what_a_socket_says_is_answered_over_the_socket(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    on_fact.handler(sqs_event(*stage.record(offline(1))), None)
    for text in ('{"action":"ping"}', '{"action":"subscribe","topics":["alerts"]}', "{{{"):
        answer = websocket.handler(a_socket_event("$default", body=text), None)
        assert answer == {"statusCode": 200}
    replies = [frame for _, frame in gateway[1].sent[1:]]
    assert [reply["type"] for reply in replies] == ["pong", "subscribed", "error"]
    assert replies[0]["last_seq"] == 1


def test_a_socket_nobody_knows_is_closed(stage: Stage, gateway: tuple[str, CallbackServer]) -> None:
    websocket.handler(a_socket_event("$default", "stranger", '{"action":"ping"}'), None)
    assert gateway[1].closed == ["stranger"]


def test_a_socket_that_left_is_told_nothing(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    websocket.handler(a_socket_event("$disconnect"), None)
    on_fact.handler(sqs_event(*stage.record(offline(1))), None)
    assert gateway[1].sent == []


def test_logging_out_closes_the_sessions_sockets(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    bodies = stage.record(SessionRevoked(user_id=stage.user_id, session_id="session"))
    on_fact.handler(sqs_event(*bodies), None)
    assert gateway[1].closed == ["c"]


def test_a_message_that_is_no_fact_fails_alone(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    event = sqs_event({"what": "is this"}, *stage.record(offline(1)))
    assert on_fact.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert len(gateway[1].sent) == 1


def test_a_failed_push_sends_the_whole_batch_back(
    stage: Stage, gateway: tuple[str, CallbackServer]
) -> None:
    stage.connect(ticket=stage.ticket())
    gateway[1].errors["c"] = [(500, "InternalServerError")] * 10
    event = sqs_event(*stage.record(offline(1), a_resolution()))
    failures = on_fact.handler(event, None)["batchItemFailures"]
    assert [each["itemIdentifier"] for each in failures] == ["message-0", "message-1"]
