"""Series put together: by metric always, for units must not mix, and by what is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from functions.metrics.domain.series import Series

# What a group of those is called that have no tag, or are in no group.
NONE = ""


@dataclass(frozen=True)
class Group:
    """Series that become one curve: places in a list of series."""

    metric: str
    unit: str
    kind: str
    labels: tuple[tuple[str, str], ...]
    members: tuple[int, ...]


def grouped(
    series: Sequence[Series], keys: Sequence[str], groups: Mapping[UUID, Sequence[str]]
) -> list[Group]:
    """Return series in groups; one with several tags or groups is in the group of each."""
    found: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[int]] = defaultdict(list)
    for place, each in enumerate(series):
        for values in product(*(_values(each, key, groups) for key in keys)):
            labels = tuple(zip(keys, values, strict=True))
            found[(each.metric, each.unit, each.kind, labels)].append(place)
    return [Group(*key, tuple(members)) for key, members in sorted(found.items())]


def _values(series: Series, key: str, groups: Mapping[UUID, Sequence[str]]) -> Sequence[str]:
    match key:
        case "device":
            return (series.device_name,)
        case "entity":
            return (series.entity,)
        case "tag":
            return series.tags or (NONE,)
        case _:
            return groups.get(series.device_id, ()) or (NONE,)
