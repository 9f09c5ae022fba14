"""Who hangs on whom: is a device down itself, or is the way to it cut?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from netpulse.ids import DeviceId

from functions.alerts.domain.device import Standing, Verdict

# A burst lasts some seconds: an answer this much later than a failure was given after it.
_MARGIN = timedelta(seconds=5)
# What hangs on a device that has just returned may need a moment to be reached again.
_GRACE = timedelta(seconds=30)


class Way(StrEnum):
    """What is known of the ways from the poller to a device."""

    OPEN = "open"  # on one way at least, all are known to have answered since the failure
    CUT = "cut"  # each way crosses a device that is down
    UNSURE = "unsure"
    LIKELY_CUT = "likely_cut"  # each way crosses a device that is down or whose last probe failed


Parents = Mapping[DeviceId, Iterable[DeviceId]]
Standings = Callable[[DeviceId], Standing | None]


def way_to(device_id: DeviceId, parents: Parents, standing_of: Standings) -> Way:
    """Return what is known of the ways to a device that does not answer.

    A parent of which nothing is known because it is not polled bars no way.
    """
    suspect = standing_of(device_id) or Standing()

    def confirmed(standing: Standing | None) -> bool:
        return standing is None or _answered_since(standing, suspect)

    def possible(standing: Standing | None) -> bool:
        return standing is None or not standing.status.is_down

    def likely(standing: Standing | None) -> bool:
        return possible(standing) and (standing is None or standing.verdict is not Verdict.DOWN)

    def is_passable(passes: Callable[[Standing | None], bool]) -> bool:
        return _has_way(device_id, parents, lambda each: passes(standing_of(each)))

    if is_passable(confirmed):
        return Way.OPEN
    if not is_passable(possible):
        # Parents in a circle lead nowhere: whoever hangs on them must not be silent for ever.
        return Way.CUT if is_passable(lambda _: True) else Way.OPEN
    return Way.UNSURE if is_passable(likely) else Way.LIKELY_CUT


def root_of(device_id: DeviceId, parents: Parents, standing_of: Standings) -> DeviceId:
    """Return the device whose failure explains that one is down: itself, if a way to it is open.

    Of several that bar the ways together it is the one that failed first.
    """

    def is_open(each: DeviceId) -> bool:
        standing = standing_of(each)
        if standing is None:
            return True
        return not standing.status.is_down and standing.verdict is not Verdict.DOWN

    if _has_way(device_id, parents, is_open):
        return device_id
    barring = _barring(device_id, parents, is_open)

    def failed_first(each: DeviceId) -> tuple[float, str]:
        standing = standing_of(each) or Standing()
        since = standing.failing_since or standing.since
        return (since.timestamp() if since else 0.0, str(each))

    return min(barring, key=failed_first, default=device_id)


def _barring(
    device_id: DeviceId, parents: Parents, is_open: Callable[[DeviceId], bool]
) -> list[DeviceId]:
    """Return the dead devices that are met first on the ways up and can be reached themselves."""
    barring = []
    seen, waiting = {device_id}, [device_id]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent in seen:
                continue
            seen.add(parent)
            if not is_open(parent) and _has_way(parent, parents, is_open):
                # what is above it bars no way: it could be reached
                barring.append(parent)
            else:
                waiting.append(parent)
    return barring


def ancestors(device_id: DeviceId, parents: Parents) -> list[DeviceId]:
    """Return all that a device hangs on, the nearest first."""
    seen = {device_id: None}
    waiting = deque([device_id])
    while waiting:
        for parent in parents.get(waiting.popleft(), ()):
            if parent not in seen:
                seen[parent] = None
                waiting.append(parent)
    return list(seen)[1:]


def cut_off(
    roots: Iterable[DeviceId], parents: Parents, *, below: Iterable[DeviceId]
) -> dict[DeviceId, int]:
    """Return how many of the devices below some roots have no way that avoids them, by root."""
    dead = set(roots)
    counts = dict.fromkeys(dead, 0)
    for root in cut_off_by(dead, parents, below=below).values():
        counts[root] += 1
    return counts


def cut_off_by(
    roots: Iterable[DeviceId], parents: Parents, *, below: Iterable[DeviceId]
) -> dict[DeviceId, DeviceId]:
    """Return the devices below some roots that have no way that avoids them, each with its root."""
    dead = set(roots)
    # what is cut off, with the root it is counted for
    lost: dict[DeviceId, DeviceId] = {root: root for root in dead}
    for device_id in parents_first(below, parents):
        above = list(parents.get(device_id, ()))
        if device_id not in lost and above and all(each in lost for each in above):
            lost[device_id] = min((lost[each] for each in above), key=str)
    return {device_id: root for device_id, root in lost.items() if device_id not in dead}


def _answered_since(parent: Standing, suspect: Standing) -> bool:
    """Return whether a parent answered after the suspect failed, and had done so before."""
    failed_at, seen_at = suspect.failing_since, suspect.slot_at
    if not parent.status.is_up or parent.verdict is Verdict.DOWN or parent.slot_at is None:
        return False
    was_there = parent.since is None or seen_at is None or parent.since + _GRACE <= seen_at
    return was_there and (failed_at is None or parent.slot_at >= failed_at + _MARGIN)


def _has_way(device_id: DeviceId, parents: Parents, passes: Callable[[DeviceId], bool]) -> bool:
    """Return whether some chain of parents, all of which pass, ends at one without parents."""
    seen: set[DeviceId] = {device_id}
    waiting = [device_id]
    while waiting:
        above = list(parents.get(waiting.pop(), ()))
        if not above:
            return True
        for parent in above:
            if parent not in seen and passes(parent):
                seen.add(parent)
                waiting.append(parent)
    return False


def parents_first(device_ids: Iterable[DeviceId], parents: Parents) -> list[DeviceId]:
    """Return the devices so that each comes after all of its ancestors."""
    wanted = list(dict.fromkeys(device_ids))
    depths: dict[DeviceId, int] = {}
    for device_id in wanted:
        _measure(device_id, parents, depths)
    return sorted(wanted, key=lambda each: depths[each])


def _measure(device_id: DeviceId, parents: Parents, depths: dict[DeviceId, int]) -> None:
    """Note how deep a device and its ancestors stand (no recursion: chains may be long)."""
    stack, under_way = [device_id], set[DeviceId]()
    while stack:
        current = stack[-1]
        missing = [p for p in parents.get(current, ()) if p not in depths and p not in under_way]
        if current not in depths and missing and current not in under_way:
            under_way.add(current)
            stack += missing
            continue
        stack.pop()
        depths.setdefault(
            current, 1 + max((depths.get(p, 0) for p in parents.get(current, ())), default=0)
        )
