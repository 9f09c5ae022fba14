from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pollers.snmp.ber import (
    BerError,
    decode_oid,
    decode_subids,
    encode_integer,
    encode_oid,
    encode_subids,
    encode_tlv,
    read_integer,
)
from pollers.snmp.message import GET, GETBULK, RESPONSE, decode_response, encode_request

OIDS = st.tuples(
    st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**32 - 1), max_size=20)
).map(lambda t: ".".join(map(str, (t[0], t[1], *t[2]))))


def a_response(varbinds: bytes, *, request_id: int = 7) -> bytes:
    pdu = encode_integer(request_id) + encode_integer(0) * 2 + encode_tlv(0x30, varbinds)
    return encode_tlv(
        0x30, encode_integer(1) + encode_tlv(4, b"public") + encode_tlv(RESPONSE, pdu)
    )


def a_varbind(oid: str, value: bytes) -> bytes:
    return encode_tlv(0x30, encode_tlv(6, encode_oid(oid)) + value)


@given(OIDS)
def test_an_object_identifier_survives_the_wire(dotted: str) -> None:
    assert decode_oid(encode_oid(dotted)) == dotted


@given(st.lists(st.integers(0, 2**32 - 1), max_size=100))
def test_an_index_survives_the_wire(index: list[int]) -> None:
    assert decode_subids(encode_subids(index)) == tuple(index)


@example(-(2**63))
@given(st.integers(-(2**63), 2**63 - 1))
def test_an_integer_survives_the_wire(number: int) -> None:
    data = encode_integer(number)
    assert read_integer(data, 0, len(data)) == (number, len(data))


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (b"\x02\x01\xff", -1),
        (b"\x41\x04\xff\xff\xff\xff", 4294967295),
        (b"\x46\x09\x00" + b"\xff" * 8, 2**64 - 1),
        (b"\x46\x00", 0),
        (b"\x04\x05hello", b"hello"),
        (b"\x40\x04\xc0\x00\x02\x01", "192.0.2.1"),
        (b"\x06\x03\x2b\x06\x01", "1.3.6.1"),
        (b"\x44\x07\x9f\x78\x04\x41\x20\x00\x00", 10.0),
        (b"\x05\x00", None),
        (b"\x80\x00", None),
        (b"\x81\x00", None),
        (b"\x82\x00", None),
    ],
)
def test_each_type_is_read(encoded: bytes, expected: object) -> None:
    response = decode_response(a_response(a_varbind("1.3.6.1.2.1.1.1.0", encoded)))
    assert response.request_id == 7
    assert response.varbinds == [(encode_oid("1.3.6.1.2.1.1.1.0"), expected)]


def test_a_long_value_takes_the_long_form_of_length() -> None:
    text = b"x" * 70_000
    response = decode_response(a_response(a_varbind("1.3.6.1", encode_tlv(4, text))))
    assert response.varbinds[0][1] == text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x84\xff\xff\xff\xff",
        a_response(a_varbind("1.3.6.1", b"\x46\x0a" + b"\x01" * 10)),
        a_response(a_varbind("1.3.6.1", b"\x02\x09" + b"\x01" * 9)),
        a_response(a_varbind("1.3.6.1", b"\x99\x01\x00")),
        a_response(b"\x30\x7f\x06\x01\x2b"),
        a_response(b"\x30\x04\x06\x00\x05\x00"),
        encode_request(1, b"public", GET, 7, [encode_oid("1.3.6.1")]),
    ],
)
def test_what_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(BerError):
        decode_response(data)


@given(st.binary(max_size=300))
def test_noise_never_raises_anything_else(data: bytes) -> None:
    with suppress(BerError):
        decode_response(data)


@given(st.data())
def test_a_damaged_response_never_raises_anything_else(data: st.DataObject) -> None:
    whole = bytearray(
        a_response(
            a_varbind("1.3.6.1.2.1.1.3.0", b"\x43\x03\x01\x02\x03")
            + a_varbind("1.3.6.1.2.1.31.1.1.1.6.1", b"\x46\x04\x01\x02\x03\x04")
            + a_varbind("1.3.6.1.2.1.2.2.1.2.1", encode_tlv(4, b"ether1"))
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    with suppress(BerError):
        decode_response(bytes(whole[:cut]))


@pytest.mark.parametrize("dotted", ["", "1", "3.1", "1.40", "1.-3"])
def test_what_is_no_object_identifier_is_refused(dotted: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        encode_oid(dotted)


def test_a_subidentifier_beyond_32_bits_is_refused() -> None:
    with pytest.raises(BerError):
        decode_subids(b"\xff\xff\xff\xff\xff\x7f")


def test_a_bulk_request_says_how_many_rows() -> None:
    packet = encode_request(1, b"c", GETBULK, 5, [encode_oid("1.3.6.1")], 0, 25)
    assert b"\xa5" in packet
    assert b"\x02\x04\x00\x00\x00\x05\x02\x01\x00\x02\x01\x19" in packet
