"""What devices say of themselves, into a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pollers.database import PollerDatabase
from pollers.domain.device import Device, Identity, Interface
from pollers.domain.finding import Finding
from pollers.domain.measure import CLASSES
from pollers.domain.neighbour import Neighbour
from pollers.domain.point import Formula, Point, Reading, named
from pollers.domain.text import text_of
from pollers.findings import FindingsWriter
from pollers.metrics import Metrics

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate
    from tests.support.database import TestDatabase

WIDE = st.integers(-(2**70), 2**70)
TEXT = st.text(max_size=300)
PORTS = st.lists(
    st.builds(
        Interface,
        name=TEXT,
        index=WIDE,
        descr=TEXT,
        alias=TEXT,
        type=WIDE,
        speed_bps=st.none() | WIDE,
        mtu=st.none() | WIDE,
        admin_status=st.none() | WIDE,
        oper_status=st.none() | WIDE,
    ),
    max_size=6,
)

SENSORS = st.builds(
    Point,
    kind=st.sampled_from(sorted(CLASSES)),
    descr=TEXT.map(text_of),
    formula=st.builds(Formula, value=st.from_regex(r"1(\.[0-9]{1,5}){3,9}", fullmatch=True)),
    type=TEXT,
    states=st.dictionaries(st.sampled_from("123"), TEXT),
    limits=st.dictionaries(
        st.sampled_from(["low_critical", "high_critical"]),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    reading=st.builds(
        Reading,
        st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.integers(0, 2**63 - 1),
        st.none() | st.integers(0, 2**63 - 1),
    ),
)
NEIGHBOURS = st.builds(
    Neighbour,
    protocol=st.sampled_from(["lldp", "cdp", "mndp"]),
    local_name=TEXT,
    chassis_id=TEXT,
    port_id=TEXT,
    sys_descr=TEXT,
    management_address=st.just("") | st.ip_addresses().map(str),
    capabilities=st.lists(st.sampled_from(["bridge", "router"]), unique=True).map(tuple),
)


def points(sensors: list[Point]) -> tuple[Point, ...]:
    return named(sensors)


@pytest.fixture
async def database(postgres: TestDatabase) -> AsyncIterator[PollerDatabase]:
    made = PollerDatabase(lambda: postgres.url("netpulse_system"))
    yield made
    await made.close()


def a_device(estate: Estate) -> Device:
    device_id = estate.devices[0] if estate.devices else estate.device()
    return Device(device_id, estate.organization_id, 1, 1, "127.0.0.1", 10)


def listed(estate: Estate, device_id: UUID) -> set[str]:
    rows = estate.run(
        "SELECT if_name FROM netpulse.interfaces WHERE device_id = %s AND removed_at IS NULL",
        device_id,
    )
    return {name for (name,) in rows}


async def test_ten_thousand_interfaces_and_one_absurd_among_them_are_written(
    estate: Estate, database: PollerDatabase
) -> None:
    metrics = Metrics()
    device = a_device(estate)
    ports = [Interface(f"port{n}", n) for n in range(10_000)]
    ports[17] = Interface("port\0 17", 2**32 - 1, speed_bps=2**70, mtu=2**40, oper_status=10**9)
    writer = FindingsWriter(database, metrics)
    identity = Identity(vendor="Acme\0", sys_descr="x" * 100_000)
    writer.found(device, Finding(identity, tuple(ports)))
    await writer.flush()
    names = listed(estate, device.id)
    assert len(names) == 10_000
    assert "port 17" in names
    assert metrics.value("netpulse_poller_findings_mended_total") == 1
    assert metrics.value("netpulse_poller_errors_total", where="findings") == 0


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ports=PORTS,
    identity=st.builds(Identity, vendor=TEXT, sys_name=TEXT, sys_descr=TEXT, chassis_id=TEXT),
    sensors=st.lists(SENSORS, max_size=5),
    neighbours=st.lists(NEIGHBOURS, max_size=5),
)
async def test_no_finding_is_refused(  # noqa: PLR0917 - hypothesis draws them
    estate: Estate,
    database: PollerDatabase,
    ports: list[Interface],
    identity: Identity,
    sensors: list[Point],
    neighbours: list[Neighbour],
) -> None:
    metrics = Metrics()
    device = a_device(estate)
    writer = FindingsWriter(database, metrics)
    found = (*ports, Interface("ether1 of this test", 1))
    writer.found(device, Finding(identity, found, points(sensors), tuple(neighbours)))
    await writer.flush()
    assert metrics.value("netpulse_poller_errors_total", where="findings") == 0
    assert "ether1 of this test" in listed(estate, device.id)


async def test_what_is_gone_is_marked_and_what_comes_back_is_itself_again(
    estate: Estate, database: PollerDatabase
) -> None:
    device = a_device(estate)
    writer = FindingsWriter(database, Metrics())
    inlet = Point("temperature", "inlet", Formula("1.3.6.1.4.1.1.1"), reading=Reading(21.5))
    disk = Point("disk", "/", Formula(total="1.3.9"), reading=Reading(50.0, 2000, 1000))
    uplink = Neighbour("lldp", "Gi1/1", "00:00:5e:00:53:01", "Gi0/24", capabilities=("bridge",))
    everything = Finding(Identity(), (), named([inlet, disk]), (uplink,))
    for finding, there in ((everything, True), (Finding(Identity()), False), (everything, True)):
        writer.found(device, finding)
        await writer.flush()
        for table in ("sensors", "storages", "neighbours"):
            rows = estate.run(
                f"SELECT removed_at IS NULL FROM netpulse.{table} WHERE device_id = %s", device.id
            )
            assert rows == [(there,)], table
    assert estate.run(
        "SELECT entity, metric, class, unit, value FROM netpulse.sensors WHERE device_id = %s",
        device.id,
    ) == [("sensor:inlet", "temperature_celsius", "temperature", "°C", 21.5)]
    assert estate.run(
        "SELECT entity, kind, size_bytes, used_bytes, used_percent FROM netpulse.storages "
        "WHERE device_id = %s",
        device.id,
    ) == [("storage:/", "disk", 2000, 1000, 50.0)]
    assert estate.run(
        "SELECT local_if_name, remote_chassis_id, capabilities FROM netpulse.neighbours "
        "WHERE device_id = %s",
        device.id,
    ) == [("Gi1/1", "00:00:5e:00:53:01", ["bridge"])]


async def test_a_finding_that_differs_in_its_readings_alone_is_not_written_again(
    estate: Estate, database: PollerDatabase
) -> None:
    device = a_device(estate)
    writer = FindingsWriter(database, Metrics())
    for value in (21.5, 22.0):
        inlet = Point("temperature", "inlet", Formula("1.3.6.1"), reading=Reading(value))
        writer.found(device, Finding(Identity(), points=named([inlet])))
        await writer.flush()
    rows = estate.run("SELECT value FROM netpulse.sensors WHERE device_id = %s", device.id)
    assert rows == [(21.5,)]


async def test_what_is_found_of_a_device_that_another_poller_has_now_is_not_written(
    estate: Estate, postgres: TestDatabase
) -> None:
    device_id = estate.device()
    database = PollerDatabase(lambda: postgres.url("netpulse_system"))
    writer = FindingsWriter(database, owns=lambda _: False)
    device = Device(device_id, estate.organization_id, 1, 1, "127.0.0.1", 60)
    writer.found(device, Finding(Identity(vendor="Old")))
    await writer.flush()
    await database.close()
    rows = estate.run("SELECT 1 FROM netpulse.device_identities WHERE device_id = %s", device_id)
    assert rows == []
