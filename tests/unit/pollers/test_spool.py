from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from pollers.domain.device import Sample
from pollers.metrics import Metrics
from pollers.ports import Cycle
from pollers.spool import Spool
from pollers.spool_format import decode, encode


def a_cycle(slot_at: float) -> Cycle:
    samples = (Sample("cpu_usage", 12.5, "%"), Sample("if_in_bps", 8.0, "bit/s", "if:eth0", "rate"))
    return Cycle.of(UUID(int=1), UUID(int=2), 3, 4, slot_at, samples)


def read_all(spool: Spool) -> list[Cycle]:
    return [
        cycle
        for segment in spool.oldest_first()
        for record in segment.records()
        for cycle in record
    ]


def test_what_was_put_aside_comes_back_in_order_after_a_restart(tmp_path: Path) -> None:
    Spool(tmp_path, Metrics()).append([a_cycle(1.0), a_cycle(2.0)])
    again = Spool(tmp_path, Metrics())
    again.append([a_cycle(3.0)])
    assert read_all(again) == [a_cycle(1.0), a_cycle(2.0), a_cycle(3.0)]


def test_a_torn_tail_costs_only_what_it_tore(tmp_path: Path) -> None:
    metrics = Metrics()
    spool = Spool(tmp_path, metrics)
    spool.append([a_cycle(1.0)])
    spool.append([a_cycle(2.0)])
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    assert read_all(spool) == [a_cycle(1.0)]
    assert metrics.value("netpulse_poller_spool_damaged_total") == 1


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, Metrics())
    spool.append([a_cycle(1.0)])
    [path] = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    assert read_all(spool) == []


def test_a_full_spool_drops_the_oldest_and_counts_it(tmp_path: Path) -> None:
    metrics = Metrics()
    spool = Spool(tmp_path, metrics, limit_bytes=200)
    for number in range(5):
        spool.append([a_cycle(float(number))])
    assert spool.size() <= 200
    assert metrics.value("netpulse_poller_spool_lost_total") > 0
    assert read_all(spool)[-1] == a_cycle(4.0)


def test_what_is_put_aside_after_a_torn_tail_is_not_lost_behind_it(tmp_path: Path) -> None:
    Spool(tmp_path, Metrics()).append([a_cycle(1.0)])
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    again = Spool(tmp_path, Metrics())
    again.append([a_cycle(2.0)])
    assert read_all(again) == [a_cycle(2.0)]


def test_what_is_put_aside_while_a_segment_is_read_does_not_go_with_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, Metrics())
    spool.append([a_cycle(1.0)])
    [segment] = spool.oldest_first()
    spool.append([a_cycle(2.0)])
    segment.remove()
    assert read_all(spool) == [a_cycle(2.0)]


def test_a_record_that_is_not_understood_costs_only_itself(tmp_path: Path) -> None:
    metrics = Metrics()
    spool = Spool(tmp_path, metrics)
    spool.append([a_cycle(1.0)])
    [path] = tmp_path.iterdir()
    records = []
    for payload in (b"no record", zlib.compress(b"[[1, 2]]"), zlib.compress(b"{")):
        records.append(struct.pack("!II", len(payload), zlib.crc32(payload)) + payload)
    path.write_bytes(b"".join(records) + path.read_bytes())
    assert read_all(spool) == [a_cycle(1.0)]
    assert metrics.value("netpulse_poller_spool_damaged_total") == 3


SAMPLES = st.builds(
    Sample,
    st.text(max_size=20),
    st.floats(allow_nan=False),
    st.sampled_from(["", "ms", "bit/s"]),
    st.text(max_size=20),
    st.sampled_from(["gauge", "rate"]),
)
CYCLES = st.builds(
    Cycle.of,
    st.uuids(),
    st.uuids(),
    st.integers(0, 2**31),
    st.integers(0, 2**31),
    st.floats(0, 2**40),
    st.lists(SAMPLES, max_size=6).map(tuple),
)


@settings(deadline=None)
@given(st.lists(CYCLES, max_size=6))
def test_what_is_written_is_read(cycles: list[Cycle]) -> None:
    assert decode(encode(cycles)) == cycles


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_octets_that_are_no_cycles_are_refused_and_nothing_worse(octets: bytes) -> None:
    with suppress(ValueError, TypeError, LookupError, zlib.error):
        decode(zlib.compress(octets))


def test_many_cycles_are_several_records_so_that_a_tear_costs_few(tmp_path: Path) -> None:
    spool = Spool(tmp_path, Metrics())
    spool.append([a_cycle(float(number)) for number in range(600)])
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert len(read_all(spool)) == 500
