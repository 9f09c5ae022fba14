"""A30: sockets open once, for their own. A33: the log stays."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.security.routes import Route

if TYPE_CHECKING:
    from tests.e2e.client import Session
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)


def refused(stack: Stack, query: str, **headers: str) -> bool:
    try:
        with connect(f"{stack.ws_url}?{query}", additional_headers=headers, open_timeout=20):
            return False
    except (InvalidStatus, ConnectionClosed):
        return True


def ticket(session: Session) -> str:
    found: str = session.post("/ws-tickets")["ticket"]
    return found


def test_a30_a_ticket_opens_one_socket(stack: Stack, victim: Session) -> None:
    shown = ticket(victim)
    with connect(f"{stack.ws_url}?ticket={shown}", open_timeout=20):
        pass
    assert refused(stack, f"ticket={shown}")


@pytest.mark.parametrize("query", ["", "ticket=", "ticket=guess", "ticket[]=x", "token=x"])
def test_a30_without_a_ticket_there_is_no_socket(stack: Stack, query: str) -> None:
    assert refused(stack, query)


def test_a30_an_access_token_is_no_ticket(stack: Stack, victim: Session) -> None:
    assert refused(stack, f"ticket={victim.token}")


def test_a30_a_socket_of_another_organisation_hears_nothing_of_ours(
    stack: Stack, victim: Session, stranger: Session, things: dict[str, str]
) -> None:
    with connect(f"{stack.ws_url}?ticket={ticket(stranger)}", open_timeout=20) as socket:
        wish: dict[str, Any] = {
            "action": "subscribe",
            "topics": ["status", "alerts", "devices"],
            "organization_id": victim.get("/me")["organization_id"],
        }
        socket.send(json.dumps(wish))
        name = "heard by nobody else"
        device = {"name": name, "ip_address": "192.0.2.77", "device_type": "router"}
        made = victim.post("/devices", device)
        heard = []
        try:
            while True:
                heard.append(str(socket.recv(timeout=5)))
        except TimeoutError:
            pass
        assert not [text for text in heard if made["id"] in text or name in text]
    victim.send("DELETE", f"/devices/{made['id']}")


def test_a30_a_frame_beyond_reason_closes_its_own_socket_alone(
    stack: Stack, victim: Session, stranger: Session
) -> None:
    with (
        connect(f"{stack.ws_url}?ticket={ticket(stranger)}", open_timeout=20) as other,
        connect(f"{stack.ws_url}?ticket={ticket(victim)}", open_timeout=20) as socket,
    ):
        try:
            socket.send(json.dumps({"action": "subscribe", "topics": ["x" * 200_000]}))
            socket.recv(timeout=5)
        except (ConnectionClosed, TimeoutError):
            pass
        other.send(json.dumps({"action": "subscribe", "topics": ["alerts"]}))
        assert other.recv(timeout=20)


def test_a33_the_audit_log_is_one_line_a_deed_whatever_a_name_holds(victim: Session) -> None:
    made = victim.post("/device-groups", {"name": "north \u001b[31m".replace("\u001b", "") + "ok"})
    entry = victim.get("/audit-log", target_id=made["id"])[0]
    assert entry["action"] == "device_group.created"
    csv = victim.send("GET", "/audit-log/export").text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", csv)


def test_a33_no_route_changes_the_audit_log(served: list[Route]) -> None:
    methods = {route.method for route in served if route.path.startswith("/api/v1/audit-log")}
    assert methods == {"GET"}
