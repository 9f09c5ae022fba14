from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from pollers.catalogue import blocks_for, profiles
from pollers.snmp import mibs
from pollers.snmp.collector import SnmpCollector, SnmpMemory
from pollers.snmp.message import Value
from pollers.snmp.session import Table

NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats()
VALUES = st.none() | NUMBERS | st.binary(max_size=30) | st.sampled_from(["1.3.6.1.4.1.9.1.1", ""])
OBJECT_IDS = ["1.3.6.1.4.1.9.1.1", "1.3.6.1.4.1.2636.1.1.1.2.82", "1.3.6.1.4.1.8072.3.2.10"]


class Liar:
    """A session whose agent has every object, each with whatever value comes along."""

    def __init__(self, draw: st.DataObject, object_id: str) -> None:
        self._data = draw
        self._object_id = object_id

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        got: dict[bytes, Value] = {}
        cells = self._data.draw(st.lists(VALUES, min_size=1, max_size=6))
        for number, oid in enumerate(oids):
            value = cells[number % len(cells)]
            if value is not None:
                got[oid] = value
        if mibs.SYS_OBJECT_ID in got:
            got[mibs.SYS_OBJECT_ID] = self._object_id
        return got

    async def table(self, columns: Iterable[bytes]) -> Table:
        cells = self._data.draw(st.lists(VALUES, min_size=1, max_size=6))
        rows = self._data.draw(st.integers(0, 4))
        return {
            column: {(index,): cells[(number + index) % len(cells)] for index in range(rows)}
            for number, column in enumerate(columns)
        }

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        return {root for root in roots if self._data.draw(st.integers(0, 15)) == 0}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), object_id=st.sampled_from(OBJECT_IDS))
async def test_no_value_whatever_costs_a_device_its_cycle(
    data: st.DataObject, object_id: str
) -> None:
    collector, memory = SnmpCollector(profiles(), blocks_for), SnmpMemory()
    session = Liar(data, object_id)
    for _ in range(2):
        collection = await collector.collect(session, memory)
        assert all(isfinite(sample.value) for sample in collection.samples)
        assert all(len(sample.metric) <= 50 for sample in collection.samples)
