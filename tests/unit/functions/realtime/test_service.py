from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from netpulse.errors import ForbiddenError, UnavailableError
from netpulse.permissions import PERMISSIONS, Role
from netpulse.principal import Principal

from functions.realtime.domain.connection import Connection, Refusal
from functions.realtime.domain.topics import ALL_TOPICS, Topic
from functions.realtime.ports import Delivery
from functions.realtime.service import (
    Broadcaster,
    History,
    RefusedError,
    Revocation,
    Switchboard,
    TicketOffice,
)
from tests.support.clock import NOON, FakeClock
from tests.support.http import ORGANIZATION, USER, a_principal
from tests.unit.functions.realtime.fakes import (
    MemoryConnections,
    MemoryFactLog,
    MemorySessions,
    MemorySockets,
    MemoryTickets,
    a_status,
    an_alert,
)

PAGE = "https://noc.example.org"


class House:
    """Everything of realtime over memory."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.tickets = MemoryTickets()
        self.sessions = MemorySessions()
        self.connections = MemoryConnections()
        self.sockets = MemorySockets()
        self.office = TicketOffice(self.tickets, self.sessions, self.clock, allowed_origins={PAGE})
        self.switchboard = Switchboard(self.office, self.connections, self.clock)
        self.broadcaster = Broadcaster(self.connections, self.sockets, self.clock, each=map)

    def ticket(self, caller: Principal | None = None, *, origin: str = "") -> str:
        return self.office.issue(caller or a_caller(), origin=origin).ticket

    def open(self, connection_id: str = "c", caller: Principal | None = None) -> Connection:
        return self.switchboard.connect(connection_id, self.ticket(caller), origin="")

    def say(self, text: str) -> dict[str, object]:
        answer = self.switchboard.answer("c", text)
        assert answer is not None
        return answer

    def frames_of(self, connection_id: str = "c") -> list[object]:
        return [json.loads(frame) for to, frame in self.sockets.sent if to == connection_id]


@pytest.fixture
def house() -> House:
    return House()


def a_caller(role: Role = Role.ADMIN) -> Principal:
    expires_at = int((NOON + timedelta(minutes=15)).timestamp())
    return replace(a_principal(role), token_expires_at=expires_at)


def test_a_ticket_is_random_and_only_its_digest_is_kept(house: House) -> None:
    first, second = house.ticket(), house.ticket()
    assert first != second
    assert len(first) >= 43  # 256 bits in base64
    assert first not in str(house.tickets.saved)


def test_a_page_of_a_foreign_origin_gets_no_ticket(house: House) -> None:
    with pytest.raises(ForbiddenError):
        house.ticket(origin="https://evil.example")


def test_a_ticket_opens_one_socket_and_no_second(house: House) -> None:
    ticket = house.ticket()
    house.switchboard.connect("first", ticket, origin="")
    with pytest.raises(RefusedError) as caught:
        house.switchboard.connect("second", ticket, origin="")
    assert caught.value.refusal is Refusal.UNKNOWN_TICKET
    assert list(house.connections.saved) == ["first"]


def test_a_refused_ticket_is_burned_all_the_same(house: House) -> None:
    ticket = house.ticket(origin=PAGE)
    for refusal in (Refusal.FOREIGN_ORIGIN, Refusal.UNKNOWN_TICKET):
        with pytest.raises(RefusedError) as caught:
            house.switchboard.connect("c", ticket, origin="https://evil.example")
        assert caught.value.refusal is refusal


def test_a_ticket_of_a_session_that_ended_since_opens_nothing(house: House) -> None:
    ticket = house.ticket()
    house.sessions.ended.add("session")
    with pytest.raises(RefusedError) as caught:
        house.switchboard.connect("c", ticket, origin="")
    assert caught.value.refusal is Refusal.SESSION_ENDED


def test_a_ping_is_answered_with_the_newest_number(house: House) -> None:
    house.open()
    house.connections.reached(ORGANIZATION, 17)
    assert house.say('{"action": "ping"}') == {"type": "pong", "last_seq": 17}


def test_a_socket_chooses_its_topics(house: House) -> None:
    house.open()
    unsubscribed = house.say('{"action": "unsubscribe", "topics": ["status", "users"]}')
    assert unsubscribed["topics"] == ["alerts", "devices", "notifications", "reports"]
    subscribed = house.say('{"action": "subscribe", "topics": ["status"]}')
    assert "status" in str(subscribed["topics"])
    assert house.connections.saved["c"].topics == ALL_TOPICS - {Topic.USERS}


def test_subscribing_to_what_one_may_not_see_shows_in_the_answer(house: House) -> None:
    house.open(caller=a_caller(Role.API_USER))
    assert house.say('{"action": "subscribe", "topics": ["alerts"]}') == {
        "type": "subscribed",
        "topics": ["devices", "status"],
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MALFORMED_REQUEST"),
        ("{", "MALFORMED_REQUEST"),
        ("[" * 100_000, "MALFORMED_REQUEST"),
        ("null", "INVALID_INPUT"),
        ("[]", "INVALID_INPUT"),
        ("{}", "INVALID_INPUT"),
        ('{"action": "dance"}', "INVALID_INPUT"),
        ('{"action": 7}', "INVALID_INPUT"),
        ('{"action": "subscribe"}', "INVALID_INPUT"),
        ('{"action": "subscribe", "topics": "status"}', "INVALID_INPUT"),
        ('{"action": "subscribe", "topics": ["weather"]}', "INVALID_INPUT"),
        ('{"action": "subscribe", "topics": []}', "INVALID_INPUT"),
        ('{"action": "ping", "extra": 1}', "INVALID_INPUT"),
        ('{"action": "renew", "ticket": "nonsense"}', "INVALID_CREDENTIALS"),
    ],
)
def test_what_cannot_be_understood_gets_a_clear_error(house: House, text: str, code: str) -> None:
    house.open()
    answer = house.say(text)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["message"]


def test_an_unknown_or_expired_socket_is_not_answered(house: House) -> None:
    assert house.switchboard.answer("stranger", '{"action": "ping"}') is None
    house.open()
    house.clock.advance(timedelta(minutes=15))
    assert house.switchboard.answer("c", '{"action": "ping"}') is None


def test_a_newer_ticket_of_the_same_caller_renews_the_socket(house: House) -> None:
    house.open()
    house.clock.advance(timedelta(minutes=10))
    later = int((NOON + timedelta(minutes=25)).timestamp())
    demoted = replace(a_caller(Role.VIEWER), token_expires_at=later)
    ticket = house.ticket(demoted)
    assert house.say(json.dumps({"action": "renew", "ticket": ticket}))["type"] == "renewed"
    connection = house.connections.saved["c"]
    assert connection.expires_at == NOON + timedelta(minutes=25)
    assert connection.permissions == PERMISSIONS[Role.VIEWER]


def test_another_callers_ticket_renews_nothing(house: House) -> None:
    house.open()
    before = house.connections.saved["c"]
    ticket = house.ticket(replace(a_caller(), user_id=None))
    assert house.say(json.dumps({"action": "renew", "ticket": ticket}))["type"] == "error"
    assert house.connections.saved["c"] == before


def test_a_batch_of_facts_is_one_frame_for_each_socket(house: House) -> None:
    house.open("a")
    house.open("b")
    house.broadcaster.tell(ORGANIZATION, [a_status(1, 101), an_alert(2), a_status(3, 102)], [])
    assert sorted(to for to, _ in house.sockets.sent) == ["a", "b"]
    assert house.connections.last_seq(ORGANIZATION) == 3


def test_each_socket_is_told_what_it_may_see(house: House) -> None:
    house.open("admin")
    house.open("machine", a_caller(Role.API_USER))
    house.broadcaster.tell(ORGANIZATION, [an_alert(1)], [])
    assert [to for to, _ in house.sockets.sent] == ["admin"]


def test_a_socket_that_is_gone_is_forgotten(house: House) -> None:
    house.open("gone")
    house.open("there")
    house.sockets.outcomes["gone"] = Delivery.GONE
    house.broadcaster.tell(ORGANIZATION, [an_alert(1)], [])
    assert list(house.connections.saved) == ["there"]


def test_a_socket_that_is_too_slow_misses_frames_and_stays(house: House) -> None:
    house.open("slow")
    house.sockets.outcomes["slow"] = Delivery.DROPPED
    burst = [a_status(seq, 1_000_000 + seq) for seq in range(1, 3001)]
    house.broadcaster.tell(ORGANIZATION, burst, [])
    assert len(house.sockets.sent) == 1
    assert list(house.connections.saved) == ["slow"]


def test_when_sockets_cannot_be_reached_the_batch_is_tried_again(house: House) -> None:
    house.open("a")
    house.open("b")
    house.sockets.outcomes["a"] = Delivery.FAILED
    with pytest.raises(UnavailableError):
        house.broadcaster.tell(ORGANIZATION, [an_alert(1)], [])
    assert len(house.sockets.sent) == 2


def test_an_expired_socket_is_closed_and_told_nothing(house: House) -> None:
    house.open()
    house.clock.advance(timedelta(minutes=15))
    house.broadcaster.tell(ORGANIZATION, [an_alert(1)], [])
    assert (house.sockets.sent, house.sockets.closed) == ([], ["c"])
    assert not house.connections.saved


def test_the_end_of_a_session_closes_its_sockets_and_no_others(house: House) -> None:
    house.open("mine")
    house.open("elsewhere", replace(a_caller(), session_id="another"))
    house.broadcaster.tell(ORGANIZATION, [an_alert(1, topic=None)], [Revocation(USER, "session")])
    assert house.sockets.closed == ["mine"]
    assert list(house.connections.saved) == ["elsewhere"]


def test_a_gap_is_filled_with_the_messages_of_the_socket() -> None:
    history = History(MemoryFactLog([an_alert(4), a_status(5, 101), a_status(6, 102)]))
    view = history.since(a_principal(), 4, limit=10)
    assert [(m["type"], m["seq"]) for m in view.messages] == [("status", 6)]
    assert (view.last_seq, view.has_more, view.reset) == (6, False, False)


def test_a_long_gap_is_filled_in_parts() -> None:
    history = History(MemoryFactLog([an_alert(seq) for seq in range(1, 8)]))
    view = history.since(a_principal(), 0, limit=5)
    assert (view.last_seq, view.has_more) == (5, True)
    assert not history.since(a_principal(), 5, limit=5).has_more


def test_what_the_caller_may_not_see_is_not_shown_but_counted() -> None:
    history = History(MemoryFactLog([a_status(1, 101), an_alert(2)]))
    view = history.since(a_principal(Role.API_USER), 0, limit=10)
    assert [m["type"] for m in view.messages] == ["status", "skip"]
    assert view.last_seq == 2


@pytest.mark.parametrize(
    ("kept", "newest", "since", "reset"),
    [
        ([5, 6, 7], 7, 3, True),  # 4 is no longer kept
        ([5, 6, 7], 7, 4, False),
        ([], 7, 6, True),
        ([], 7, 7, False),
        ([], 0, 0, False),
        ([5, 6, 7], 7, 8, True),  # a number from another life
    ],
)
def test_who_is_too_far_behind_is_told_to_start_anew(
    kept: list[int], newest: int, since: int, *, reset: bool
) -> None:
    history = History(MemoryFactLog([an_alert(seq) for seq in kept], newest))
    view = history.since(a_principal(), since, limit=10)
    assert view.reset is reset
    assert view.last_seq == newest
    assert not (reset and view.messages)


def test_who_names_no_number_learns_the_newest() -> None:
    view = History(MemoryFactLog([an_alert(7)])).since(a_principal(), None, limit=10)
    assert (view.messages, view.last_seq, view.reset) == ([], 7, False)
