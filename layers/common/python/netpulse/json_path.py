"""Where a value stands in a JSON document: `data.sensors[0].value`, `ports[name=eth0].speed`.

A path is walked once, step by step: it can neither loop nor search, so it costs what it is long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

MAX_STEPS = 32
_STEP = re.compile(
    r"""(?:^|\.)(?P<name>[^.\[\]"=\s]+)
      | \[(?P<place>-?\d{1,6})\]
      | \["(?P<quoted>[^"]{1,200})"\]
      | \[(?P<key>[^\[\]"=\s]{1,100})=(?P<wanted>[^\[\]]{1,200})\]""",
    re.VERBOSE,
)


class NotAPathError(ValueError):
    """The text is no path into a JSON document."""


@dataclass(frozen=True, slots=True)
class Pick:
    """The first object of a list whose member has this value, as text."""

    key: str
    wanted: str


Step = str | int | Pick


class _Missing:
    """Says that a path leads nowhere, for null is a value."""


MISSING: Final = _Missing()


def parse_path(text: str) -> tuple[Step, ...]:
    """Return the steps of a path; a leading `$` is the document itself. Raises NotAPathError."""
    rest = text.strip().removeprefix("$")
    if rest.startswith("."):
        rest = rest[1:]
    steps: list[Step] = []
    position = 0
    while position < len(rest):
        found = _STEP.match(rest, position)
        if found is None or (position and found["name"] and rest[position] != "."):
            raise NotAPathError(f"not understood from {rest[position : position + 20]!r} on")
        steps.append(_step(found))
        position = found.end()
    if not steps or len(steps) > MAX_STEPS:
        raise NotAPathError(f"a path has 1 to {MAX_STEPS} steps")
    return tuple(steps)


def _step(found: re.Match[str]) -> Step:
    if found["place"] is not None:
        return int(found["place"])
    if found["key"] is not None:
        return Pick(found["key"], found["wanted"].strip('"'))
    return found["name"] or found["quoted"]


def find_at(document: Any, steps: tuple[Step, ...]) -> Any:
    """Return what stands at a path, MISSING where it leads nowhere."""
    here = document
    for step in steps:
        here = _one(here, step)
        if here is MISSING:
            return MISSING
    return here


def _one(here: Any, step: Step) -> Any:
    if isinstance(step, Pick):
        rows = here if isinstance(here, list) else []
        return next(
            (r for r in rows if isinstance(r, dict) and text_of(r.get(step.key)) == step.wanted),
            MISSING,
        )
    if isinstance(here, dict):
        return here.get(str(step), MISSING)
    if isinstance(here, list) and isinstance(step, int) and -len(here) <= step < len(here):
        return here[step]
    return MISSING


def text_of(value: Any) -> str:
    """Return a JSON value as people write it: true, null, 1.5, words without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
