from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from netpulse.bus import MAX_DETAIL_BYTES, entries
from netpulse.events import Meta, Recorded

from tests.support.clock import NOON


def a_record(
    seq: int, *, organization: int = 1, type_name: str = "AlertOpened.v1", size: int = 0
) -> Recorded:
    meta = Meta(
        event_id=UUID(int=seq),
        occurred_at=NOON,
        correlation_id="c",
        organization_id=UUID(int=organization),
        seq=seq,
    )
    return Recorded(meta=meta, type=type_name, source="netpulse.alerts", data={"x": "é" * size})


def facts_in(entry: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(entry["Detail"])["facts"]
    return found


def test_a_burst_of_one_organisation_and_type_is_one_entry() -> None:
    [entry] = entries([a_record(seq) for seq in range(1, 101)])
    assert (entry["Source"], entry["DetailType"]) == ("netpulse.alerts", "AlertOpened.v1")
    assert [fact["meta"]["seq"] for fact in facts_in(entry)] == list(range(1, 101))


def test_organisations_never_share_an_entry() -> None:
    found = list(entries([a_record(1), a_record(1, organization=2), a_record(2)]))
    assert [len(facts_in(entry)) for entry in found] == [1, 1, 1]


def test_no_entry_is_larger_than_the_bus_takes() -> None:
    found = list(entries([a_record(seq, size=5_000) for seq in range(50)]))
    assert len(found) > 1
    assert all(len(entry["Detail"].encode()) <= MAX_DETAIL_BYTES + 100 for entry in found)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.sampled_from(["A.v1", "B.v1"]), st.integers(0, 30_000)),
        max_size=30,
    )
)
def test_every_fact_travels_once_and_in_order(facts: list[tuple[int, str, int]]) -> None:
    records = [
        a_record(seq, organization=organization, type_name=type_name, size=size)
        for seq, (organization, type_name, size) in enumerate(facts)
    ]
    told = [
        (fact["meta"]["seq"], entry["DetailType"])
        for entry in entries(records)
        for fact in facts_in(entry)
    ]
    assert told == [(record.meta.seq, record.type) for record in records]
