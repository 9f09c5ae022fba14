"""The Numenta Anomaly Benchmark: its corpus, and how it scores detections.

A detection in a labelled window is worth the more the earlier it comes, once a window; a window
without one costs; every detection outside costs, less just behind a window (Lavin and Ahmad,
"Evaluating Real-time Anomaly Detection Algorithms", 2015; nab/sweeper.py).
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# config/profiles.json, "standard"; a true positive counts 1.
FALSE_POSITIVE, FALSE_NEGATIVE = 0.11, 1.0
# Of each file the first part is for learning, and never scored.
_PROBATION, _PROBATION_ROWS = 0.15, 5000
# Behind a window a detection is as bad as anywhere after three widths of it.
_FAR = 3.0


@dataclass(frozen=True)
class Series:
    """A file of the corpus; windows are places of their first and last rows."""

    name: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """How many rows are never scored."""
        rows = _PROBATION * min(len(self.times), _PROBATION_ROWS)
        return math.ceil(math.floor(rows) if len(self.times) < _PROBATION_ROWS else rows)

    @property
    def weeks(self) -> float:
        """How long the scored part lasts."""
        return (self.times[-1] - self.times[self.probation]).total_seconds() / 604_800


@dataclass(frozen=True)
class Scored:
    """What detections in one file came to."""

    points: float
    windows: int
    hits: int
    false_alarms: int


def read_corpus(folder: Path) -> list[Series]:
    """Return NAB's files with their windows."""
    labels = json.loads((folder / "labels" / "combined_windows.json").read_text())
    return [_series(folder / "data" / name, name, labels[name]) for name in sorted(labels)]


def read_scores(folder: Path, detector: str, series: Series) -> list[float]:
    """Return the anomaly scores a detector has published for a file."""
    place, _, file = series.name.partition("/")
    with (folder / "results" / detector / place / f"{detector}_{file}").open() as lines:
        return [float(row["anomaly_score"]) for row in csv.DictReader(lines)]


def published_thresholds(folder: Path) -> dict[str, float]:
    """Return the thresholds that detectors were scored with in the standard profile."""
    found = json.loads((folder / "config" / "thresholds.json").read_text())
    return {name: profiles["standard"]["threshold"] for name, profiles in found.items()}


def published_scores(folder: Path) -> dict[str, float]:
    """Return detectors' final scores in the standard profile."""
    found = json.loads((folder / "results" / "final_results.json").read_text())
    return {name: profiles["standard"] for name, profiles in found.items()}


def score(series: Series, detections: Iterable[int]) -> Scored:
    """Return what detections (places of rows) in a file are worth."""
    best: dict[int, float] = {
        n: -FALSE_NEGATIVE for n, (_, last) in enumerate(series.windows) if last >= series.probation
    }
    lost, false_alarms = 0.0, 0
    for row in detections:
        if row < series.probation:
            continue
        window, worth = _worth(series, row)
        if window is None:
            lost += worth
            false_alarms += 1
        else:
            best[window] = max(best[window], worth)
    hits = sum(each > -FALSE_NEGATIVE for each in best.values())
    return Scored(sum(best.values()) + lost, len(best), hits, false_alarms)


def final_score(scored: Iterable[Scored]) -> float:
    """Return the corpus' score: 0 for who detects nothing, 100 for who does all at once."""
    found = list(scored)
    windows = sum(each.windows for each in found)
    nothing, all_of_it = -FALSE_NEGATIVE * windows, windows
    return 100 * (sum(each.points for each in found) - nothing) / (all_of_it - nothing)


def _worth(series: Series, row: int) -> tuple[int | None, float]:
    """Return the window a row lies in, if any, and what a detection there is worth."""
    before: tuple[int, int] | None = None
    for number, (first, last) in enumerate(series.windows):
        if first <= row <= last:
            return number, _sigmoid(-(last - row + 1) / (last - first + 1)) / _sigmoid(-1.0)
        if last < row:
            before = (first, last)
    if before is None:
        return None, -FALSE_POSITIVE
    first, last = before
    return None, FALSE_POSITIVE * _sigmoid((row - last) / (last - first))


def _sigmoid(place: float) -> float:
    """Return NAB's scaled sigmoid: 0 at a window's right edge, towards 1 before, -1 behind."""
    return -1.0 if place > _FAR else 2 / (1 + math.exp(5 * place)) - 1


def _series(path: Path, name: str, windows: Iterable[tuple[str, str]]) -> Series:
    times, values = [], []
    for at, value in _rows(path):
        times.append(at)
        values.append(value)
    places: Mapping[datetime, int] = {
        at: len(times) - 1 - n for n, at in enumerate(reversed(times))
    }
    bounds = [(places[_instant(first)], places[_instant(last)]) for first, last in windows]
    return Series(name, tuple(times), tuple(values), tuple(bounds))


def _rows(path: Path) -> Iterator[tuple[datetime, float]]:
    with path.open() as lines:
        for row in csv.DictReader(lines):
            yield _instant(row["timestamp"]), float(row["value"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
