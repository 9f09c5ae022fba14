"""Neighbours as MikroTik's routers know them."""

from __future__ import annotations

from collections.abc import Iterable

from pollers.domain.device import Interface
from pollers.snmp.ber import encode_oid
from pollers.snmp.message import Value
from pollers.snmp.neighbours import read_neighbours
from pollers.snmp.session import Table

ENTRY = "1.3.6.1.4.1.14988.1.1.11.1.1"
ADDRESS, MAC, VERSION, PLATFORM, IDENTITY, LOCAL = 2, 3, 4, 5, 6, 8
Row = dict[int, Value]


class Router:
    """A session with a router that has this table and no other."""

    def __init__(self, *rows: Row) -> None:
        self._rows = rows

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        return dict.fromkeys(oids, None)

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        return {encode_oid(ENTRY)} & set(roots)

    async def table(self, columns: Iterable[bytes]) -> Table:
        numbers = {encode_oid(f"{ENTRY}.{number}"): number for number in range(1, 9)}
        return {
            column: {
                (place,): row[numbers[column]]
                for place, row in enumerate(self._rows, start=1)
                if numbers[column] in row
            }
            for column in columns
        }


ROW: Row = {
    ADDRESS: "192.0.2.9",
    MAC: bytes.fromhex("00005e005301"),
    VERSION: b"7.16 (stable)",
    PLATFORM: b"MikroTik",
    IDENTITY: b"tower-9",
    LOCAL: 2,
}


async def test_a_neighbour_stands_on_the_port_it_is_seen_on() -> None:
    [found] = await read_neighbours(Router(ROW), [Interface("ether2", 2)])
    assert (found.protocol, found.local_name) == ("mndp", "ether2")
    assert (found.chassis_id, found.sys_name) == ("00:00:5e:00:53:01", "tower-9")
    assert (found.platform, found.sys_descr) == ("MikroTik", "7.16 (stable)")
    assert found.management_address == "192.0.2.9"


async def test_what_makes_no_sense_is_left_out() -> None:
    odd: tuple[Row, ...] = (
        {**ROW, ADDRESS: "1.2.3"},
        {**ROW, MAC: bytes.fromhex("00005e005302"), ADDRESS: b"\xff\0nonsense"},
        {**ROW, MAC: bytes.fromhex("00005e005303"), ADDRESS: "0.0.0.0"},
        {**ROW, LOCAL: b"ether2"},
        {MAC: b"", LOCAL: 2},
    )
    found = await read_neighbours(Router(*odd), [])
    assert [neighbour.management_address for neighbour in found] == ["", "", ""]
    assert {neighbour.local_name for neighbour in found} == {"2"}
