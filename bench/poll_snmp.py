"""SNMP against pysnmp, prometheus-snmp-exporter and net-snmp: GETs, walks and SNMPv3.

Ours and every peer have one core; the agents have the other.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop
from pysnmp.hlapi.v1arch import asyncio as v1
from pysnmp.hlapi.v3arch import asyncio as v3

from bench.measuring import CORE, OTHER_CORE, measured, not_run, say
from bench.poll_icmp import addresses
from pollers.domain.device import SnmpAccess, SnmpVersion
from pollers.probes.snmp import open_session
from pollers.snmp import mibs
from pollers.snmp.ber import decode_oid, encode_oid
from pollers.snmp.engine import SnmpEngine
from tests.support.snmpd import AUTH_PASSWORD, PRIV_PASSWORD, SNMPD, running_snmpd

ROWS = 500
TARGETS = addresses(2000)
_SYSTEM = "1.3.6.1.2.1.1"
OIDS = [
    *(encode_oid(f"{_SYSTEM}.{n}.0") for n in (1, 3, 4, 5, 6)),
    *(mibs.IF_DESCR + b"\x01", mibs.IF_DESCR + b"\x02", mibs.IF_SPEED + b"\x01"),
    *(mibs.IF_SPEED + b"\x02", mibs.IF_IN_OCTETS + b"\x01"),
]
NAMES = [decode_oid(oid) for oid in OIDS]
SECURE_OIDS = [encode_oid(f"{_SYSTEM}.{n}.0") for n in (1, 2, 3, 4, 5, 6)]
AT_ONCE = 400
SNMPD_USER = "sha-aes"


async def _each(work: Any, *, at_once: int, jobs: Iterator[Any]) -> int:
    """Do the jobs, so many at once; returns how many succeeded."""

    async def worker() -> int:
        return sum([bool(await work(job)) for job in jobs])

    return sum(await asyncio.gather(*(worker() for _ in range(at_once))))


def our_gets(port: int, rounds: int) -> int:
    """GET ten objects of each target with our engine, some times over."""

    async def work() -> int:
        engine = SnmpEngine()
        access = SnmpAccess(SnmpVersion.V2C, port, community="public", timeout_s=5)
        sessions = [open_session(engine, target, access) for target in TARGETS]

        async def ask(session: Any) -> bool:
            return len(await session.get(OIDS)) == len(OIDS)

        done = await _each(ask, at_once=AT_ONCE, jobs=iter(sessions * rounds))
        engine.close()
        return done

    return uvloop.run(work())


def pysnmp_gets(port: int, count: int) -> int:
    """GET the same with pysnmp's faster API."""

    async def work() -> int:
        dispatcher = v1.SnmpDispatcher()
        objects = [v1.ObjectType(v1.ObjectIdentity(name)) for name in NAMES]

        async def ask(address: str) -> bool:
            target = await v1.UdpTransportTarget.create((address, port), timeout=5)
            error, status, _, values = await v1.get_cmd(
                dispatcher, v1.CommunityData("public"), target, *objects
            )
            return not error and not status and len(values) == len(NAMES)

        return await _each(ask, at_once=20, jobs=iter(TARGETS[:count]))

    return asyncio.run(work())


def exporter_gets(exporter: int, port: int, count: int) -> int:
    """Have the exporter GET the same; asked over kept connections, as Prometheus does."""

    async def work() -> int:
        jobs = iter(TARGETS[:count])

        async def worker() -> int:
            reader, writer = await asyncio.open_connection("127.0.0.1", exporter)
            done = 0
            for address in jobs:
                path = f"/snmp?target={address}:{port}&module=bench"
                writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = head.partition("content-length: ")[2].partition("\r\n")[0]
                if length:
                    await reader.readexactly(int(length))
                else:
                    await reader.readuntil(b"0\r\n\r\n")
                done += head.startswith("http/1.1 200")
            writer.close()
            return done

        return sum(await asyncio.gather(*(worker() for _ in range(32))))

    return uvloop.run(work())


def our_walks(port: int, count: int) -> int:
    """Walk a column of 500 rows of so many targets with our engine."""

    async def work() -> int:
        engine = SnmpEngine()
        access = SnmpAccess(SnmpVersion.V2C, port, community="public", timeout_s=5)

        async def walk(address: str) -> bool:
            session = open_session(engine, address, access)
            return len((await session.table([mibs.IF_DESCR]))[mibs.IF_DESCR]) == ROWS

        done = await _each(walk, at_once=50, jobs=iter(TARGETS[:count]))
        engine.close()
        return done

    return uvloop.run(work())


def snmpbulkwalks(port: int, count: int) -> int:
    """Walk the same by net-snmp's command, four at once."""
    column = decode_oid(mibs.IF_DESCR)

    async def work() -> int:
        async def walk(address: str) -> bool:
            process = await asyncio.create_subprocess_exec(
                *("snmpbulkwalk", "-v2c", "-cpublic", "-Cr48", "-Oqn", "-m", "", "-t5"),
                *(f"{address}:{port}", column),
                stdout=subprocess.PIPE,
            )
            out, _ = await process.communicate()
            return out.count(b"\n") == ROWS

        return await _each(walk, at_once=4, jobs=iter(TARGETS[:count]))

    return asyncio.run(work())


def our_secure_gets(port: int, count: int) -> int:
    """GET six objects by SNMPv3 (SHA-1, AES-128), a steady conversation a session."""

    async def work() -> int:
        engine = SnmpEngine()
        security = {
            "username": SNMPD_USER,
            "auth_protocol": "SHA",
            "auth_password": AUTH_PASSWORD,
            "priv_protocol": "AES",
            "priv_password": PRIV_PASSWORD,
        }
        access = SnmpAccess(SnmpVersion.V3, port, security=security, timeout_s=5)
        sessions = [open_session(engine, "127.0.0.1", access) for _ in range(32)]

        async def converse(session: Any) -> int:
            got = [len(await session.get(SECURE_OIDS)) for _ in range(count // len(sessions))]
            return sum(number == len(SECURE_OIDS) for number in got)

        done = sum(await asyncio.gather(*map(converse, sessions)))
        engine.close()
        return done

    return uvloop.run(work())


def pysnmp_secure_gets(port: int, count: int) -> int:
    """GET the same by pysnmp."""

    async def work() -> int:
        engine = v3.SnmpEngine()
        user = v3.UsmUserData(
            SNMPD_USER,
            AUTH_PASSWORD,
            PRIV_PASSWORD,
            authProtocol=v3.usmHMACSHAAuthProtocol,
            privProtocol=v3.usmAesCfb128Protocol,
        )
        target = await v3.UdpTransportTarget.create(("127.0.0.1", port), timeout=5)
        objects = [v3.ObjectType(v3.ObjectIdentity(decode_oid(oid))) for oid in SECURE_OIDS]

        async def ask(_: int) -> bool:
            error, status, _index, values = await v3.get_cmd(
                engine, user, target, v3.ContextData(), *objects
            )
            return not error and not status and len(values) == len(objects)

        await ask(0)
        done = await _each(ask, at_once=8, jobs=iter(range(count)))
        engine.close_dispatcher()
        return done

    return asyncio.run(work())


@contextmanager
def agent() -> Iterator[int]:
    """Run an agent on the other core that answers on every loopback address; gives its port.

    The one in C answers faster than any client here asks; without a compiler one in Python stands
    in, which then is what is measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        port, binary = 19_161, Path(folder) / "agent"
        compiler = shutil.which("cc")
        if compiler:
            source = Path(__file__).with_name("agent.c")
            subprocess.run([compiler, "-O2", "-w", "-o", binary, source], check=True)
            process: subprocess.Popen[str] = subprocess.Popen([str(binary), str(port)], text=True)
        else:
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.poll_agent", str(ROWS)],
                stdout=subprocess.PIPE,
                text=True,
            )
        _keep_on(process.pid, OTHER_CORE)
        try:
            yield int(process.stdout.readline()) if process.stdout else port
        finally:
            process.terminate()
            process.wait()


@contextmanager
def exporter() -> Iterator[int]:
    """Run prometheus-snmp-exporter on the measured core; gives its port."""
    port = 19_116
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "snmp.yml"
        gets = "\n".join(f"  - {name}" for name in NAMES)
        configuration.write_text(
            f"bench:\n  get:\n{gets}\n  version: 2\n  auth:\n    community: public\n"
        )
        process = subprocess.Popen(
            [
                "prometheus-snmp-exporter",
                f"--config.file={configuration}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=error",
            ],
            stderr=subprocess.DEVNULL,
        )
        _keep_on(process.pid, CORE)
        try:
            asyncio.run(_wait_for(port))
            yield port
        finally:
            process.terminate()
            process.wait()


async def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


def _keep_on(pid: int, core: int) -> None:
    if len(os.sched_getaffinity(0)) > core:
        os.sched_setaffinity(pid, {core})


def main(rounds: int) -> None:
    """Measure everything, ours and theirs in turn."""
    with agent() as port:
        measured(our_gets, port, 1)
        gets = f"SNMP v2c, GET of 10 objects, {len(TARGETS)} targets: requests a second"
        pairs = [
            (measured(our_gets, port, 5), measured(pysnmp_gets, port, 200)) for _ in range(rounds)
        ]
        ours = [run.rate for run, _ in pairs]
        say(gets, "1/s", ours, "pysnmp v1arch", [run.rate for _, run in pairs], 40.0)
        if shutil.which("prometheus-snmp-exporter"):
            with exporter() as exporting:
                pairs = [
                    (
                        measured(our_gets, port, 5),
                        measured(exporter_gets, exporting, port, 2000, core=OTHER_CORE),
                    )
                    for _ in range(rounds)
                ]
            ours = [run.rate for run, _ in pairs]
            theirs = [run.rate for _, run in pairs]
            say(gets, "1/s", ours, "prometheus-snmp-exporter", theirs, 4.0)
        else:
            not_run(gets, "prometheus-snmp-exporter", "it is not installed")
        walks = f"SNMP v2c, walk of {ROWS} rows: walks a second"
        if shutil.which("snmpbulkwalk"):
            pairs = [
                (measured(our_walks, port, 500), measured(snmpbulkwalks, port, 60))
                for _ in range(rounds)
            ]
            ours = [run.rate for run, _ in pairs]
            say(walks, "1/s", ours, "snmpbulkwalk", [run.rate for _, run in pairs], 4.0)
        else:
            not_run(walks, "snmpbulkwalk", "net-snmp's commands are not installed")
    _bench_secure(rounds)


def _bench_secure(rounds: int) -> None:
    what = "SNMPv3 authPriv (SHA-1, AES-128), GET of 6 objects: requests a second"
    if SNMPD is None:
        not_run(what, "pysnmp v3arch", "net-snmp's snmpd is not installed")
        return
    with tempfile.TemporaryDirectory() as folder, running_snmpd(Path(folder)) as port:
        pairs = [
            (measured(our_secure_gets, port, 6400), measured(pysnmp_secure_gets, port, 100))
            for _ in range(rounds)
        ]
    ours = [run.rate for run, _ in pairs]
    say(what, "1/s", ours, "pysnmp v3arch", [run.rate for _, run in pairs], 30.0)


if __name__ == "__main__":
    main(3)
