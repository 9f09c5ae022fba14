"""Alerts of other systems, with Alertmanager's meaning of their times and of the same alert.

An alert is its labels. One that comes without an end is over five minutes after it came last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

RESOLVE_TIMEOUT = timedelta(minutes=5)
EXTERNAL = "external"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_SAID = ("summary", "description", "message")
_LONGEST = 500
# FNV-1a, 64 bit: how Prometheus numbers label sets
_OFFSET, _PRIME, _MASK = 14695981039346656037, 1099511628211, (1 << 64) - 1


class PostedError(ValueError):
    """A posted alert cannot be taken."""


@dataclass(frozen=True, kw_only=True, slots=True)
class External:
    """What another system said of an alert."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    generator_url: str = ""
    ends_at: datetime
    # the end was not said: it is our own guess
    timed_out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """An alert as it was posted, read."""

    external: External
    starts_at: datetime

    @property
    def key(self) -> str:
        """What makes it the same alert: its labels."""
        return f"{EXTERNAL}:{fingerprint_of(self.external.labels)}"


def read_posted(
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
    generator_url: str,
    now: datetime,
) -> Posted:
    """Return a posted alert with the times it did not say; raise PostedError."""
    kept = {name: value for name, value in labels.items() if value}
    if not kept:
        raise PostedError("at least one label pair required")
    for name in (*kept, *annotations):
        if not _NAME.fullmatch(name):
            raise PostedError(f"invalid label set: invalid name {name[:100]!r}")
    begin = starts_at or (min(now, ends_at) if ends_at else now)
    if ends_at is not None and ends_at < begin:
        raise PostedError("start time must be before end time")
    return Posted(
        external=External(
            labels=kept,
            annotations={name: value for name, value in annotations.items() if value},
            generator_url=generator_url,
            ends_at=ends_at or now + RESOLVE_TIMEOUT,
            timed_out=ends_at is None,
        ),
        starts_at=begin,
    )


def merged(known: External, new: External, *, now: datetime) -> External:
    """Return what is said of an alert that was posted again, the newer word with the right end."""
    ends_at = new.ends_at
    if new.ends_at <= now:
        # over by both: the later end that was said
        if known.ends_at <= now:
            ends_at = max(known.ends_at, new.ends_at)
    elif known.ends_at > new.ends_at and not known.timed_out:
        ends_at = known.ends_at
    return replace(new, ends_at=ends_at)


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """Return the number Prometheus gives a label set, in 16 hexadecimal digits."""
    number = _OFFSET
    for name in sorted(labels):
        for byte in (*name.encode(), 255, *labels[name].encode(), 255):
            number = (number ^ byte) * _PRIME & _MASK
    return f"{number:016x}"


def message_of(external: External) -> str:
    """Return one line that says what another system's alert is about."""
    name = external.labels.get("alertname", "alert")
    said = next((external.annotations[each] for each in _SAID if each in external.annotations), "")
    where = external.labels.get("instance", "")
    line = " ".join(said.split()) or (f"{name} on {where}" if where else name)
    return line[:_LONGEST]
