"""The same alerts, silences and inhibitions: what Alertmanager tells and what our groups do."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.ids import SilenceId

from functions.alerts.domain.matchers import Matcher, Operator, all_match
from functions.alerts.domain.muting import Inhibition, Silence
from functions.notify.domain.grouping import Group, Grouping, Member, flushed, joined
from tests.support.alertmanager import (
    MISSING,
    Alertmanager,
    Labels,
    Message,
    configuration,
    is_installed,
    running_alertmanager,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not is_installed(), reason=MISSING)

# All at once, each a timeline of its own: the clock on the wall is what this takes.
TIMELINES = 40
STEPS = 12
STEP = timedelta(seconds=2)
STEP_S = STEP.total_seconds()
# What happens happens at whole steps, and groups speak half a step later: their clock and ours may
# differ by that.
GROUPING = Grouping(
    group_by=("timeline", "team"),
    group_wait=1.5 * STEP,
    group_interval=STEP,
    repeat_interval=3.5 * STEP,
)
_LATE = 0.4
INHIBITION = Inhibition(
    id=uuid4(),
    name="down explains slow",
    source=(Matcher("alertname", Operator.EQUAL, "Down"),),
    target=(Matcher("alertname", Operator.EQUAL, "Slow"),),
    equal=("timeline", "device"),
)
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Word:
    """An alert that begins to fire, or is over."""

    labels: Labels
    fires: bool


@dataclass(frozen=True)
class Quiet:
    """A silence from now on."""

    timeline: str
    device: str
    steps: int


Timeline = dict[int, list[Word | Quiet]]


def a_timeline(name: str, chance: random.Random) -> Timeline:
    """Return what happens in which step; the same may be said twice."""
    alerts = [
        frozenset(
            {
                ("alertname", alertname),
                ("device", device),
                ("team", team),
                ("timeline", name),
            }
        )
        for alertname in ("Down", "Slow", "Lossy")
        for device, team in (("core", "net"), ("edge", "net"), ("ups", "power"))
    ]
    known = chance.sample(alerts, chance.randint(1, 6))
    firing: set[Labels] = set()
    found: Timeline = defaultdict(list)
    for step in range(STEPS - 2):
        for labels in chance.sample(known, chance.choice((0, 0, 1, 1, len(known)))):
            fires = chance.random() < (0.2 if labels in firing else 0.7)
            found[step].append(Word(labels, fires=fires))
            (firing.add if fires else firing.discard)(labels)
        if chance.random() < 0.12:
            device = chance.choice(("core", "edge", "ups"))
            found[step].append(Quiet(name, device, chance.randint(1, 5)))
    return found


def theirs(alertmanager: Alertmanager, timelines: list[Timeline]) -> dict[Labels, list[Message]]:
    """Let Alertmanager live through the timelines, and return what it said."""
    began = time.monotonic()
    for step in range(STEPS):
        time.sleep(max(0.0, began + step * STEP_S - time.monotonic()))
        now = datetime.now(UTC)
        happens = [each for timeline in timelines for each in timeline.get(step, [])]
        alerts = [_alert(each, now) for each in happens if isinstance(each, Word)]
        if alerts:
            alertmanager.post("alerts", alerts)
        for each in happens:
            if isinstance(each, Quiet):
                alertmanager.post("silences", _silence(each, now))
        _skip_if_late(time.monotonic() - began - step * STEP_S)
    # until just before the next tick
    time.sleep(began + (STEPS + 0.25) * STEP_S - time.monotonic())
    for heard_at in alertmanager.heard_at:
        _skip_if_late((heard_at - began - STEP_S / 2) % STEP_S)
    return alertmanager.said


def _skip_if_late(late_s: float) -> None:
    if late_s > _LATE * STEP_S:
        pytest.skip("this machine is too busy to tell one step from the next")


def _alert(word: Word, now: datetime) -> dict[str, object]:
    end = now + timedelta(hours=1) if word.fires else now - timedelta(milliseconds=5)
    start = {"startsAt": now.isoformat()} if word.fires else {}
    return {"labels": dict(word.labels), **start, "endsAt": end.isoformat()}


def _silence(quiet: Quiet, now: datetime) -> dict[str, object]:
    return {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            for name, value in (("timeline", quiet.timeline), ("device", quiet.device))
        ],
        "startsAt": now.isoformat(),
        "endsAt": (now + quiet.steps * STEP).isoformat(),
        "createdBy": "us",
        "comment": "a test",
    }


def ours(timeline: Timeline) -> dict[Labels, list[Message]]:
    """Live through a timeline with our own domain, and return what its groups say."""
    groups: dict[Labels, Group] = defaultdict(Group)
    silences: list[Silence] = []
    firing: set[Labels] = set()
    said: dict[Labels, list[Message]] = defaultdict(list)
    labels_of: dict[str, Labels] = {}
    for step in range(STEPS):
        now = START + step * STEP
        for each in timeline.get(step, []):
            if isinstance(each, Quiet):
                silences.append(_our_silence(each, now))
                continue
            (firing.add if each.fires else firing.discard)(each.labels)
            group = frozenset(GROUPING.labels(dict(each.labels)).items())
            key = str(sorted(each.labels))
            labels_of[key] = each.labels
            member = Member(key=key, is_resolved=not each.fires)
            groups[group] = joined(groups[group], key, member, grouping=GROUPING, now=now)
        tick = now + STEP / 2
        for group, known in groups.items():
            if not known.members or not _ticks(known, tick):
                continue
            members = {
                key: replace(each, is_muted=_is_muted(labels_of[key], firing, silences, tick))
                for key, each in known.members.items()
            }
            done = flushed(replace(known, members=members), grouping=GROUPING, now=tick)
            groups[group] = done.after
            if done.why:
                told = [
                    frozenset(labels_of[key] for key in keys)
                    for keys in (done.firing, done.resolved)
                ]
                said[group].append(Message(*told))
    return said


def _ticks(group: Group, now: datetime) -> bool:
    # silences end without a word to the group: here it is looked at each time
    if group.flushed_at is not None:
        return not (now - group.flushed_at) % GROUPING.group_interval
    return group.due_at is not None and group.due_at <= now


def _our_silence(quiet: Quiet, now: datetime) -> Silence:
    return Silence(
        id=SilenceId(uuid4()),
        matchers=(
            Matcher("timeline", Operator.EQUAL, quiet.timeline),
            Matcher("device", Operator.EQUAL, quiet.device),
        ),
        starts_at=now,
        ends_at=now + quiet.steps * STEP,
    )


def _is_muted(labels: Labels, firing: set[Labels], silences: list[Silence], now: datetime) -> bool:
    own = dict(labels)
    if any(each.is_active(now) and all_match(each.matchers, own) for each in silences):
        return True
    return INHIBITION.holds(own, [dict(each) for each in firing])


def test_random_timelines_give_the_same_messages_from_both(tmp_path: Path) -> None:
    chance = random.Random(random.getrandbits(32))
    timelines = [a_timeline(str(number), chance) for number in range(TIMELINES)]
    config = configuration(
        group_by=GROUPING.group_by,
        wait="3s",
        interval="2s",
        repeat="7s",
        inhibit={
            "source_matchers": ['alertname="Down"'],
            "target_matchers": ['alertname="Slow"'],
            "equal": list(INHIBITION.equal),
        },
    )
    with running_alertmanager(tmp_path, config) as alertmanager:
        found = dict(theirs(alertmanager, timelines))
    expected = {group: said for each in timelines for group, said in ours(each).items()}
    assert sum(map(len, expected.values())) > TIMELINES
    assert found.keys() == expected.keys()
    for group, said in expected.items():
        assert found[group] == said, sorted(group)
