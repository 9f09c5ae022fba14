"""ICMP against fping and icmplib: targets a second, CPU, round-trip times and dead targets."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from statistics import median

import uvloop
from icmplib import async_multiping

from bench.measuring import Run, measured, not_run, say, say_at_most
from pollers.icmp.engine import IcmpEngine
from pollers.icmp.sockets import IcmpUnavailableError, open_icmp

TARGETS = 10_000
PEER_TARGETS = 2_000
MANY = 70_000
TIMEOUT_S = 1.0
DEAD_EVERY = 17  # 6 %
_RTT = re.compile(r": ([0-9.]+)$", re.MULTILINE)


def addresses(count: int) -> list[str]:
    """Return so many loopback addresses, all of which answer."""
    return [f"127.{1 + i // 62_500}.{i // 250 % 250}.{1 + i % 250}" for i in range(count)]


def sweep(targets: list[str]) -> tuple[int, float]:
    """Ping each target once with our engine; returns the answered and the median RTT in µs."""

    async def work() -> list[float]:
        engine = IcmpEngine(packets_per_s=None)
        bursts = await engine.sweep(targets, count=1, timeout_s=TIMEOUT_S)
        engine.close()
        return [burst.rtts_ms[0] for burst in bursts if burst.rtts_ms[0] is not None]

    rtts = uvloop.run(work())
    return len(rtts), median(rtts) * 1000


def fping(targets: list[str]) -> tuple[int, float]:
    """Have fping do the same, as a Python poller would: by a pipe, reading what it says."""
    done = subprocess.run(
        ["fping", "-i", "0", "-r", "0", "-q", "-C", "1"],
        input="\n".join(targets),
        capture_output=True,
        text=True,
        check=False,
    )
    rtts = [float(rtt) for rtt in _RTT.findall(done.stderr)]
    return len(rtts), median(rtts) * 1000


def icmplib(targets: list[str]) -> int:
    """Have icmplib do the same, a thousand at once."""
    hosts = asyncio.run(
        async_multiping(targets, count=1, timeout=TIMEOUT_S, concurrent_tasks=1000, privileged=True)
    )
    return sum(host.is_alive for host in hosts)


def verdicts(count: int) -> tuple[int, tuple[int, float]]:
    """Ping living targets with dead ones among them; returns wrong verdicts and the time known."""
    living = addresses(count)
    # TEST-NET-3 is routed nowhere that answers.
    targets = [
        f"203.0.113.{1 + i // DEAD_EVERY % 250}" if i % DEAD_EVERY == 0 else address
        for i, address in enumerate(living)
    ]

    async def work() -> tuple[int, float]:
        engine = IcmpEngine(packets_per_s=None)
        bursts = await engine.sweep(targets, count=1, timeout_s=TIMEOUT_S)
        known_at = time.time()
        engine.close()
        last_sent_at = max(burst.sent_ns[0] for burst in bursts) / 1e9
        wrong = sum(
            (burst.rtts_ms[0] is not None) == burst.address.startswith("203.") for burst in bursts
        )
        return wrong, known_at - last_sent_at

    return count, uvloop.run(work())


def main(rounds: int) -> None:
    """Measure everything, ours and theirs in turn."""
    try:
        open_icmp(ipv6=False).sock.close()
    except IcmpUnavailableError as error:
        not_run("ICMP", "fping, icmplib", str(error))
        return
    targets = addresses(TARGETS)
    has_fping = shutil.which("fping") is not None
    ours: list[Run] = []
    theirs: list[Run] = []
    slow: list[Run] = []
    measured(sweep, targets)  # the kernel's own caches are warm for everybody
    for _ in range(rounds):
        ours.append(measured(sweep, targets))
        if has_fping:
            theirs.append(measured(fping, targets))
        slow.append(measured(icmplib, targets[:PEER_TARGETS]))
    what = f"ICMP, {TARGETS} targets, 1 packet"
    if has_fping:
        rates, peer_rates = [r.rate for r in ours], [r.rate for r in theirs]
        say(f"{what}: targets a second", "1/s", rates, "fping -i 0", peer_rates, 1.5)
        cpu, peer_cpu = [r.cpu_ms_per_1000 for r in ours], [r.cpu_ms_per_1000 for r in theirs]
        say(f"{what}: CPU", "ms/1000", cpu, "fping -i 0", peer_cpu, 0.7, least=False)
        apart = [abs(a.extra - b.extra) for a, b in zip(ours, theirs, strict=True)]
        say_at_most("ICMP: RTT p50, apart from fping's", "µs", apart, 20.0)
    else:
        not_run(what, "fping -i 0", "fping is not installed")
    say(
        f"{what}: targets a second",
        "1/s",
        [r.rate for r in ours],
        f"icmplib, {PEER_TARGETS} targets",
        [r.rate for r in slow],
        8.0,
    )
    for count in (TARGETS, MANY):
        runs = [measured(verdicts, count) for _ in range(rounds)]
        what = f"ICMP, {count} targets, 6 % dead"
        say_at_most(f"{what}: wrong verdicts", "", [float(run.extra[0]) for run in runs], 0.0)
        known = [run.extra[1] / TIMEOUT_S for run in runs]
        say_at_most(f"{what}: time to know after the last packet", "time-outs", known, 1.2)


if __name__ == "__main__":
    main(3)
