"""Facts as they are told: one message a fact, one short delta a run of status changes.

Every message covers the numbers from `from_seq` (or `seq`, when it is absent) to `seq`. What the
listener may not see is covered by the message after it, so a gap in the numbers always means that
something was missed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from functions.realtime.domain.topics import Topic

Message = dict[str, Any]
# API Gateway meters pushes by 32 KB and cuts larger frames in pieces.
MAX_FRAME_BYTES = 32_000
_FRAME_OVERHEAD = len('{"messages":[]}')
_DEVICES_A_DELTA = 400


@dataclass(frozen=True)
class StatusChange:
    """A device's new status, as short as it can be said."""

    number: int
    status: str
    since: datetime


@dataclass(frozen=True)
class Told:
    """A fact of an organisation as listeners hear of it; without a topic nobody does."""

    seq: int
    type: str
    at: str
    topic: Topic | None
    data: dict[str, Any]
    change: StatusChange | None = None


def messages(facts: Iterable[Told], topics: Collection[Topic]) -> list[Message]:
    """Return what a listener to `topics` is told of these facts, in order; often nothing."""
    by_seq = {fact.seq: fact for fact in facts}
    ordered = [by_seq[seq] for seq in sorted(by_seq)]
    told = [
        message for stretch in _stretches(ordered) for message in _stretch_told(stretch, topics)
    ]
    return told if any(message["type"] != "skip" for message in told) else []


def frames(told: Sequence[Message]) -> list[str]:
    """Return the messages as the fewest frames that fit the socket, in order."""
    found: list[str] = []
    part: list[str] = []
    size = _FRAME_OVERHEAD
    for text in map(_text, told):
        length = len(text) + 1  # json.dumps writes ASCII: characters are bytes
        if part and size + length > MAX_FRAME_BYTES:
            found.append(_frame(part))
            part, size = [], _FRAME_OVERHEAD
        part.append(text)
        size += length
    if part:
        found.append(_frame(part))
    return found


def _frame(texts: Sequence[str]) -> str:
    return f'{{"messages":[{",".join(texts)}]}}'


def _text(message: Message) -> str:
    text = json.dumps(message, separators=(",", ":"))
    if len(text) + _FRAME_OVERHEAD <= MAX_FRAME_BYTES:
        return text
    # too long for a frame: the listener fetches it by its number
    return json.dumps({**message, "data": None, "omitted": True}, separators=(",", ":"))


def _stretches(facts: Iterable[Told]) -> Iterator[list[Told]]:
    """Yield runs of facts whose numbers follow each other."""
    stretch: list[Told] = []
    for fact in facts:
        if stretch and fact.seq != stretch[-1].seq + 1:
            yield stretch
            stretch = []
        stretch.append(fact)
    if stretch:
        yield stretch


def _stretch_told(stretch: Sequence[Told], topics: Collection[Topic]) -> Iterator[Message]:
    first = stretch[0].seq
    run: dict[int, StatusChange] = {}
    last = first - 1
    for fact in stretch:
        if fact.topic not in topics:
            continue
        if run and (fact.change is None or len(run) == _DEVICES_A_DELTA):
            yield _delta(first, last, run)
            first, run = last + 1, {}
        if fact.change is None:
            yield _message(first, fact)
            first = fact.seq + 1
        else:
            # the newest status of a device is all that matters; keep the order of changes
            run.pop(fact.change.number, None)
            run[fact.change.number] = fact.change
        last = fact.seq
    if run:
        yield _delta(first, last, run)
        first = last + 1
    end = stretch[-1].seq
    if first <= end:
        yield _numbered("skip", first, end)


def _message(first: int, fact: Told) -> Message:
    return {**_numbered(fact.type, first, fact.seq), "at": fact.at, "data": fact.data}


def _delta(first: int, last: int, run: dict[int, StatusChange]) -> Message:
    devices = [[c.number, c.status, int(c.since.timestamp())] for c in run.values()]
    return {"type": "status", "seq": last, "from_seq": first, "devices": devices}


def _numbered(type_name: str, first: int, last: int) -> Message:
    numbers = {"seq": last} if first == last else {"seq": last, "from_seq": first}
    return {"type": type_name, **numbers}
