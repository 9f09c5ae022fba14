"""A series: what is measured where, and where its values stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import translate
from re import compile as compiled
from uuid import UUID

# What is in between means nothing for these: 1.5 is no ifOperStatus.
_DISCRETE = frozenset({"status", "counter"})
RATE = "rate"


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a device: position `position` of the rows of its block."""

    id: int
    device_id: UUID
    device_number: int
    device_name: str
    tags: tuple[str, ...]
    interval_s: int
    entity: str
    metric: str
    unit: str
    kind: str
    block: int
    position: int

    @property
    def is_discrete(self) -> bool:
        """Whether the last value stands for a bucket better than the average."""
        return self.kind in _DISCRETE


@dataclass(frozen=True)
class Wanted:
    """Which series are asked for; an empty tuple is any.

    Metrics and entities are patterns of `*` and `?`. Devices, groups and tags narrow each other
    down, within each any of them will do.
    """

    metrics: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    device_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    tags: tuple[str, ...] = ()
    # words in the name of the device, the metric or the entity
    search: str = ""

    @property
    def plain_metrics(self) -> tuple[str, ...]:
        """The metrics, if none of them is a pattern: then an index finds them."""
        return () if any(map(is_pattern, self.metrics)) else self.metrics


def is_pattern(text: str) -> bool:
    """Return whether a text stands for more than itself."""
    return any(character in "*?[" for character in text)


def fitting(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Return the test whether a text fits any of these patterns; without patterns all do."""
    tests = [compiled(translate(pattern)) for pattern in patterns]
    return lambda text: not tests or any(test.match(text) for test in tests)


def like(pattern: str) -> str:
    """Return a pattern of `*` and `?` as SQL's LIKE writes it."""
    escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in pattern)
    return escaped.replace("*", "%").replace("?", "_")
