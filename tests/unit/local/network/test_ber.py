import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.network import ber
from local.network.ber import MalformedError


@given(st.integers(min_value=-(2**63), max_value=2**64))
def test_a_number_is_read_as_it_was_written(number: int) -> None:
    assert ber.read_integer(ber.integer(number), 0) == (number, len(ber.integer(number)))


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=40),
)
def test_an_object_identifier_is_read_as_it_was_written(
    first: int, second: int, rest: list[int]
) -> None:
    oid = (first, second, *rest)
    assert ber.read_oid(ber.oid(oid), 0)[0] == oid


def test_a_counter_with_its_highest_bit_set_stays_positive() -> None:
    assert ber.integer(2**64 - 1, 0x46) == bytes.fromhex("460900ffffffffffffffff")


@pytest.mark.parametrize("size", [0, 127, 128, 255, 256, 70_000])
def test_content_of_any_length_comes_back(size: int) -> None:
    tag, start, end = ber.read(ber.wrap(ber.OCTETS, bytes(size)), 0)
    assert (tag, end - start) == (ber.OCTETS, size)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_message_raise_nothing_but_malformed(data: bytes) -> None:
    for read in (ber.read_integer, ber.read_oid):
        try:
            read(data, 0)
        except MalformedError:
            continue
