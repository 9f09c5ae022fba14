"""Agents and networks that lie: late, doubled, swapped, damaged and invented answers.

Each device holds a token of its own; whatever the network does, a conversation yields its own
device's token, or fails plainly. Damage that plain SNMP cannot see (it has no checksum of its own)
may change a value, never into another device's; SNMPv3 sees all of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from hashlib import sha256
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pollers.domain.device import SnmpAccess, SnmpVersion
from pollers.probes.snmp import open_session
from pollers.snmp import mibs
from pollers.snmp.ber import encode_integer, encode_tlv, read_integer, read_tlv
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.message import RESPONSE
from pollers.snmp.secure import _Header, _message, _parameters, _scoped
from pollers.snmp.session import SnmpError
from pollers.snmp.usm import user_of

DEVICES = 4
SECURITY = {
    "username": "ops",
    "auth_protocol": "SHA256",
    "auth_password": "auth-secret",
    "priv_protocol": "AES",
    "priv_password": "priv-secret",
}
USER = user_of(SECURITY)
FAST = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)
TRICKS = (
    *("answer", "answer", "drop", "twice", "late", "noise", "cut", "flip", "other id"),
    *("other source", "swap"),
)


def token_of(device: int) -> bytes:
    # so far apart that no few flipped bits make one of another
    return sha256(b"token of device %d" % device).digest()


def engine_id_of(device: int) -> bytes:
    return b"\x80\x00\x00\x00\x05device%d" % device


def response_pdu(request_id: int, device: int) -> bytes:
    varbind = encode_tlv(0x30, encode_tlv(6, mibs.SYS_NAME) + encode_tlv(4, token_of(device)))
    body = encode_integer(request_id) + encode_integer(0) * 2 + encode_tlv(0x30, varbind)
    return encode_tlv(RESPONSE, body)


def plain_answer(request: bytes, device: int) -> bytes:
    _, at, end = read_tlv(request, 0, len(request))
    _, at = read_integer(request, at, end)
    _, start, at = read_tlv(request, at, end)
    community = request[start:at]
    _, at, end = read_tlv(request, at, end)
    request_id, _ = read_integer(request, at, end)
    return encode_tlv(
        0x30, encode_integer(1) + encode_tlv(4, community) + response_pdu(request_id, device)
    )


def secure_answer(request: bytes, device: int) -> bytes:
    header = _Header.read(request)
    engine = engine_id_of(device)
    if header.engine_id != engine:
        report = encode_tlv(
            0xA8,
            encode_integer(header.message_id)
            + encode_integer(0) * 2
            + encode_tlv(
                0x30,
                encode_tlv(
                    0x30,
                    b"\x06\x0a\x2b\x06\x01\x06\x03\x0f\x01\x01\x04\x00\x41\x01\x01",
                ),
            ),
        )
        parameters = _parameters(engine, 3, 1000, b"", b"", b"")
        return _message(header.message_id, 0, parameters, _scoped(engine, report))
    keys = USER.keys_for(engine)
    scoped = _scoped(engine, response_pdu(header.message_id, device))
    cipher, salt = keys.encrypt(scoped, 3, 1000)
    payload = encode_tlv(4, cipher)
    parameters = _parameters(engine, 3, 1000, b"ops", bytes(24), salt)
    message = _message(header.message_id, 3, parameters, payload)
    end = len(message) - len(payload) - 2 - len(salt)
    return message[: end - 24] + keys.sign(message) + message[end:]


class Network:
    """A socket whose far side does to each answer what chance, seeded by hypothesis, will."""

    def __init__(self, seed: int | None, answer: Callable[[bytes, int], bytes]) -> None:
        self._chance = Random(seed) if seed is not None else None
        self._answer = answer
        self._seen: list[tuple[bytes, tuple[str, int]]] = []
        self._under_way = 0
        self.quiet = asyncio.Event()
        self.engine = SnmpEngine()
        self.engine._socket = cast("Any", lambda *, ipv6: self)  # type: ignore[method-assign]

    def sendto(self, packet: bytes, address: tuple[str, int]) -> None:
        device = int(address[0].rsplit(".", 1)[1])
        answer = self._answer(packet, device)
        self._seen.append((answer, address))
        loop = asyncio.get_running_loop()
        self.quiet.clear()
        for datagram, source, delay in self._played(answer, address):
            self._under_way += 1
            loop.call_later(delay, self._deliver, datagram, source)

    def _deliver(self, datagram: bytes, source: tuple[str, int]) -> None:
        self._under_way -= 1
        self.engine._receive(datagram, source)
        if not self._under_way:
            self.quiet.set()

    async def all_arrived(self) -> None:
        """Wait for what is late: it arrives when nobody asks for it any more."""
        while self._under_way:
            await self.quiet.wait()

    def _played(
        self, answer: bytes, source: tuple[str, int]
    ) -> list[tuple[bytes, tuple[str, int], float]]:
        chance = self._chance
        if chance is None:
            return [(answer, source, 0.0)]
        trick = chance.choice(TRICKS)
        other, other_source = chance.choice(self._seen)
        return {
            "drop": [],
            "twice": [(answer, source, 0.0), (answer, source, 0.001)],
            "late": [(answer, source, 0.06)],
            "noise": [
                (chance.randbytes(chance.randrange(200)), source, 0.0),
                (answer, source, 0.002),
            ],
            "cut": [(answer[: chance.randint(0, len(answer))], source, 0.0)],
            "flip": [(_damaged(answer, chance), source, 0.0)],
            "other id": [(other, source, 0.0), (answer, source, 0.001)],
            "other source": [(answer, other_source, 0.0)],
            "swap": [(other, other_source, 0.0), (answer, source, 0.002)],
        }.get(trick, [(answer, source, 0.0)])


def _damaged(answer: bytes, chance: Random) -> bytes:
    damaged = bytearray(answer)
    for _ in range(chance.randint(1, 3) if answer else 0):
        damaged[chance.randrange(len(damaged))] ^= chance.randint(1, 255)
    return bytes(damaged)


async def conversations(network: Network, access: SnmpAccess) -> list[Any]:
    """Return what each device's conversation yields, two in a row and all at once."""

    async def talk(device: int) -> list[Any]:
        session = open_session(network.engine, f"192.0.2.{device}", access)
        yielded: list[Any] = []
        for _ in range(2):
            try:
                got = await session.get([mibs.SYS_NAME])
                yielded.append(got.get(mibs.SYS_NAME))
            except (SnmpTimeoutError, SnmpError) as error:
                yielded.append(error)
        return yielded

    wrong: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: wrong.append(context))
    results = await asyncio.gather(*(talk(device) for device in range(DEVICES)))
    await network.all_arrived()
    network.engine.close()
    assert not wrong
    return results


@FAST
@given(seed=SEEDS)
async def test_no_device_is_given_anothers_value(seed: int) -> None:
    access = SnmpAccess(SnmpVersion.V2C, 161, community="public", timeout_s=0.02, retries=1)
    results = await conversations(Network(seed, plain_answer), access)
    tokens = {token_of(device) for device in range(DEVICES)}
    for device, yielded in enumerate(results):
        others = tokens - {token_of(device)}
        assert not others & {value for value in yielded if isinstance(value, bytes)}


@FAST
@given(seed=SEEDS)
async def test_a_secure_conversation_yields_the_truth_or_nothing(seed: int) -> None:
    access = SnmpAccess(SnmpVersion.V3, 161, security=SECURITY, timeout_s=0.02, retries=1)
    results = await conversations(Network(seed, secure_answer), access)
    for device, yielded in enumerate(results):
        for value in yielded:
            assert value == token_of(device) or isinstance(value, Exception)


async def test_an_honest_network_is_believed() -> None:
    for version, answer in ((SnmpVersion.V2C, plain_answer), (SnmpVersion.V3, secure_answer)):
        network = Network(None, answer)
        access = SnmpAccess(version, 161, community="public", security=SECURITY, timeout_s=2)
        results = await conversations(network, access)
        assert results == [[token_of(device)] * 2 for device in range(DEVICES)]


@pytest.mark.parametrize("version", [SnmpVersion.V1, SnmpVersion.V2C, SnmpVersion.V3])
@FAST
@given(seed=SEEDS)
async def test_an_agent_that_answers_with_noise_alone_is_a_failed_probe(
    version: SnmpVersion, seed: int
) -> None:
    chance = Random(seed)

    def noise(_: bytes, __: int) -> bytes:
        return chance.randbytes(chance.randrange(120))

    access = SnmpAccess(
        version, 161, community="public", security=SECURITY, timeout_s=0.01, retries=0
    )
    for yielded in await conversations(Network(seed, noise), access):
        assert all(isinstance(value, Exception) for value in yielded)
