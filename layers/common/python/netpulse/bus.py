"""The bus: facts go out in bursts, one EventBridge entry an organisation and type."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from netpulse import aws
from netpulse.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpulse.events import Recorded

# EventBridge takes 256 KB an entry and a call, envelope included.
MAX_DETAIL_BYTES = 200_000
_MAX_ENTRIES = 10


class Bus(Protocol):
    """Where facts are published."""

    def publish(self, records: Sequence[Recorded]) -> None:
        """Publish facts in order; raise UnavailableError if any was not taken."""
        ...


def wire(record: Recorded) -> dict[str, Any]:
    """Return a fact as it stands in an event's `facts`: `{meta, data}`."""
    return {"meta": record.meta.model_dump(mode="json"), "data": record.data}


def entries(records: Sequence[Recorded]) -> Iterator[dict[str, str]]:
    """Yield EventBridge entries: neighbours of an organisation and type share one, to 200 KB."""

    def kind(record: Recorded) -> tuple[str, str, str]:
        return str(record.meta.organization_id), record.source, record.type

    for (_, source, type_name), burst in groupby(records, key=kind):
        for facts in _parts(json.dumps(wire(record)) for record in burst):
            detail = f'{{"facts":[{",".join(facts)}]}}'
            yield {"Source": source, "DetailType": type_name, "Detail": detail}


def _parts(facts: Iterator[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for fact in facts:
        length = len(fact.encode()) + 1
        if part and size + length > MAX_DETAIL_BYTES:
            yield part
            part, size = [], 0
        part.append(fact)
        size += length
    if part:
        yield part


def _calls(all_entries: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    call: list[dict[str, str]] = []
    size = 0
    for entry in all_entries:
        length = len(entry["Detail"].encode())
        if call and (len(call) == _MAX_ENTRIES or size + length > MAX_DETAIL_BYTES):
            yield call
            call, size = [], 0
        call.append(entry)
        size += length
    if call:
        yield call


class EventBridge:
    """The bus in AWS."""

    def __init__(self, bus_name: str) -> None:
        self._bus_name = bus_name

    def publish(self, records: Sequence[Recorded]) -> None:
        """Publish facts in order; raise UnavailableError if any was not taken."""
        for call in _calls(entries(records)):
            answer = aws.client("events").put_events(
                Entries=[{**entry, "EventBusName": self._bus_name} for entry in call]
            )
            # put_events answers 200 even when it took none
            if answer.get("FailedEntryCount"):
                raise UnavailableError("The event bus did not take every fact")
