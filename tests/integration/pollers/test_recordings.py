"""Recordings of real devices, where they are at hand: each is identified, its ports are listed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pollers.catalogue import blocks_for, profiles
from pollers.snmp.collector import SnmpCollector, SnmpMemory
from pollers.snmp.engine import SnmpEngine
from pollers.snmp.session import CommunitySession
from tests.support.snmp_agent import Recording, serve

FOLDER = Path(
    os.environ.get("NETPULSE_RECORDINGS") or Path(__file__).parents[3].parent / "shared" / "devices"
)
RECORDINGS = sorted(FOLDER.glob("*.snmprec")) if FOLDER.is_dir() else []
EXPECTED = [path for path in RECORDINGS if path.with_suffix(".json").exists()]

pytestmark = pytest.mark.skipif(
    not EXPECTED, reason="no recordings: set NETPULSE_RECORDINGS to a folder of them"
)


def rows_of(document: dict[str, Any], module: str, table: str) -> list[dict[str, Any]]:
    part = document.get(module, {})
    for phase in ("poller", "discovery"):
        found = part.get(phase)
        if isinstance(found, dict) and found.get(table):
            rows: list[dict[str, Any]] = found[table]
            return rows
    return []


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
async def test_a_recorded_device_is_identified_and_its_ports_are_listed(path: Path) -> None:
    agent, port = await serve(Recording.read(path))
    engine = SnmpEngine()
    session = CommunitySession(engine, ("127.0.0.1", port), b"public")
    collection = await SnmpCollector(profiles(), blocks_for).collect(session, SnmpMemory())
    engine.close()
    assert agent.transport is not None
    agent.transport.close()
    assert collection.portrait is not None
    identity = collection.portrait.identity
    document = json.loads(path.with_suffix(".json").read_text())
    [expected] = rows_of(document, "os", "devices")[:1]
    assert identity.vendor
    assert identity.os == expected["os"]
    if expected.get("serial"):
        assert identity.serial_number == expected["serial"]
    if expected.get("version"):
        assert identity.os_version == expected["version"]
    # The collection takes a card's whole description for a model where it knows none.
    if expected.get("hardware") and len(expected["hardware"]) < 60:
        assert identity.model == expected["hardware"]
    ports = {row["ifIndex"]: row for row in rows_of(document, "ports", "ports")}
    ours = {port.index: port for port in collection.portrait.interfaces}
    assert ports.keys() == ours.keys()
    for index, row in ports.items():
        assert ours[index].mtu == row["ifMtu"]
        assert (ours[index].speed_bps or 0) == (row["ifSpeed"] or 0)
