"""The one way out, against servers that mean no good."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from netpulse.networks import AddressPolicy
from netpulse.outgoing import AddressRefusedError, Outgoing, OutgoingError

from tests.support.recorder import Recorder, recording

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC = AddressPolicy(public_only=True)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as found:
        yield found


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://169.254.170.2/v2/credentials",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://127.0.0.1/",
        "http://localhost./",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://ok@169.254.169.254/",
        "gopher://example.org/",
        "file:///etc/passwd",
        "http://",
    ],
)
def test_no_spelling_leads_into_a_private_network(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        Outgoing(PUBLIC).send("GET", url, headers={})


def test_a_name_that_changes_its_mind_is_asked_once(recorder: Recorder) -> None:
    answers = iter([["127.0.0.1"], ["169.254.170.2"]])
    outgoing = Outgoing(AddressPolicy(), resolve=lambda _host, _port: next(answers))
    port = recorder.url.rpartition(":")[2]
    assert outgoing.send("GET", f"http://idp.example:{port}/", headers={}).status == 200
    assert len(recorder.requests) == 1


def test_one_bad_address_spoils_a_name() -> None:
    outgoing = Outgoing(PUBLIC, resolve=lambda _host, _port: ["192.0.2.1", "10.0.0.1"])
    with pytest.raises(AddressRefusedError):
        outgoing.send("GET", "http://idp.example/", headers={})


def test_a_redirect_is_an_answer_and_not_followed(recorder: Recorder) -> None:
    recorder.will_answer(302, b"", Location="http://169.254.170.2/")
    reply = Outgoing(AddressPolicy()).send("GET", recorder.url, headers={})
    assert (reply.status, len(recorder.requests)) == (302, 1)


def test_no_more_is_read_than_was_asked_for(recorder: Recorder) -> None:
    recorder.will_answer(200, b"x" * 5_000_000)
    reply = Outgoing(AddressPolicy(), max_bytes=1000).send("GET", recorder.url, headers={})
    assert len(reply.body) == 1000


def test_a_bomb_stays_packed(recorder: Recorder) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    recorder.will_answer(200, bomb, Content_Encoding="gzip")
    reply = Outgoing(AddressPolicy()).send("GET", recorder.url, headers={})
    assert reply.body == bomb


def test_an_answer_that_drips_is_left() -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                for number in range(1000):
                    if stop.wait(0.02):
                        return
                    try:
                        connection.sendall(f"X-{number}: drip\r\n".encode())
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(OutgoingError, match="DeadlineError"):
            Outgoing(AddressPolicy(), deadline_s=0.2).send("GET", url, headers={})
        stop.set()
        thread.join()
