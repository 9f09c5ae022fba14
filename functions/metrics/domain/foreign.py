"""Series that a Prometheus writes here: what is taken, and where it stands.

A series is its labels. What one job and instance expose at one scrape has one timestamp, so it
shares rows of the store: a source is what a device is there, its series stand in blocks of 64.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.metrics.domain.promql.plan import NAME

BLOCK = 64
MAX_LABELS, MAX_NAME, MAX_VALUE = 64, 512, 2048
MAX_SAMPLES = 50_000
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
# What timestamptz can hold, far within: 1970 to 2200.
_LAST_MS = 7_258_118_400_000

Source = tuple[str, str]
Place = tuple[int, int, int]


@dataclass(frozen=True)
class Sent:
    """A series as it was sent: labels, and instants in ms with values."""

    labels: tuple[tuple[str, str], ...]
    samples: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Metadata:
    """What a metric is."""

    name: str
    type: str
    help: str
    unit: str


@dataclass(frozen=True)
class WriteRequest:
    """What one request brings."""

    series: Sequence[Sent]
    metadata: Sequence[Metadata]


@dataclass(frozen=True)
class Foreign:
    """A series that is taken: its labels but for the name, and what it is known by."""

    name: str
    labels: Mapping[str, str]
    fingerprint: bytes

    @property
    def source(self) -> Source:
        """The job and instance it comes from; empty where it has none."""
        return self.labels.get("job", ""), self.labels.get("instance", "")


@dataclass
class Accepted:
    """What of a request is taken, by series, and why the rest is not."""

    samples: dict[bytes, list[tuple[int, float]]] = field(default_factory=dict)
    series: dict[bytes, Foreign] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def fault_of(labels: Sequence[tuple[str, str]]) -> str | None:
    """Return what is wrong with a series' labels, or None."""
    names = [name for name, _ in labels]
    if len(names) > MAX_LABELS:
        return f"more than {MAX_LABELS} labels"
    if len(set(names)) != len(names):
        return "a label occurs twice"
    for name, value in labels:
        pattern, text = (_METRIC, value) if name == NAME else (_LABEL, name)
        if not pattern.fullmatch(text) or len(text) > MAX_NAME:
            return f"{text[:60]!r} is no name"
        if len(value) > MAX_VALUE or _NO_TEXT.search(value):
            return f"the value of {name} cannot be kept"
    return None if NAME in names else "the metric's name is missing"


def foreign(labels: Sequence[tuple[str, str]]) -> Foreign:
    """Return a series by its labels; one without a value is as good as none."""
    found = {name: value for name, value in labels if value}
    name = found.pop(NAME)
    text = json.dumps([name, sorted(found.items())], ensure_ascii=False, separators=(",", ":"))
    return Foreign(name, found, hashlib.sha256(text.encode()).digest())


def accepted(request: WriteRequest) -> Accepted:
    """Return what of a request can be taken: numbers with an instant, of well-named series.

    NaN is no value, stale markers among them: the store keeps what was measured.
    """
    taken = Accepted()
    for sent in request.series:
        fault = fault_of(sent.labels)
        if fault is None and any(not 0 <= at < _LAST_MS for at, _ in sent.samples):
            fault = "a timestamp is out of all range"
        if fault is not None:
            name = dict(sent.labels).get(NAME, "?")
            taken.refused.append(f"{name[:100]}: {fault}")
            continue
        one = foreign(sent.labels)
        taken.series[one.fingerprint] = one
        kept = [(at, value) for at, value in sent.samples if value == value]  # noqa: PLR0124  # what NaN is not
        taken.samples.setdefault(one.fingerprint, []).extend(kept)
    return taken


def next_places(used: int, count: int) -> list[tuple[int, int]]:
    """Return the blocks and positions of a source's next series, when so many have theirs."""
    return [(place // BLOCK, place % BLOCK + 1) for place in range(used, used + count)]


def rows_of(
    samples: Mapping[bytes, Iterable[tuple[int, float]]], places: Mapping[bytes, Place]
) -> dict[tuple[int, int, int], list[float]]:
    """Return values by source, block and instant (ms), each at its position, NaN between."""
    found: dict[tuple[int, int, int], dict[int, float]] = defaultdict(dict)
    for fingerprint, measured in samples.items():
        place = places.get(fingerprint)
        if place is None:
            continue
        source, block, position = place
        for at, value in measured:
            # what was there first stays, as in the store
            found[source, block, at].setdefault(position, value)
    return {
        key: [values.get(position, float("nan")) for position in range(1, max(values) + 1)]
        for key, values in found.items()
    }
