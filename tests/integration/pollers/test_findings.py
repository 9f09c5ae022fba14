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
    writer.found(device, Identity(vendor="Acme\0", sys_descr="x" * 100_000), ports)
    await writer.flush()
    names = listed(estate, device.id)
    assert len(names) == 10_000
    assert "port 17" in names
    assert metrics.value("netpulse_poller_findings_mended_total") == 1
    assert metrics.value("netpulse_poller_errors_total", where="findings") == 0


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ports=PORTS, identity=st.builds(Identity, vendor=TEXT, sys_name=TEXT, sys_descr=TEXT))
async def test_no_finding_is_refused(
    estate: Estate, database: PollerDatabase, ports: list[Interface], identity: Identity
) -> None:
    metrics = Metrics()
    device = a_device(estate)
    writer = FindingsWriter(database, metrics)
    writer.found(device, identity, [*ports, Interface("ether1 of this test", 1)])
    await writer.flush()
    assert metrics.value("netpulse_poller_errors_total", where="findings") == 0
    assert "ether1 of this test" in listed(estate, device.id)
