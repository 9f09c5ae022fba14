"""The DNS probe against a name server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from pollers.domain.reach import Reach
from pollers.probes.dns import ask
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target

ZONE = {
    ("www.example.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("www.example.", "AAAA"): ["2001:db8::1"],
    ("example.", "TXT"): ['"v=spf1 -all"'],
    ("example.", "MX"): ["10 mail.example."],
    ("big.example.", "A"): ["192.0.2.9"],
}


def _answer(data: bytes, *, over_udp: bool) -> bytes:
    query = dns.message.from_wire(data)
    answer = dns.message.make_response(query)
    [question] = query.question
    kind = question.to_text().split()[-1]
    records = ZONE.get((question.name.to_text(), kind))
    if records is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif over_udp and question.name.to_text().startswith("big"):
        answer.flags |= dns.flags.TC
    else:
        answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
    return answer.to_wire()


class _Udp(asyncio.DatagramProtocol):
    transport: Any

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if b"never" in data:
            return
        if b"broken" in data:
            self.transport.sendto(data[:3] + b"\xff" * 9, addr)
            return
        self.transport.sendto(b"not an answer", addr)
        self.transport.sendto(_answer(data, over_udp=True), addr)


async def _tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    length = int.from_bytes(await reader.readexactly(2))
    wire = _answer(await reader.readexactly(length), over_udp=False)
    writer.write(len(wire).to_bytes(2) + wire)
    await writer.drain()
    writer.close()


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = await asyncio.start_server(_tcp, "127.0.0.1", 0)
    chosen: int = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(_Udp, local_addr=("127.0.0.1", chosen))
    yield chosen
    transport.close()
    server.close()


async def question(port: int, query: str, kind: str = "A", **settings: Any) -> ProbeResult:
    given = {"port": port, "query": query, "type": kind, **settings}
    return await ask(Target("127.0.0.1"), given, Reach())


def value(result: ProbeResult, metric: str) -> float | None:
    return next((s.value for s in result.samples if s.metric == metric), None)


async def test_an_answer_is_counted_and_timed(port: int) -> None:
    result = await question(port, "www.example")
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "dns_answers") == 2
    assert value(result, "dns_rcode") == 0
    assert value(result, "dns_response_ms") == result.response_ms


@pytest.mark.parametrize(
    ("query", "kind", "expected", "reason"),
    [
        ("www.example", "A", ["192.0.2.2"], ""),
        ("www.example", "A", ["192.0.2.3"], "dns answer lacks 192.0.2.3"),
        ("www.example", "AAAA", ["2001:0DB8::0001"], ""),
        ("example", "TXT", ["v=spf1 -all"], ""),
        ("example", "MX", ["10 MAIL.example."], ""),
        ("gone.example", "A", [], "dns NXDOMAIN"),
    ],
)
async def test_an_answer_is_held_to_what_is_expected(
    port: int, query: str, kind: str, expected: list[str], reason: str
) -> None:
    result = await question(port, query, kind, expected=expected)
    assert (result.ok, result.reason) == (not reason, reason)


async def test_that_a_name_does_not_exist_can_be_what_is_expected(port: int) -> None:
    result = await question(port, "gone.example", expected_rcode="NXDOMAIN")
    assert result.ok
    assert value(result, "dns_rcode") == 3


async def test_a_truncated_answer_is_asked_for_over_tcp(port: int) -> None:
    assert value(await question(port, "big.example", expected=["192.0.2.9"]), "dns_answers") == 1


async def test_what_is_no_question_is_not_asked(port: int) -> None:
    assert (await question(port, "x" * 70)).reason == "dns question not understood"


async def test_silence_lasts_until_the_callers_deadline(port: int) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await question(port, "never.example")


async def test_another_server_than_the_device_is_asked_only_when_that_is_allowed() -> None:
    settings = {"query": "www.example", "server": "192.0.2.53"}
    result = await ask(Target("127.0.0.1"), settings, Reach())
    assert result.reason == "dns server is not the device"
    beyond = Target("127.0.0.1", beyond=True)
    result = await ask(beyond, settings, Reach(["192.0.2.0/24"]))
    assert result.reason == "dns server forbidden"
