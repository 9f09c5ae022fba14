"""Recordings of real devices, where they are at hand, against what others make of them.

Every recording is served over real SNMP and read as any device is; one test prints the table of
all measures. NETPULSE_RECORDINGS names the folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pollers.catalogue import blocks_for, profiles
from pollers.snmp.collector import Portrait, SnmpCollector, SnmpMemory
from pollers.snmp.engine import SnmpEngine
from pollers.snmp.session import CommunitySession
from pollers.snmp.traffic import octets_of
from tests.support.expected import Tally, compare, expected_of, rows_of
from tests.support.snmp_agent import Recording, serve

FOLDER = Path(
    os.environ.get("NETPULSE_RECORDINGS") or Path(__file__).parents[3].parent / "shared" / "devices"
)
RECORDINGS = sorted(FOLDER.glob("*.snmprec")) if FOLDER.is_dir() else []
EXPECTED = [path for path in RECORDINGS if path.with_suffix(".json").exists()]
BARS = {
    "interface sets": 1.0,
    "ifAdminStatus": 0.99,
    "ifOperStatus": 0.99,
    "ifMtu": 0.99,
    "ifSpeed": 0.99,
    "ifDescr": 0.98,
    "octets": 0.98,
    "hrStorage": 1.0,
    "vendor known": 1.0,
    "os": 1.0,
    "hardware": 1.0,
    "sensors claimed": 0.8,
    "processors claimed": 0.8,
    "memory pools claimed": 0.8,
    "sensors right": 0.98,
    "processors right": 0.99,
    "memory pools right": 0.99,
}

pytestmark = pytest.mark.skipif(
    not EXPECTED, reason="no recordings: set NETPULSE_RECORDINGS to a folder of them"
)


async def portrait_of(path: Path) -> tuple[Portrait, dict[str, float]]:
    """Return a recorded device as it is drawn, and its 64-bit octet counters as they are read."""
    agent, port = await serve(Recording.read(path))
    engine = SnmpEngine()
    session = CommunitySession(engine, ("127.0.0.1", port), b"public")
    memory = SnmpMemory()
    collection = await SnmpCollector(profiles(), blocks_for).collect(session, memory)
    engine.close()
    assert agent.transport is not None
    agent.transport.close()
    assert collection.portrait is not None
    assert memory.counts is not None
    counted = memory.counts.counted()
    octets = {
        f"{entity} {direction}": float(value)
        for entity in counted.rows
        for direction, value in zip(
            ("if_in_bps", "if_out_bps"), octets_of(counted, entity), strict=True
        )
        if value is not None
    }
    return collection.portrait, octets


async def test_recorded_devices_are_read_as_they_should_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    totals: dict[str, Tally] = {}
    for path in EXPECTED:
        portrait, octets = await portrait_of(path)
        for measure, tally in compare(path.stem, expected_of(path), portrait, octets).items():
            totals.setdefault(measure, Tally()).add(tally)
    lines = [f"\n{len(EXPECTED)} recordings"]
    for measure, tally in sorted(totals.items()):
        bar = f"at least {BARS[measure]:.0%}" if measure in BARS else ""
        count = f"{tally.right:6} of {tally.wanted:<6}"
        lines.append(f"  {measure:24}{count}{tally.share:7.1%}  {bar}")
    with capsys.disabled():
        sys.stdout.write("\n".join([*lines, ""]))
    short = {
        measure: totals[measure].missed.most_common(20)
        for measure, bar in BARS.items()
        if measure in totals and totals[measure].share < bar
    }
    assert not short


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
async def test_a_recorded_devices_neighbours_are_found(path: Path) -> None:
    links = rows_of(expected_of(path), "discovery-protocols", "links")
    if not links:
        pytest.skip("this device was recorded without neighbours")
    portrait, _ = await portrait_of(path)
    found = {(n.local_name, n.protocol): n for n in portrait.finding.neighbours}
    for link in links:
        neighbour = found[link["ifName"], link["protocol"]]
        # Where the neighbour has no name its description stands for it there.
        assert link["remote_hostname"] in (neighbour.sys_name, neighbour.sys_descr)
        assert neighbour.port_id or neighbour.port_descr
