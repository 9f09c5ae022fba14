from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.device import Interface
from pollers.domain.finding import fitting_ports
from pollers.snmp import mibs
from pollers.snmp.message import Value
from pollers.snmp.ports_table import read_interfaces, speed_of
from pollers.snmp.session import Table

COLUMNS = (
    mibs.IF_DESCR,
    mibs.IF_TYPE,
    mibs.IF_MTU,
    mibs.IF_SPEED,
    mibs.IF_PHYS_ADDRESS,
    mibs.IF_ADMIN_STATUS,
    mibs.IF_OPER_STATUS,
    mibs.IF_NAME,
    mibs.IF_HIGH_SPEED,
    mibs.IF_ALIAS,
    mibs.IF_HC_IN_OCTETS,
    mibs.IF_HC_OUT_OCTETS,
)
VALUES = st.none() | st.binary(max_size=40) | st.integers(-(2**63), 2**64) | st.text(max_size=20)


class Told:
    """A session whose agent says what it is told to."""

    def __init__(self, rows: dict[bytes, dict[int, Value]]) -> None:
        self._rows = rows

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        return {}

    async def table(self, columns: Iterable[bytes]) -> Table:
        return {
            column: {(index,): value for index, value in self._rows.get(column, {}).items()}
            for column in columns
        }

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        return set()


async def read(rows: dict[bytes, dict[int, Value]], **options: set[str]) -> list[Interface]:
    return list(await read_interfaces(Told(rows), **options))


PORTS: dict[bytes, dict[int, Value]] = {
    mibs.IF_DESCR: {1: b"Ethernet1", 2: b"Ethernet2", 3: b"lsi"},
    mibs.IF_TYPE: {1: 6, 2: 6, 3: 150},
    mibs.IF_OPER_STATUS: {1: 1, 2: 6, 3: 1},
    mibs.IF_NAME: {1: b"e1", 2: b"e2", 3: b"lsi", 9: b"ghost"},
}


async def test_a_place_without_its_hardware_is_no_interface() -> None:
    assert [port.name for port in await read(PORTS)] == ["e1", "lsi"]


async def test_an_interface_that_was_there_is_seen_to_be_gone() -> None:
    ports = await read(PORTS, known={"e1", "e2"})
    assert [(port.name, port.oper_status) for port in ports] == [("e1", 1), ("e2", 6), ("lsi", 1)]


async def test_the_systems_own_interfaces_are_left_out() -> None:
    assert [port.name for port in await read(PORTS, internal={"lsi"})] == ["e1"]


async def test_a_row_with_neither_description_nor_type_is_a_left_over() -> None:
    rows: dict[bytes, dict[int, Value]] = {
        **PORTS,
        mibs.IF_TYPE: {**PORTS[mibs.IF_TYPE], 4: 6},
        mibs.IF_MTU: {5: 1500},
    }
    assert [(port.name, port.descr) for port in await read(rows)] == [
        ("e1", "Ethernet1"),
        ("lsi", "lsi"),
        ("if4", "if4"),
    ]


async def test_an_agent_with_nothing_but_names_is_taken_by_them() -> None:
    assert [port.name for port in await read({mibs.IF_NAME: {1: b"wan", 2: b"lan"}})] == [
        "wan",
        "lan",
    ]


async def test_two_of_one_name_are_told_apart_by_their_index() -> None:
    ports = await read({mibs.IF_DESCR: {1: b"port", 2: b"port"}})
    assert [port.name for port in ports] == ["port#1", "port#2"]


@pytest.mark.parametrize(
    ("speed", "high_speed", "expected"),
    [
        (10**9, 1000, 10**9),
        (2**32 - 1, 40_000, 40 * 10**9),
        (1_544_000, 2, 1_544_000),
        (2**32 - 1, None, 2**32 - 1),
        (2**32 - 1, 0, None),
        (0, 0, 0),
        (None, None, None),
        (-1, None, None),
    ],
)
def test_a_speed_is_ifhighspeed_where_ifspeed_has_no_room(
    speed: int | None, high_speed: int | None, expected: int | None
) -> None:
    assert speed_of(speed, high_speed) == expected


@given(
    st.dictionaries(
        st.sampled_from(COLUMNS), st.dictionaries(st.integers(0, 2**32), VALUES, max_size=5)
    )
)
async def test_whatever_the_cells_hold_the_others_interfaces_are_read(
    rows: dict[bytes, dict[int, Value]],
) -> None:
    ports = await read(
        {
            column: {**rows.get(column, {}), 7: sound}
            for column, sound in ((mibs.IF_DESCR, b"sound"), (mibs.IF_TYPE, 6))
        }
        | {column: cells for column, cells in rows.items() if column not in PORTS}
    )
    kept, _ = fitting_ports(ports)
    assert 7 in {port.index for port in kept} | {
        port.index for port in ports if port.oper_status == 6
    }
