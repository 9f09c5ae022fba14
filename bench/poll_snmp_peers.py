"""The peers of the SNMP bench, and what is asked of everybody."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop
from pysnmp.hlapi.v1arch import asyncio as v1
from pysnmp.hlapi.v3arch import asyncio as v3

from bench.measuring import CORE
from bench.poll_icmp import addresses
from pollers.snmp import mibs
from pollers.snmp.ber import decode_oid, encode_oid
from tests.support.snmpd import AUTH_PASSWORD, PRIV_PASSWORD

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


async def each(work: Any, *, at_once: int, jobs: Iterator[Any]) -> int:
    """Do the jobs, so many at once; returns how many succeeded."""

    async def worker() -> int:
        return sum([bool(await work(job)) for job in jobs])

    return sum(await asyncio.gather(*(worker() for _ in range(at_once))))


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

        return await each(ask, at_once=20, jobs=iter(TARGETS[:count]))

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

        return await each(walk, at_once=4, jobs=iter(TARGETS[:count]))

    return asyncio.run(work())


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
        done = await each(ask, at_once=8, jobs=iter(range(count)))
        engine.close_dispatcher()
        return done

    return asyncio.run(work())


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
        keep_on(process.pid, CORE)
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


def keep_on(pid: int, core: int) -> None:
    """Keep another process on one core, where there are several."""
    if len(os.sched_getaffinity(0)) > core:
        os.sched_setaffinity(pid, {core})
