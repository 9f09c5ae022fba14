"""The ICMP engine on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pollers.icmp.burst import Burst
from pollers.icmp.engine import IcmpEngine
from pollers.icmp.sockets import IcmpUnavailableError, SocketMode, open_icmp


def offered(mode: SocketMode) -> bool:
    try:
        open_icmp(ipv6=False, mode=mode).sock.close()
    except IcmpUnavailableError:
        return False
    return True


MODES = [
    pytest.param(
        mode,
        marks=pytest.mark.skipif(
            not offered(mode), reason=f"no {mode} ICMP socket on this machine"
        ),
    )
    for mode in SocketMode
]


@pytest.fixture(params=MODES)
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[IcmpEngine]:
    made = IcmpEngine(packets_per_s=None, gap_s=0.005, mode=request.param)
    yield made
    made.close()


async def test_a_burst_to_a_living_address_is_answered_with_kernel_times(
    engine: IcmpEngine,
) -> None:
    burst = await engine.ping("127.0.0.1", count=3)
    assert len(burst.rtts_ms) == 3
    assert all(rtt is not None and 0 <= rtt < 50 for rtt in burst.rtts_ms)


async def test_ipv6_is_pinged_as_well(engine: IcmpEngine) -> None:
    burst = await engine.ping("::1", count=2)
    assert burst.unsendable or None not in burst.rtts_ms


async def test_an_error_in_sending_is_a_lost_packet(engine: IcmpEngine) -> None:
    burst = await engine.ping("255.255.255.255", count=2, timeout_s=0.05)
    assert burst.rtts_ms == [None, None]
    assert engine.send_errors == 2
    assert engine.in_flight == 0


async def test_more_bursts_than_sequence_numbers_are_not_mixed_up(engine: IcmpEngine) -> None:
    addresses = [f"127.{1 + i // 62500}.{i // 250 % 250}.{1 + i % 250}" for i in range(66_000)]
    bursts = await engine.sweep(addresses, count=1, timeout_s=5)
    assert len(bursts) == 66_000
    assert {burst.address for burst in bursts} == set(addresses)
    assert sum(burst.rtts_ms == [None] for burst in bursts) == 0


async def test_the_dead_among_the_living_are_told_apart(engine: IcmpEngine) -> None:
    dead = {f"255.255.255.{n}" for n in (255,)}
    living = {f"127.0.1.{n}" for n in range(1, 200)}
    began = asyncio.get_running_loop().time()
    bursts = await engine.sweep([*living, *dead], count=1, timeout_s=0.5)
    assert asyncio.get_running_loop().time() - began < 2
    assert {b.address for b in bursts if b.rtts_ms == [None]} == dead


async def test_the_pace_is_kept() -> None:
    engine = IcmpEngine(packets_per_s=1000, gap_s=0.001)
    began = asyncio.get_running_loop().time()
    await engine.sweep([f"127.0.2.{1 + n % 250}" for n in range(200)], count=1)
    assert asyncio.get_running_loop().time() - began > 0.1
    engine.close()


async def test_each_burst_is_reported_once() -> None:
    engine = IcmpEngine()
    seen: list[Burst] = []
    engine.submit("127.0.0.1", seen.append, count=2, timeout_s=0.05)
    await engine.ping("127.0.0.2", count=4, timeout_s=0.1)
    assert len(seen) == 1
    engine.close()
