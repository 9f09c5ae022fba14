"""What travels on the bus: each event's shape is pinned by a file that changes only on purpose.

A new optional field is added to the file. Anything else needs a new version beside the old one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from netpulse.bus import entries
from netpulse.consumer import facts_of
from netpulse.events import BY_NAME, FACTS, Fact, Meta, Recorded

from tests.support.facts import AT, an_example

FOLDER = Path(__file__).parent / "events"
META = Meta(
    event_id=UUID(int=0xE),
    occurred_at=AT,
    correlation_id="req_1",
    causation_id=str(UUID(int=0xF)),
    organization_id=UUID(int=0xA),
    seq=17,
)
_names = pytest.mark.parametrize("name", sorted(BY_NAME))


def golden(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return found


def as_sent(fact: Fact) -> dict[str, Any]:
    record = Recorded(
        meta=META, type=fact.type_name(), source=fact.source(), data=fact.model_dump(mode="json")
    )
    [entry] = entries([record])
    return {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }


def test_every_version_that_was_ever_sent_still_has_a_class() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(BY_NAME)
    assert len(BY_NAME) == len(FACTS)


@_names
def test_an_event_is_sent_as_its_file_says(name: str) -> None:
    assert as_sent(an_example(BY_NAME[name])) == golden(name)


@_names
def test_an_event_is_read_back_as_it_was_said(name: str) -> None:
    [heard] = facts_of(golden(name))
    assert heard.meta == META
    assert heard.type == name
    assert heard.read(BY_NAME[name]) == an_example(BY_NAME[name])


@_names
def test_a_reader_ignores_what_it_does_not_know(name: str) -> None:
    event = golden(name)
    event["detail"]["facts"][0]["data"]["added_later"] = {"any": "thing"}
    event["detail"]["facts"][0]["meta"]["added_later"] = 1
    [heard] = facts_of(event)
    assert heard.read(BY_NAME[name]) == an_example(BY_NAME[name])


@_names
def test_an_event_without_its_optional_fields_can_be_read(name: str) -> None:
    event = golden(name)
    data = event["detail"]["facts"][0]["data"]
    fact = BY_NAME[name]
    for field, about in fact.model_fields.items():
        if not about.is_required():
            del data[field]
    assert facts_of(event)[0].read(fact)
