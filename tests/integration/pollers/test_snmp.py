"""The SNMP engine and sessions against agents that behave, and agents that do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from pollers.snmp import mibs
from pollers.snmp.ber import encode_integer, encode_oid, encode_tlv, read_integer, read_tlv
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.message import RESPONSE, Version
from pollers.snmp.session import CommunitySession, Pace, SnmpError
from tests.support.snmp_agent import Agent, Recording, serve

SWITCH = Path(__file__).parents[2] / "support" / "recordings" / "switch.snmprec"
COLUMNS = (mibs.IF_NAME, mibs.IF_ALIAS, mibs.IF_HC_IN_OCTETS, mibs.IF_OPER_STATUS)


@dataclass
class Talk:
    """An engine, an agent and where it is."""

    engine: SnmpEngine
    agent: Agent
    port: int

    def session(
        self,
        community: bytes = b"public",
        *,
        version: Version = Version.V2C,
        pace: Pace | None = None,
    ) -> CommunitySession:
        quick = pace or Pace(timeout_s=0.15, retries=1)
        return CommunitySession(
            self.engine, ("127.0.0.1", self.port), community, version=version, pace=quick
        )


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    agent, port = await serve(Recording.read(SWITCH))
    engine = SnmpEngine()
    yield Talk(engine, agent, port)
    engine.close()
    assert agent.transport is not None
    agent.transport.close()


@pytest.mark.parametrize("version", [Version.V1, Version.V2C])
async def test_scalars_that_exist_are_read_and_others_left_out(
    talk: Talk, version: Version
) -> None:
    missing = encode_oid("1.3.6.1.2.1.1.99.0")
    got = await talk.session(version=version).get([mibs.SYS_NAME, missing, mibs.SYS_UP_TIME])
    assert got == {mibs.SYS_NAME: b"test-switch", mibs.SYS_UP_TIME: 123456700}


@pytest.mark.parametrize("version", [Version.V1, Version.V2C])
async def test_a_table_is_walked_column_by_column_to_each_ones_end(
    talk: Talk, version: Version
) -> None:
    table = await talk.session(version=version).table(COLUMNS)
    assert table[mibs.IF_NAME] == {(1,): b"ether1", (2,): b"ether2"}
    assert table[mibs.IF_HC_IN_OCTETS] == {(1,): 5000000000}
    assert table[mibs.IF_OPER_STATUS] == {(1,): 1, (2,): 2}


async def test_an_agent_that_finds_every_answer_too_big_is_asked_for_less(talk: Talk) -> None:
    talk.agent.max_bytes = 90
    session = talk.session()
    got = await session.get([mibs.SYS_NAME, mibs.SYS_DESCR, mibs.SYS_LOCATION, mibs.SYS_CONTACT])
    assert len(got) == 4
    assert session.pace.get_size < 4
    assert len((await session.table(COLUMNS))[mibs.IF_NAME]) == 2


async def test_an_agent_for_which_one_object_is_too_big_fails_plainly(talk: Talk) -> None:
    talk.agent.max_bytes = 30
    with pytest.raises(SnmpError, match="tooBig"):
        await talk.session().get([mibs.SYS_NAME])


async def test_silence_is_a_timeout_after_the_retries(talk: Talk) -> None:
    talk.agent.silent = True
    with pytest.raises(SnmpTimeoutError):
        await talk.session().get([mibs.SYS_NAME])
    assert talk.agent.requests == 2
    assert talk.engine.in_flight == 0
    assert talk.engine.counters.timed_out == 1


async def test_a_wrong_community_is_silence(talk: Talk) -> None:
    with pytest.raises(SnmpTimeoutError):
        await talk.session(b"wrong").get([mibs.SYS_NAME])


async def test_hundreds_of_conversations_share_one_socket(talk: Talk) -> None:
    sessions = [talk.session(pace=Pace(timeout_s=5)) for _ in range(300)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(session.table(COLUMNS)) for session in sessions]
    assert all(task.result()[mibs.IF_NAME][(1,)] == b"ether1" for task in tasks)


class Crooked(Agent):
    """Answers first with something crooked, then with the truth."""

    def __init__(self, recording: Recording, crook: Callable[[bytes], list[bytes]]) -> None:
        super().__init__(recording)
        self.crook = crook

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.answer(data)
        assert answer is not None
        assert self.transport is not None
        for crooked in self.crook(answer):
            self.transport.sendto(crooked, addr)


def with_id(answer: bytes, change: int) -> bytes:
    """Return an answer with another request id."""
    _, at, end = read_tlv(answer, 0, len(answer))
    _, at = read_integer(answer, at, end)
    _, _, at = read_tlv(answer, at, end)
    _, at, end = read_tlv(answer, at, end)
    request_id, after = read_integer(answer, at, end)
    pdu = b"\x02\x04" + ((request_id + change) % 2**31).to_bytes(4, "big") + answer[after:end]
    return encode_tlv(
        0x30, encode_integer(1) + encode_tlv(4, b"public") + encode_tlv(RESPONSE, pdu)
    )


@pytest.mark.parametrize(
    "crook",
    [
        lambda answer: [with_id(answer, 1), answer],
        lambda answer: [answer, answer, answer],
        lambda answer: [b"", b"\x30\x82\xff\xff", answer[:-3], answer],
        lambda answer: [answer.replace(b"public", b"publik"), answer],
    ],
    ids=["wrong id", "thrice", "broken", "wrong community"],
)
async def test_a_crooked_answer_is_passed_over(crook: Callable[[bytes], list[bytes]]) -> None:
    loop = asyncio.get_running_loop()
    transport, agent = await loop.create_datagram_endpoint(
        lambda: Crooked(Recording.read(SWITCH), crook), local_addr=("127.0.0.1", 0)
    )
    engine = SnmpEngine()
    port = transport.get_extra_info("sockname")[1]
    session = CommunitySession(engine, ("127.0.0.1", port), b"public", pace=Pace(timeout_s=1))
    for _ in range(3):
        assert await session.get([mibs.SYS_NAME]) == {mibs.SYS_NAME: b"test-switch"}
    engine.close()
    cast("asyncio.DatagramTransport", agent.transport).close()


async def test_an_answer_from_another_address_is_nobodys(talk: Talk) -> None:
    """An agent at 127.0.0.1 is asked; the answer comes from a stranger's port."""
    loop = asyncio.get_running_loop()
    stranger, _ = await loop.create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )

    class Diverting(Agent):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            answer = self.answer(data)
            assert answer is not None
            stranger.sendto(answer, addr)

    transport, _ = await loop.create_datagram_endpoint(
        lambda: Diverting(talk.agent.recording), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    session = CommunitySession(
        talk.engine, ("127.0.0.1", port), b"public", pace=Pace(timeout_s=0.1, retries=0)
    )
    with pytest.raises(SnmpTimeoutError):
        await session.get([mibs.SYS_NAME])
    assert talk.engine.counters.ignored == 1
    transport.close()
    stranger.close()


async def test_an_agent_that_walks_in_circles_is_left(talk: Talk) -> None:
    class Circling(Agent):
        def _bulk(
            self, oids: list[tuple[int, ...]], non_repeaters: int, repetitions: int
        ) -> list[tuple[tuple[int, ...], bytes]]:
            return [((43, 6, 1, 2, 1, 31, 1, 1, 1, 1, 1), b"\x04\x01x")] * 4

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Circling(talk.agent.recording), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    session = CommunitySession(talk.engine, ("127.0.0.1", port), b"public")
    async with asyncio.timeout(5):
        table = await session.table([encode_oid("1.3.6.1.2.1.31.1.1.1.1")])
    assert len(next(iter(table.values()))) <= 1
    transport.close()
