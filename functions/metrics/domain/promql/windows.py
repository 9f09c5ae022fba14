"""Functions of range vectors: what became of a series in the window before each instant.

Meanings as Prometheus documents them (querying/functions): counters may be reset, and `rate`,
`increase` and `delta` are extrapolated to the ends of their window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from functions.metrics.domain.promql.vectors import Floats, Integers, Mask

if TYPE_CHECKING:
    from functions.metrics.domain.promql.vectors import Samples

_MS = 1000.0
# a sample this close to the window's end (in mean distances) is taken to go on until there
_REACH = 1.1

Answer = tuple[Floats, Mask]


@dataclass(frozen=True)
class Windows:
    """A series' samples, and for each instant the part `first[i]:last[i]` that its window holds."""

    times: Integers
    values: Floats
    # the window's ends in ms, one an instant
    begins: Integers
    ends: Integers
    first: Integers
    last: Integers

    @property
    def counts(self) -> Integers:
        """How many samples each window holds."""
        return self.last - self.first


def windows(samples: Samples, ends: Integers, length_ms: int, *, left_open: bool) -> Windows:
    """Return a series' windows of a length that end at these instants."""
    begins = ends - length_ms
    first = np.searchsorted(samples.times, begins, side="right" if left_open else "left")
    last = np.searchsorted(samples.times, ends, side="right")
    return Windows(samples.times, samples.values, begins, ends, first, np.maximum(last, first))


# of windows, and at each instant a number that stands beside them
Function = Callable[[Windows, Floats], Answer]


def _reduced(found: Windows, function: np.ufunc) -> Answer:
    """Reduce each window; `reduceat` reads pairs of places, and empty windows are masked."""
    present = found.counts > 0
    if not present.any():
        return np.full(len(found.ends), np.nan), present
    padded = np.append(found.values, 0.0)
    pairs = np.empty(2 * len(found.ends), dtype=np.int64)
    pairs[0::2] = np.where(present, found.first, 0)
    pairs[1::2] = np.where(present, found.last, 1)
    return function.reduceat(padded, pairs)[0::2], present


def _sum(found: Windows, _parameter: Floats) -> Answer:
    return _reduced(found, np.add)


def _minimum(found: Windows, _parameter: Floats) -> Answer:
    return _reduced(found, np.fmin)


def _maximum(found: Windows, _parameter: Floats) -> Answer:
    return _reduced(found, np.fmax)


def _average(found: Windows, _parameter: Floats) -> Answer:
    sums, present = _reduced(found, np.add)
    return sums / np.maximum(found.counts, 1), present


def _count(found: Windows, _parameter: Floats) -> Answer:
    return found.counts.astype(np.float64), found.counts > 0


def _present(found: Windows, _parameter: Floats) -> Answer:
    return np.ones(len(found.ends)), found.counts > 0


def _at(found: Windows, places: Integers, *, least: int) -> Answer:
    present = found.counts >= least
    return np.append(found.values, np.nan)[np.where(present, places, -1)], present


def _last(found: Windows, _parameter: Floats) -> Answer:
    return _at(found, found.last - 1, least=1)


def _before(steps: Floats | Integers | Mask) -> Floats:
    """Return sums of a series' steps up to each sample, so that a window's is a difference."""
    return np.concatenate(([0.0], np.cumsum(steps, dtype=np.float64)))


def _stepped(found: Windows, steps: Mask | Floats) -> Answer:
    """Return what the steps from sample to sample inside each window add up to."""
    present = found.counts > 0
    sums = np.append(_before(steps), 0.0)
    last = np.where(present, found.last - 1, -1)
    return sums[last] - sums[np.where(present, found.first, -1)], present


def _changes(found: Windows, _parameter: Floats) -> Answer:
    return _stepped(found, np.diff(found.values) != 0)


def _resets(found: Windows, _parameter: Floats) -> Answer:
    return _stepped(found, np.diff(found.values) < 0)


def _grown(found: Windows, *, counter: bool) -> Answer:
    """Return by how much each window's last value exceeds its first, resets made up for."""
    newest, present = _at(found, found.last - 1, least=2)
    oldest, _ = _at(found, found.first, least=2)
    growth = newest - oldest
    if counter:
        before = found.values[:-1]
        lost, _ = _stepped(found, np.where(np.diff(found.values) < 0, before, 0.0))
        growth = growth + lost
    return growth, present


def _extrapolated(found: Windows, *, counter: bool, per_second: bool) -> Answer:
    """Return the growth as if it went on to the window's ends, if the samples come close to them.

    A counter is not extrapolated below zero.
    """
    growth, present = _grown(found, counter=counter)
    times = np.append(found.times, 0)
    first = times[np.where(present, found.first, -1)]
    last = times[np.where(present, found.last - 1, -1)]
    sampled = np.where(present, (last - first) / _MS, 1.0)
    distance = sampled / np.maximum(found.counts - 1, 1)
    before, after = (first - found.begins) / _MS, (found.ends - last) / _MS
    before = np.where(before < distance * _REACH, before, distance / 2)
    after = np.where(after < distance * _REACH, after, distance / 2)
    if counter:
        oldest, _ = _at(found, found.first, least=2)
        falls_to_zero = (growth > 0) & (oldest >= 0)
        to_zero = sampled * oldest / np.where(growth > 0, growth, 1.0)
        before = np.where(falls_to_zero, np.fmin(before, to_zero), before)
    factor = (sampled + before + after) / sampled
    if per_second:
        factor = factor / ((found.ends - found.begins) / _MS)
    return growth * factor, present


def _rate(found: Windows, _parameter: Floats) -> Answer:
    return _extrapolated(found, counter=True, per_second=True)


def _increase(found: Windows, _parameter: Floats) -> Answer:
    return _extrapolated(found, counter=True, per_second=False)


def _delta(found: Windows, _parameter: Floats) -> Answer:
    return _extrapolated(found, counter=False, per_second=False)


def _newest_two(found: Windows, *, counter: bool) -> Answer:
    newest, present = _at(found, found.last - 1, least=2)
    previous, _ = _at(found, found.last - 2, least=2)
    grown = newest - previous
    return (np.where(newest < previous, newest, grown) if counter else grown), present


def _irate(found: Windows, _parameter: Floats) -> Answer:
    growth, present = _newest_two(found, counter=True)
    times = np.append(found.times, [0, 1])
    newest = times[np.where(present, found.last - 1, -1)]
    previous = times[np.where(present, found.last - 2, -2)]
    return growth / ((newest - previous) / _MS), present


def _idelta(found: Windows, _parameter: Floats) -> Answer:
    return _newest_two(found, counter=False)


def _each(
    found: Windows, parameter: Floats, function: Callable[..., float], *, least: int
) -> Answer:
    """Call a function of times and values for each window; for what cannot be summed up."""
    values = np.full(len(found.ends), np.nan)
    present = found.counts >= least
    for place in np.flatnonzero(present):
        part = slice(found.first[place], found.last[place])
        seconds = (found.times[part] - found.ends[place]) / _MS
        values[place] = function(seconds, found.values[part], parameter[place])
    return values, present


def quantile(values: Floats, share: float) -> float:
    """Return a quantile, interpolated between neighbours; beyond 0 and 1 it is infinite."""
    if not len(values) or np.isnan(share):
        return float("nan")
    if share < 0 or share > 1:
        return float("-inf") if share < 0 else float("inf")
    return float(np.quantile(values, share))


def _deviation(_seconds: Floats, values: Floats, _parameter: float) -> float:
    return float(np.std(values))


def _variance(_seconds: Floats, values: Floats, _parameter: float) -> float:
    return float(np.var(values))


def _quantile(_seconds: Floats, values: Floats, parameter: float) -> float:
    return quantile(values, parameter)


def _line(seconds: Floats, values: Floats) -> tuple[float, float]:
    """Return slope and value at the window's end of the line of least squares."""
    if (values == values[0]).all():
        return 0.0, float(values[0])
    middle, mean = seconds.mean(), values.mean()
    away = seconds - middle
    slope = float((away * (values - mean)).sum() / (away * away).sum())
    return slope, float(mean - slope * middle)


def _slope(seconds: Floats, values: Floats, _parameter: float) -> float:
    return _line(seconds, values)[0]


def _forecast(seconds: Floats, values: Floats, parameter: float) -> float:
    slope, now = _line(seconds, values)
    return now + slope * parameter


def _by_window(function: Callable[..., float], *, least: int = 1) -> Function:
    return partial(_each, function=function, least=least)


# Those that take a number beside the window: before it, or behind it.
NUMBER_FIRST = frozenset({"quantile_over_time"})
NUMBER_LAST = frozenset({"predict_linear"})
# What is still the metric itself keeps its name.
KEEPS_NAME = frozenset({"last_over_time"})
FUNCTIONS: dict[str, Function] = {
    "avg_over_time": _average,
    "changes": _changes,
    "count_over_time": _count,
    "delta": _delta,
    "deriv": _by_window(_slope, least=2),
    "idelta": _idelta,
    "increase": _increase,
    "irate": _irate,
    "last_over_time": _last,
    "max_over_time": _maximum,
    "min_over_time": _minimum,
    "predict_linear": _by_window(_forecast, least=2),
    "present_over_time": _present,
    "quantile_over_time": _by_window(_quantile),
    "rate": _rate,
    "resets": _resets,
    "stddev_over_time": _by_window(_deviation),
    "stdvar_over_time": _by_window(_variance),
    "sum_over_time": _sum,
}
