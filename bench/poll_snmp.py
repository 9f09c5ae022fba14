"""SNMP against pysnmp, prometheus-snmp-exporter and net-snmp: GETs, walks and SNMPv3.

Ours and every peer have one core; the agents have the other.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.measuring import OTHER_CORE, measured, not_run, say
from bench.poll_snmp_peers import (
    AT_ONCE,
    OIDS,
    ROWS,
    SECURE_OIDS,
    SNMPD_USER,
    TARGETS,
    each,
    exporter,
    exporter_gets,
    keep_on,
    pysnmp_gets,
    pysnmp_secure_gets,
    snmpbulkwalks,
)
from pollers.domain.device import SnmpAccess, SnmpVersion
from pollers.probes.snmp import open_session
from pollers.snmp import mibs
from pollers.snmp.engine import SnmpEngine
from tests.support.snmpd import AUTH_PASSWORD, PRIV_PASSWORD, SNMPD, running_snmpd


def our_gets(port: int, rounds: int) -> int:
    """GET ten objects of each target with our engine, some times over."""

    async def work() -> int:
        engine = SnmpEngine()
        access = SnmpAccess(SnmpVersion.V2C, port, community="public", timeout_s=5)
        sessions = [open_session(engine, target, access) for target in TARGETS]

        async def ask(session: Any) -> bool:
            return len(await session.get(OIDS)) == len(OIDS)

        done = await each(ask, at_once=AT_ONCE, jobs=iter(sessions * rounds))
        engine.close()
        return done

    return uvloop.run(work())


def our_walks(port: int, count: int) -> int:
    """Walk a column of 500 rows of so many targets with our engine."""

    async def work() -> int:
        engine = SnmpEngine()
        access = SnmpAccess(SnmpVersion.V2C, port, community="public", timeout_s=5)

        async def walk(address: str) -> bool:
            session = open_session(engine, address, access)
            return len((await session.table([mibs.IF_DESCR]))[mibs.IF_DESCR]) == ROWS

        done = await each(walk, at_once=50, jobs=iter(TARGETS[:count]))
        engine.close()
        return done

    return uvloop.run(work())


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
        keep_on(process.pid, OTHER_CORE)
        try:
            yield int(process.stdout.readline()) if process.stdout else port
        finally:
            process.terminate()
            process.wait()


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
