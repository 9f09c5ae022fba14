from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from pollers.icmp.packet import EchoTemplate, checksum

SECRET = b"12345678"
TOKENS = st.integers(0, 2**64 - 1)


def a_template(*, ipv6: bool = False, secret: bytes = SECRET) -> EchoTemplate:
    return EchoTemplate(ipv6=ipv6, identifier=4711, secret=secret)


def answer_to(packet: bytes, *, ipv6: bool = False, header: bool = False) -> bytes:
    reply = bytes((129 if ipv6 else 0,)) + packet[1:]
    return (b"\x45" + b"\0" * 19 + reply) if header else reply


@given(TOKENS)
def test_every_request_has_a_right_checksum(token: int) -> None:
    assert checksum(bytes(a_template().fill(token))) == 0


@given(TOKENS, st.booleans(), st.booleans())
def test_an_answer_gives_its_token_back(token: int, ipv6: bool, header: bool) -> None:
    template = a_template(ipv6=ipv6)
    packet = bytes(template.fill(token))
    answer = answer_to(packet, ipv6=ipv6, header=header and not ipv6)
    assert template.token_of(answer) == token


def test_tokens_65536_apart_share_a_sequence_number_and_are_told_apart() -> None:
    template = a_template()
    first = answer_to(bytes(template.fill(5)))
    second = answer_to(bytes(template.fill(5 + 65536)))
    assert first[6:8] == second[6:8]
    assert (template.token_of(first), template.token_of(second)) == (5, 65541)


def test_the_answer_to_another_process_is_not_ours() -> None:
    other = a_template(secret=b"87654321")
    assert a_template().token_of(answer_to(bytes(other.fill(1)))) is None


def test_an_identifier_the_kernel_rewrote_does_not_matter() -> None:
    template = a_template()
    packet = bytearray(answer_to(bytes(template.fill(9))))
    struct.pack_into("!H", packet, 4, 1)
    assert template.token_of(bytes(packet)) == 9


@given(st.binary(max_size=120))
def test_noise_is_nobodys_answer(data: bytes) -> None:
    assert a_template().token_of(data) is None


@given(st.data())
def test_a_changed_token_is_noticed(data: st.DataObject) -> None:
    template = a_template()
    packet = bytearray(answer_to(bytes(template.fill(77))))
    at = data.draw(st.integers(6, 33))
    packet[at] ^= data.draw(st.integers(1, 255))
    assert template.token_of(bytes(packet)) is None
