"""ICMP and SNMP throughput against icmplib, fping and pysnmp, one JSON object a line.

`python -m bench.poll [rounds]`; a peer runs in the same call, interleaved; medians are compared.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

import uvloop
from icmplib import async_multiping
from pysnmp.hlapi.v1arch import asyncio as api

from pollers.icmp.engine import IcmpEngine
from pollers.icmp.sockets import IcmpUnavailableError
from pollers.snmp import mibs
from pollers.snmp.ber import decode_oid
from pollers.snmp.engine import SnmpEngine
from pollers.snmp.session import CommunitySession, Pace

RECORDING = Path(__file__).parents[1] / "tests" / "support" / "recordings" / "switch.snmprec"
TARGETS = [f"127.{1 + i // 62500}.{i // 250 % 250}.{1 + i % 250}" for i in range(10_000)]
OIDS = [
    *(mibs.SYS_DESCR, mibs.SYS_OBJECT_ID, mibs.SYS_UP_TIME, mibs.SYS_CONTACT, mibs.SYS_NAME),
    *(mibs.SYS_LOCATION, mibs.IF_DESCR + b"\x01", mibs.IF_DESCR + b"\x02"),
    *(mibs.IF_SPEED + b"\x01", mibs.IF_SPEED + b"\x02"),
]
GETS = 4000
PEER_GETS = 200
PEER_PINGS = 2000
AT_ONCE = 200

# Answers from memory but for the request id, so that the client is measured and not the agent.
AGENT = """
import socket, sys
from pathlib import Path
from pollers.snmp.ber import encode_tlv, read_integer, read_tlv
from tests.support.snmp_agent import Agent, Recording
agent, known = Agent(Recording.read(Path(sys.argv[1]))), {}
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
sock.bind(("127.0.0.1", 0))
print(sock.getsockname()[1], flush=True)
def place(data):
    _, at, end = read_tlv(data, 0, len(data))
    _, at = read_integer(data, at, end)
    _, _, at = read_tlv(data, at, end)
    _, at, end = read_tlv(data, at, end)
    _, start, stop = read_tlv(data, at, end)
    return start, stop
while True:
    data, source = sock.recvfrom(65535)
    start, stop = place(data)
    key = data[:start] + data[stop:]
    if key not in known:
        answer = agent.answer(data)
        known[key] = (answer, place(answer)[0])
    answer, at = known[key]
    request_id = data[start:stop].rjust(4, b"\\0")
    sock.sendto(answer[:at] + request_id + answer[at + 4:], source)
"""


def say(measure: str, ours: list[float], peer: str, theirs: list[float], bar: float) -> None:
    value, peer_value = median(ours), median(theirs)
    ratio = value / peer_value
    print(
        json.dumps(
            {
                "measure": measure,
                "value": round(value, 1),
                "unit": "1/s",
                "peer": peer,
                "peer_value": round(peer_value, 1),
                "ratio": round(ratio, 2),
                "bar": bar,
                "holds": ratio >= bar,
                "rounds": len(ours),
            }
        ),
        flush=True,
    )


def not_run(measure: str, peer: str, why: str) -> None:
    print(json.dumps({"measure": measure, "peer": peer, "holds": None, "why": why}), flush=True)


def rate(work: Callable[[], Awaitable[int]]) -> float:
    began = time.perf_counter()
    done = uvloop.run(work())
    return done / (time.perf_counter() - began)


async def our_sweep() -> int:
    engine = IcmpEngine(packets_per_s=None)
    bursts = await engine.sweep(TARGETS, count=1, timeout_s=1)
    engine.close()
    return sum(burst.rtts_ms[0] is not None for burst in bursts)


async def icmplib_sweep() -> int:
    hosts = await async_multiping(
        TARGETS[:PEER_PINGS], count=1, timeout=1, concurrent_tasks=1000, privileged=True
    )
    return sum(host.is_alive for host in hosts)


async def fping_sweep() -> int:
    done = await asyncio.create_subprocess_exec(
        "fping", "-i", "0", "-r", "0", "-q", "-C", "1",
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    _, err = await done.communicate("\n".join(TARGETS).encode())
    return sum(not line.rstrip().endswith(b"-") for line in err.splitlines())


def our_gets(port: int) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        engine = SnmpEngine()
        each = GETS // AT_ONCE

        async def ask() -> int:
            pace = Pace(timeout_s=5)
            session = CommunitySession(engine, ("127.0.0.1", port), b"public", pace=pace)
            return sum([len(await session.get(OIDS)) == len(OIDS) for _ in range(each)])

        answered = sum(await asyncio.gather(*(ask() for _ in range(AT_ONCE))))
        engine.close()
        return answered

    return work


def pysnmp_gets(port: int) -> Callable[[], Awaitable[int]]:
    names = [decode_oid(oid) for oid in OIDS]

    async def work() -> int:
        dispatcher = api.SnmpDispatcher()
        target = await api.UdpTransportTarget.create(("127.0.0.1", port), timeout=5)
        answered = 0

        async def ask() -> None:
            nonlocal answered
            error, status, _, values = await api.get_cmd(
                dispatcher,
                api.CommunityData("public"),
                target,
                *(api.ObjectType(api.ObjectIdentity(name)) for name in names),
            )
            answered += not error and not status and len(values) == len(names)

        for _ in range(PEER_GETS // 20):
            await asyncio.gather(*(ask() for _ in range(20)))
        return answered

    return work


def bench_icmp(rounds: int) -> None:
    try:
        ours = [rate(our_sweep)]
    except IcmpUnavailableError as error:
        not_run("icmp targets", "icmplib", str(error))
        return
    theirs, fping = [], []
    for _ in range(rounds):
        ours.append(rate(our_sweep))
        theirs.append(rate(icmplib_sweep))
        if shutil.which("fping"):
            fping.append(rate(fping_sweep))
    say("icmp targets, 1 packet", ours[1:], "icmplib", theirs, 8.0)
    if fping:
        say("icmp targets, 1 packet", ours[1:], "fping -i 0", fping, 1.5)
    else:
        not_run("icmp targets, 1 packet", "fping -i 0", "fping is not installed")


def bench_snmp(rounds: int) -> None:
    agent = subprocess.Popen(
        [sys.executable, "-c", AGENT, str(RECORDING)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert agent.stdout is not None
        port = int(agent.stdout.readline())
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(rate(our_gets(port)))
            theirs.append(rate(pysnmp_gets(port)))
        say("snmp v2c get of 10, one agent", ours, "pysnmp v1arch", theirs, 40.0)
    finally:
        agent.terminate()
        agent.wait()


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    bench_icmp(count)
    bench_snmp(count)
