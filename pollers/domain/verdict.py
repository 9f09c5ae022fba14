"""Is the device up? Soft and hard verdicts from n lost probes out of the last m."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What the poller believes of a device."""

    UP = "up"
    DOWN = "down"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many failed probes (`failures`) of how many (`window`) make a state hard."""

    failures: int = 3
    window: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.failures <= self.window:
            raise ValueError("a verdict needs 1 <= failures <= window")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One probe's answer: does the device live, and does all of it."""

    reachable: bool
    degraded: bool = False
    reason: str = ""


class Probe(NamedTuple):
    """One probe of the window: what it saw, and when."""

    state: State
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """A device's standing after its latest probe."""

    state: State = State.UNKNOWN
    hard: bool = False
    history: tuple[Probe, ...] = ()
    first_failed_at: datetime | None = None
    reason: str = ""

    @property
    def is_down(self) -> bool:
        """Return whether the device is down beyond doubt."""
        return self.state is State.DOWN and self.hard

    @property
    def is_suspect(self) -> bool:
        """Return whether a failure waits for its confirmation."""
        return self.state in (State.DOWN, State.DEGRADED) and not self.hard


def judge(verdict: Verdict, outcome: Outcome, *, at: datetime, rule: Rule) -> Verdict:
    """Return the verdict after one more probe.

    One good answer ends an outage at once; n bad ones of the last m begin it, and it began at
    the first of those. Until n are reached the new state is soft.
    """
    seen = _state_of(outcome)
    # An outage that ended takes its lost probes with it: no two outages share one.
    was_bad = verdict.hard and verdict.state is not State.UP
    ended = was_bad and seen not in (State.DOWN, verdict.state)
    history = (*(() if ended else verdict.history), Probe(seen, at))[-rule.window :]
    if seen is State.UP:
        return Verdict(State.UP, hard=True, history=history)
    if verdict.is_down and seen is State.DEGRADED:
        # It answers again, though not in all: the outage is over, the weakness is now.
        return Verdict(seen, hard=True, history=history, first_failed_at=at, reason=outcome.reason)
    if verdict.hard and verdict.state is seen:
        return Verdict(seen, True, history, verdict.first_failed_at, outcome.reason)
    hard = len(_failures(history, seen)) >= rule.failures
    return Verdict(seen, hard, history, _began(history, seen, rule), outcome.reason)


def worth_keeping(verdict: Verdict) -> tuple[object, ...]:
    """Return what of a verdict its device's next poller must know; equal while nothing changed.

    Good probes before the first failure are as good as none.
    """
    states = [probe.state for probe in verdict.history]
    while states and states[0] is State.UP:
        states.pop(0)
    return (verdict.state, verdict.hard, verdict.first_failed_at, tuple(states))


def confirmation_s(interval_s: float) -> float:
    """Return how soon a soft failure is probed again: half the interval, at most 30 s."""
    return min(interval_s / 2, 30.0)


def _state_of(outcome: Outcome) -> State:
    if not outcome.reachable:
        return State.DOWN
    return State.DEGRADED if outcome.degraded else State.UP


def _failures(history: tuple[Probe, ...], seen: State) -> list[int]:
    counted = (State.DOWN,) if seen is State.DOWN else (State.DOWN, State.DEGRADED)
    return [place for place, probe in enumerate(history) if probe.state in counted]


def _began(history: tuple[Probe, ...], seen: State, rule: Rule) -> datetime:
    """Return when the first failure was that is part of the outage, or still may be.

    A failure that will have left the window before enough others have joined it is not; the last
    one always may be.
    """
    failures = _failures(history, seen)
    return next(
        history[place].at
        for number, place in enumerate(failures)
        if len(failures) - number + rule.window - (len(history) - place) >= rule.failures
    )
