from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from local.network import ber
from local.network.agent import answer
from local.network.ber import Oid
from local.network.recording import parse

GET, NEXT, SET, BULK = 0xA0, 0xA1, 0xA3, 0xA5
RECORDING = parse(
    "switch",
    "\n".join(
        [
            "1.3.6.1.2.1.1.1.0|4|a switch",
            "1.3.6.1.2.1.1.5.0|4|switch",
            "1.3.6.1.2.1.2.2.1.10.1|65|10",
            "1.3.6.1.2.1.31.1.1.1.6.1|70|99",
            "1.3.6.1.2.1.31.1.1.1.15.1|66|1000",
        ]
    ),
)
DESCR, NAME, OCTETS = (
    (1, 3, 6, 1, 2, 1, 1, 1, 0),
    (1, 3, 6, 1, 2, 1, 1, 5, 0),
    (1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 1),
)
HIGH, SPEED = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 15, 1)


@dataclass(frozen=True)
class Reply:
    status: int
    index: int
    pairs: list[tuple[Oid, bytes]]


def message(
    kind: int,
    *oids: Oid,
    version: int = 1,
    community: str = "switch",
    first: int = 0,
    second: int = 0,
) -> bytes:
    pairs = b"".join(ber.wrap(0x30, ber.oid(oid) + b"\x05\x00") for oid in oids)
    body = ber.integer(7) + ber.integer(first) + ber.integer(second) + ber.wrap(0x30, pairs)
    head = ber.integer(version) + ber.wrap(0x04, community.encode())
    return ber.wrap(0x30, head + ber.wrap(kind, body))


def ask(kind: int, *oids: Oid, version: int = 1, first: int = 0, second: int = 0) -> Reply:
    data = answer(message(kind, *oids, version=version, first=first, second=second), RECORDING, 0)
    assert data is not None
    at, _ = ber.expect(data, 0, 0x30)
    _, at = ber.read_integer(data, at)
    _, at = ber.expect(data, at, 0x04)
    at, _ = ber.expect(data, at, 0xA2)
    request_id, at = ber.read_integer(data, at)
    assert request_id == 7
    status, at = ber.read_integer(data, at)
    index, at = ber.read_integer(data, at)
    at, end = ber.expect(data, at, 0x30)
    pairs = []
    while at < end:
        start, at = ber.expect(data, at, 0x30)
        oid, value = ber.read_oid(data, start)
        pairs.append((oid, data[value:at]))
    return Reply(status, index, pairs)


def test_get_answers_what_was_recorded() -> None:
    assert ask(GET, NAME).pairs == [(NAME, ber.wrap(0x04, b"switch"))]


def test_get_tells_that_a_variable_is_not_there() -> None:
    assert ask(GET, (1, 3, 6, 1, 9)).pairs == [((1, 3, 6, 1, 9), b"\x80\x00")]


def test_get_next_walks_from_any_point_to_the_end() -> None:
    seen: list[Oid] = []
    at: Oid = (1, 3)
    while (pair := ask(NEXT, at).pairs[0])[1] != b"\x82\x00":
        at = pair[0]
        seen.append(at)
    assert seen == RECORDING.oids


def test_version_1_is_told_that_there_is_no_such_name() -> None:
    reply = ask(GET, NAME, (1, 3, 6, 1, 9), version=0)
    assert (reply.status, reply.index) == (2, 2)


def test_version_1_is_spared_counters_that_it_does_not_know() -> None:
    assert ask(NEXT, OCTETS, version=0).pairs[0][0] == SPEED
    assert ask(GET, HIGH, version=0).status == 2


def test_get_bulk_answers_single_variables_once_and_repeats_the_others() -> None:
    reply = ask(BULK, (1, 3, 6, 1, 2, 1, 1, 1), (1, 3, 6, 1, 2, 1, 1), first=1, second=2)
    assert [oid for oid, _ in reply.pairs] == [DESCR, DESCR, NAME]


def test_get_bulk_tells_where_the_recording_ends() -> None:
    reply = ask(BULK, HIGH, second=10)
    assert [value for _, value in reply.pairs] == [ber.integer(1000, 0x42), b"\x82\x00"]


def test_an_answer_fits_into_one_packet() -> None:
    rows = "\n".join(f"1.3.6.1.9.{row}|4|{'x' * 40}" for row in range(500))
    data = answer(message(BULK, (1, 3), second=500), parse("switch", rows), 0)
    assert data is not None
    assert 1200 < len(data) < 1472


def test_nothing_can_be_set() -> None:
    assert ask(SET, NAME).status == 17


def test_another_community_gets_no_answer() -> None:
    assert answer(message(GET, NAME, community="public"), RECORDING, 0) is None


def test_version_3_gets_no_answer() -> None:
    assert answer(message(GET, NAME, version=3), RECORDING, 0) is None


@given(st.binary(max_size=200))
def test_noise_gets_no_answer(data: bytes) -> None:
    assert answer(data, RECORDING, 0) is None


@given(st.data())
def test_a_damaged_request_raises_nothing(draw: st.DataObject) -> None:
    data = bytearray(message(BULK, NAME, DESCR, second=3))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] = draw.draw(st.integers(0, 255))
    answer(bytes(data), RECORDING, 0)
