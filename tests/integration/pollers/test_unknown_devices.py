"""Devices that no profile knows: what the standard MIBs tell of them is found all the same."""

from __future__ import annotations

from pathlib import Path

from pollers.catalogue import blocks_for, profiles
from pollers.domain.neighbour import Neighbour
from pollers.snmp.collector import Collection, SnmpCollector, SnmpMemory
from pollers.snmp.engine import SnmpEngine
from pollers.snmp.message import Version
from pollers.snmp.session import CommunitySession
from tests.support.snmp_agent import Recording, serve

FOLDER = Path(__file__).parents[2] / "support" / "recordings"


async def read(name: str, *, version: Version = Version.V2C) -> Collection:
    """Return the first cycle of a device of our own making."""
    agent, port = await serve(Recording.read(FOLDER / f"{name}.snmprec"))
    engine = SnmpEngine()
    session = CommunitySession(engine, ("127.0.0.1", port), b"public", version=version)
    collection = await SnmpCollector(profiles(), blocks_for).collect(session, SnmpMemory())
    engine.close()
    assert agent.transport is not None
    agent.transport.close()
    return collection


def values(collection: Collection) -> dict[tuple[str, str], float]:
    return {(sample.entity, sample.metric): sample.value for sample in collection.samples}


async def test_an_unknown_router_is_named_by_its_entities_and_measured() -> None:
    collection = await read("router")
    assert collection.portrait is not None
    identity = collection.portrait.identity
    assert (identity.vendor, identity.model, identity.serial_number) == (
        "Acme",
        "ACME9000",
        "SN0001",
    )
    assert identity.chassis_id == "00:00:5e:00:53:00"
    found = values(collection)
    assert found["sensor:Inlet", "temperature_celsius"] == 23.5
    assert found["sensor:PSU 1", "voltage_volts"] == 12.04
    assert found["sensor:Fan 1", "fan_rpm"] == 5400
    # 0.5 mW of light
    assert found["sensor:xe-0/0/0 RX power", "signal_dbm"] == -3.0103
    assert not [entity for entity, _ in found if "Broken" in entity]
    assert found["cpu:Core 0", "cpu_usage"] == 12
    assert found["", "cpu_usage"] == 16
    assert found["", "memory_usage"] == 50
    assert found["storage:/var", "disk_usage"] == 25
    assert ("storage:/proc", "disk_usage") not in found


async def test_an_unknown_routers_neighbours_are_found_on_the_ports_they_are_on() -> None:
    collection = await read("router")
    assert collection.portrait is not None
    lldp, cdp = collection.portrait.finding.neighbours
    assert lldp == Neighbour(
        protocol="lldp",
        local_name="xe-0/0/1",
        chassis_id="00:00:5e:00:53:aa",
        port_id="Gi0/24",
        port_descr="uplink",
        sys_name="access-7",
        sys_descr="Acme Access Switch",
        management_address="192.0.2.77",
        capabilities=("bridge",),
    )
    assert (cdp.protocol, cdp.local_name, cdp.sys_name) == ("cdp", "xe-0/0/0", "edge-3.example.org")
    assert cdp.management_address == "192.0.2.78"
    assert cdp.capabilities == ("router", "bridge", "igmp")


async def test_an_unknown_ups_is_measured_by_the_common_mib_in_either_version() -> None:
    for version in (Version.V1, Version.V2C):
        collection = await read("ups", version=version)
        assert collection.portrait is not None
        identity = collection.portrait.identity
        assert (identity.vendor, identity.model) == ("Somebody", "UPS 3000")
        found = values(collection)
        assert found["sensor:battery", "charge_percent"] == 97
        assert found["sensor:battery time left", "runtime_seconds"] == 42 * 60
        assert found["sensor:battery", "voltage_volts"] == 54.7
        assert found["sensor:input 1", "frequency_hertz"] == 49.9
        assert found["sensor:output 1", "load_percent"] == 23
        assert found["sensor:output source", "state"] == 3


async def test_an_interface_that_is_renumbered_by_a_restart_keeps_its_name_and_series() -> None:
    recording = Recording.read(FOLDER / "router.snmprec")
    agent, port = await serve(recording)
    engine = SnmpEngine()
    session = CommunitySession(engine, ("127.0.0.1", port), b"public")
    collector, memory = SnmpCollector(profiles(), blocks_for), SnmpMemory()
    before = await collector.collect(session, memory)
    # On the wire 1.3 is one number: 43.
    uptime, interfaces = (43, 6, 1, 2, 1, 1, 3, 0), ((43, 6, 1, 2, 1, 2), (43, 6, 1, 2, 1, 31))
    agent.recording = Recording(
        {
            (*oid[:-1], oid[-1] + 600) if oid[:6] in interfaces else oid: value
            for oid, value in recording.objects.items()
        }
        | {uptime: b"\x43\x01\x05"}
    )
    after = await collector.collect(session, memory)
    engine.close()
    assert agent.transport is not None
    agent.transport.close()
    assert before.portrait is not None
    assert after.portrait is not None
    assert [port.index for port in before.portrait.interfaces] == [1, 2]
    assert [port.index for port in after.portrait.interfaces] == [601, 602]
    assert {port.entity for port in before.portrait.interfaces} == {
        port.entity for port in after.portrait.interfaces
    }


async def test_a_slow_device_is_drawn_in_parts_a_part_a_cycle() -> None:
    agent, port = await serve(Recording.read(FOLDER / "router.snmprec"))
    engine = SnmpEngine()
    session = CommunitySession(engine, ("127.0.0.1", port), b"public")
    collector, memory = SnmpCollector(profiles(), blocks_for, drawing_s=0.0), SnmpMemory()
    drawn = [(await collector.collect(session, memory)).portrait for _ in range(4)]
    engine.close()
    assert agent.transport is not None
    agent.transport.close()
    assert [
        portrait
        and (
            len(portrait.interfaces),
            bool(portrait.points),
            len(portrait.finding.neighbours),
        )
        for portrait in drawn
    ] == [(2, False, 0), (2, True, 0), (2, True, 2), None]
