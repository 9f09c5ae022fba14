"""What is asked for of what was found on a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT_SORTS = (
    "index", "name", "alias", "oper_status", "speed_bps", "in_bps", "out_bps", "in_utilization",
    "out_utilization", "in_errors_per_s", "out_errors_per_s", "in_discards_per_s",
    "out_discards_per_s",
)  # fmt: skip
_MAX_KEYS = 3


@dataclass(frozen=True)
class FoundSort:
    """One field of an order; what has no value comes last."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class FoundFilter:
    """Which of a device's ports, sensors or storages are wanted; every filter must be met."""

    search: str = ""
    # of ports: ifOperStatus; of sensors their class, of storages their kind
    statuses: Sequence[int] = ()
    classes: Sequence[str] = ()
    removed: bool = False


def port_order(words: Sequence[str]) -> tuple[FoundSort, ...]:
    """Return the order that `name` or `-in_bps` means; raise ValueError."""
    if len(words) > _MAX_KEYS:
        raise ValueError(f"at most {_MAX_KEYS} fields")
    if unknown := [word for word in words if word.removeprefix("-") not in PORT_SORTS]:
        raise ValueError(f"{unknown[0]} is none of {', '.join(PORT_SORTS)}")
    return tuple(FoundSort(word.removeprefix("-"), word.startswith("-")) for word in words)
