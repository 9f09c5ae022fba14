from __future__ import annotations

import tomllib

import pytest

from pollers.catalogue import blocks_for, enterprise_of, mib_blocks
from pollers.domain.measure import Cell, Measure, cell_of, fill
from pollers.domain.mib import blocks_of

BASE = "1.3.6.1.4.1.99999.1.1"
TABLE = """
[[block]]
table = "1.3.6.1.4.1.99999.1.1"
label = "{2|entPhysicalName} {index@0}"
unless = { "5" = [2, "~^gone"] }
read = [
    { class = "temperature", value = 3, scale = 0.1, high_critical = 4 },
    { class = "state", value = 6, name = "fan", states = { 1 = "ok" } },
]
[[block]]
group = "1.3.6.1.4.1.99999.2"
read = [{ class = "memory", label = "pool", total = 1, free = "2.1", bytes = 1024 }]
"""


def test_a_table_and_a_group_are_read_as_they_are_written() -> None:
    table, group = blocks_of(tomllib.loads(TABLE))
    temperature, state = table.measures
    assert temperature.value == Cell(f"{BASE}.3")
    assert temperature.value.at((7, 1)) == f"{BASE}.3.7.1"
    assert temperature.limits["high_critical"].at((7, 1)) == f"{BASE}.4.7.1"
    assert state.label == "{2|entPhysicalName} {index@0} fan"
    [pool] = group.measures
    assert [cell.at(()) for cell in pool.numbers] == [
        "1.3.6.1.4.1.99999.2.1.0",
        "1.3.6.1.4.1.99999.2.2.1.0",
    ]


@pytest.mark.parametrize(
    ("text", "index", "instance"),
    [
        ("5", (1, 2), f"{BASE}.5.1.2"),
        ("5@0", (1, 2), f"{BASE}.5.1"),
        ("5@1:", (1, 2, 3), f"{BASE}.5.2.3"),
        ("5@-1:", (1, 2, 3), f"{BASE}.5.3"),
        (".9.0", (1, 2), f"{BASE}.9.0"),
        ("ifName@0", (12, 1), "1.3.6.1.2.1.31.1.1.1.1.12"),
        ("1.3.6.1.2.1.1.5.0", (4,), "1.3.6.1.2.1.1.5.0"),
    ],
)
def test_a_cell_is_named_by_column_by_part_of_the_index_or_in_full(
    text: str, index: tuple[int, ...], instance: str
) -> None:
    assert cell_of(text, BASE).at(index) == instance


def test_of_alternatives_a_label_takes_the_first_that_says_something() -> None:
    texts = {f"{BASE}.2.7.1": "", "1.3.6.1.2.1.47.1.1.1.1.7.7.1": "PSU  1"}
    assert fill("{2|entPhysicalName} of {index@0}", BASE, (7, 1), texts) == "PSU 1 of 7"


@pytest.mark.parametrize(
    ("value", "holds"), [("1", True), ("2", False), ("gone away", False), ("", True)]
)
def test_a_row_counts_unless_its_cell_holds_one_of_the_values(value: str, holds: bool) -> None:
    table, _ = blocks_of(tomllib.loads(TABLE))
    [condition] = table.measures[0].conditions
    assert condition.holds(value) is holds


@pytest.mark.parametrize(
    "entry",
    [
        '{ class = "colour", value = 1 }',
        '{ class = "temperature", value = 1, sacle = 0.1 }',
        '{ class = "temperature", value = "sysNaem" }',
    ],
)
def test_a_slip_of_the_pen_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"no such|unknown"):
        blocks_of(tomllib.loads(f'[[block]]\ntable = "{BASE}"\nread = [{entry}]'))


def test_every_mib_that_ships_can_be_read() -> None:
    blocks = mib_blocks()
    assert len(blocks) > 200
    assert all(block.measures for block in blocks)


def test_a_device_is_asked_for_its_makers_mibs_and_the_standard_ones() -> None:
    asked = {enterprise_of(block.base) for block in blocks_for("1.3.6.1.4.1.318.1.3.2.7")}
    assert asked == {"", "318", "2021"}


def test_an_agent_that_says_it_is_net_snmp_may_be_anybodys() -> None:
    assert len(blocks_for("1.3.6.1.4.1.8072.3.2.10")) == len(mib_blocks())


def test_a_devices_word_for_a_store_is_taken_as_it_is_or_by_a_pattern() -> None:
    types = (cell_of("2", BASE), {"3": "ram", "~^/dev": "disk"})
    measure = Measure("memory", "", types=types)
    words = ("3", "/DEV/sda", "swap", "")
    assert [measure.type_of(word) for word in words] == ["ram", "disk", "", ""]
    assert Measure("memory", "").type_of("3") == ""
