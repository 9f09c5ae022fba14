"""A30: sockets open once, for their own. A33: the log stays."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.e2e import stack as stacks
from tests.e2e.client import Deadline
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


def heard_until(socket: ClientConnection, word: str) -> list[str]:
    """Return what a socket heard up to a message with a word; fail when none comes."""
    heard: list[str] = []
    while not heard or word not in heard[-1]:
        heard.append(str(socket.recv(timeout=60)))
    return heard


def test_a30_a_ticket_opens_one_socket(stack: Stack, victim: Session) -> None:
    shown = ticket(victim)
    with connect(f"{stack.ws_url}?ticket={shown}", open_timeout=20):
        pass
    assert refused(stack, f"ticket={shown}")


def opens(url: str, origin: str) -> bool:
    """Return whether a page of an origin opens a socket."""
    try:
        with connect(url, origin=Origin(origin), open_timeout=20):
            return True
    except (InvalidStatus, ConnectionClosed):
        return False


@pytest.mark.parametrize("query", ["", "ticket=", "ticket=guess", "ticket[]=x", "token=x"])
def test_a30_without_a_ticket_there_is_no_socket(stack: Stack, query: str) -> None:
    assert refused(stack, query)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example"]
)
def test_a30_a_page_elsewhere_opens_no_socket_with_a_good_ticket(
    stack: Stack, victim: Session, origin: str
) -> None:
    shown = ticket(victim)
    assert not opens(f"{stack.ws_url}?ticket={shown}", origin)


def test_a30_our_own_page_opens_one(stack: Stack, victim: Session) -> None:
    assert opens(f"{stack.ws_url}?ticket={ticket(victim)}", stack.api_url)


def test_a30_an_access_token_is_no_ticket(stack: Stack, victim: Session) -> None:
    assert refused(stack, f"ticket={victim.token}")


def test_a30_a_socket_of_another_organisation_hears_nothing_of_ours(
    stack: Stack, victim: Session, stranger: Session
) -> None:
    with (
        connect(f"{stack.ws_url}?ticket={ticket(stranger)}", open_timeout=20) as socket,
        connect(f"{stack.ws_url}?ticket={ticket(victim)}", open_timeout=20) as own,
    ):
        wish: dict[str, Any] = {"action": "subscribe", "topics": ["status", "alerts", "devices"]}
        theirs = {**wish, "organization_id": victim.get("/me")["organization_id"]}
        for one, topics in ((socket, wish), (socket, theirs), (own, wish)):
            one.send(json.dumps(topics))
            assert one.recv(timeout=20)
        device = {"ip_address": "192.0.2.77", "device_type": "router"}
        made = victim.post("/devices", {**device, "name": "heard by nobody else"})["id"]
        heard_until(own, made)
        # the socket listens: it hears of its own, which was made later
        mine = stranger.post("/devices", {**device, "name": "heard by its own"})["id"]
        heard = heard_until(socket, mine)
        assert not [text for text in heard if made in text or "nobody else" in text]
    victim.send("DELETE", f"/devices/{made}")
    stranger.send("DELETE", f"/devices/{mine}")


def test_a30_a_frame_beyond_reason_closes_its_own_socket_alone(
    stack: Stack, victim: Session, stranger: Session
) -> None:
    with (
        connect(f"{stack.ws_url}?ticket={ticket(stranger)}", open_timeout=20) as other,
        connect(f"{stack.ws_url}?ticket={ticket(victim)}", open_timeout=20) as socket,
    ):
        socket.send(json.dumps({"action": "subscribe", "topics": ["x" * 200_000]}))
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)
        other.send(json.dumps({"action": "subscribe", "topics": ["alerts"]}))
        assert other.recv(timeout=20)


@pytest.mark.parametrize("name", ["north\u001b[31m", "a\nb", "a\r\nb", "a\u2028b", "a\u0000b"])
def test_a33_no_name_breaks_a_line_of_a_log(victim: Session, name: str) -> None:
    assert victim.send("POST", "/device-groups", json={"name": name}).status_code in {400, 422}


def test_a33_what_callers_say_in_headers_stays_out_of_the_logs(victim: Session) -> None:
    forged = 'x","level":"CRITICAL","message":"all is lost'
    for header in ("X-Request-ID", "X-Correlation-ID", "User-Agent"):
        assert victim.send("GET", "/me", headers={header: forged}).ok
    mark = f"mark-{victim.email}".replace("@", ".")[:60]
    assert victim.send("GET", "/me", headers={"X-Correlation-ID": mark}).ok
    log = stacks.FOLDER / "logs" / "lambda.log"

    def lines() -> list[str] | None:
        text = log.read_text(errors="replace")
        return text.splitlines() if mark in text else None

    found = Deadline.after(30).wait(lines, what="the log's line")
    assert not [line for line in found if "all is lost" in line or "\x1b" in line]


def test_a33_an_export_of_the_audit_log_has_no_control_characters(victim: Session) -> None:
    made = victim.post("/device-groups", {"name": "=cmd|' /C calc'!A0"})
    entry = victim.get("/audit-log", target_id=made["id"])[0]
    assert entry["action"] == "device_group.created"
    exported = victim.send("GET", "/audit-log/export").text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", exported)
    cells = [cell for line in csv.reader(io.StringIO(exported)) for cell in line]
    assert any("calc" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]


def test_a33_no_route_changes_the_audit_log(served: list[Route]) -> None:
    methods = {route.method for route in served if route.path.startswith("/api/v1/audit-log")}
    assert methods == {"GET"}
