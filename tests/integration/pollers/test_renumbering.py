"""A device that numbers its ports anew, through the database: history follows the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pollers.snmp.ber import encode_tlv
from tests.support.running import Running, until
from tests.support.snmp_agent import Agent, Oid, Recording, serve

if TYPE_CHECKING:
    from tests.integration.pollers.conftest import Estate

SWITCH = Path(__file__).parents[2] / "support" / "recordings" / "switch.snmprec"
# as BER has them: 1.3 is one number, 43
MIB_2: Oid = (43, 6, 1, 2, 1)
IF_TABLE, IF_X_TABLE = (*MIB_2, 2, 2, 1), (*MIB_2, 31, 1, 1, 1)
UPTIME, LAST_CHANGE = (*MIB_2, 1, 3, 0), (*MIB_2, 31, 1, 5, 0)
HC_IN = (*IF_X_TABLE, 6)


def ticks(number: int) -> bytes:
    return encode_tlv(0x43, number.to_bytes(5, "big"))


def counter(number: int) -> bytes:
    return encode_tlv(0x46, number.to_bytes(9, "big"))


def row_of(oid: Oid) -> int | None:
    """Return the interface a cell belongs to."""
    for table in (IF_TABLE, IF_X_TABLE):
        if oid[: len(table)] == table and len(oid) == len(table) + 2:
            return oid[-1]
    return None


def renumbered(agent: Agent, to: dict[int, int], **clocks: int) -> None:
    """Give rows other numbers, each with its counters, as a new card or a reboot does."""
    objects = {
        (*oid[:-1], to[row]) if (row := row_of(oid)) in to else oid: value
        for oid, value in agent.recording.objects.items()
    }
    for oid, name in ((UPTIME, "uptime"), (LAST_CHANGE, "last_change")):
        if name in clocks:
            objects[oid] = ticks(clocks[name])
    agent.recording = Recording(objects)


def put(agent: Agent, changes: dict[Oid, bytes]) -> None:
    agent.recording = Recording({**agent.recording.objects, **changes})


def rates(estate: Estate, device: Any) -> dict[str, list[float]]:
    rows = estate.run(
        "SELECT r.entity, s.values[r.position] FROM netpulse.series r "
        "JOIN netpulse.samples s ON s.device_number = r.device_number AND s.block = r.block "
        "WHERE r.device_id = %s AND r.metric = 'if_in_bps' "
        "AND s.values[r.position] <> 'NaN' ORDER BY s.slot_at",
        device,
    )
    found: dict[str, list[float]] = {}
    for entity, value in rows:
        found.setdefault(entity, []).append(value)
    return found


@pytest.mark.parametrize("reboots", [True, False], ids=["reboot", "new card"])
async def test_a_port_that_is_numbered_anew_keeps_its_series_and_shows_no_spike(
    estate: Estate, running: Callable[[], Running], reboots: bool
) -> None:
    agent, port = await serve(Recording.read(SWITCH))
    # one port has counted little, the other much: taken for each other they would show a spike
    put(agent, {(*HC_IN, 1): counter(1000), (*HC_IN, 2): counter(10**12)})
    put(agent, {UPTIME: ticks(5_000_000), LAST_CHANGE: ticks(100)})
    device = estate.device(
        credential_id=estate.credential(), snmp_port=port, availability_check="snmp"
    )
    poller = running()
    await until(lambda: rates(estate, device).get("if:ether1"), within_s=60)
    before = len(rates(estate, device)["if:ether1"])
    clocks = {"uptime": 100, "last_change": 50} if reboots else {"last_change": 4_000_000}
    renumbered(agent, {1: 517, 2: 1}, **clocks)

    def indexes() -> list[tuple[Any, ...]]:
        return estate.run(
            "SELECT if_name, if_index FROM netpulse.interfaces "
            "WHERE device_id = %s AND removed_at IS NULL ORDER BY if_name",
            device,
        )

    await until(lambda: indexes() == [("ether1", 517), ("ether2", 1)], within_s=60)
    await until(lambda: len(rates(estate, device)["if:ether1"]) > before, within_s=60)
    assert poller.results(device)
    # the counters stand still in this recording: whatever is not 0 was taken for another's
    assert {value for values in rates(estate, device).values() for value in values} == {0.0}
    series = estate.run(
        "SELECT count(*) FROM netpulse.series WHERE device_id = %s AND metric = 'if_in_bps'", device
    )
    assert series == [(2,)]
    assert agent.transport is not None
    agent.transport.close()
