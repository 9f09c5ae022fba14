"""The benchmark's scoring function, held against values worked out by hand.

What a detection is worth: nab/sweeper.py of numenta/NAB, and the example of figure 2 in Lavin and
Ahmad, "Evaluating Real-time Anomaly Detection Algorithms" (2015).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.nab_scoring import Scored, Series, final_score, read_corpus, score

# 2 / (1 + e^-5) - 1: a detection at the very left of a window, before it is scaled to 1
_MOST = 0.98661430


def a_series(*windows: tuple[int, int], rows: int = 1000) -> Series:
    """Return a file of so many rows, one every five minutes."""
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    times = tuple(begin + n * timedelta(minutes=5) for n in range(rows))
    return Series("a", times, (0.0,) * rows, windows)


@pytest.mark.parametrize(
    ("row", "worth"),
    [
        # a window of ten rows: place -(509 - row + 1) / 10, 2 / (1 + e^(5 place)) - 1 of the most
        pytest.param(500, 1.0, id="at its left edge"),
        pytest.param(504, 0.90514825 / _MOST, id="in its middle: -0.6"),
        pytest.param(509, 0.24491866 / _MOST, id="at its last row: -0.1"),
    ],
)
def test_a_detection_in_a_window_is_worth_the_more_the_earlier_it_comes(
    row: int, worth: float
) -> None:
    assert score(a_series((500, 509)), [row]).points == pytest.approx(worth, abs=1e-7)


@pytest.mark.parametrize(
    ("row", "worth"),
    [
        # place (row - 520) / 20, worth 0.11 (2 / (1 + e^(5 place)) - 1)
        pytest.param(521, -0.11 * 0.12435300, id="one row behind: 0.05"),
        pytest.param(529, -0.11 * 0.80930000, id="as in the paper's figure: 0.45"),
        pytest.param(540, -0.11 * 0.98661430, id="a width behind: 1"),
        pytest.param(581, -0.11, id="more than three widths behind"),
        pytest.param(400, -0.11, id="before any window"),
    ],
)
def test_a_false_alarm_costs_less_just_behind_a_window(row: int, worth: float) -> None:
    found = score(a_series((500, 520)), [row])
    # the window that nobody noticed costs 1
    assert found.points == pytest.approx(worth - 1, abs=1e-4)
    assert (found.windows, found.hits, found.false_alarms) == (1, 0, 1)


def test_the_example_of_the_paper_has_the_score_of_the_paper() -> None:
    # false alarm, two detections in the window, two false alarms behind: 0.11 (-1 - 0.8093 - 1) + 1
    found = score(a_series((500, 520)), [300, 500, 506, 529, 700])
    assert found.points == pytest.approx(0.6910, abs=1e-4)
    assert (found.hits, found.false_alarms) == (1, 3)


def test_only_the_earliest_detection_of_a_window_counts() -> None:
    series = a_series((500, 509))
    assert score(series, [504, 505, 509]) == score(series, [504])


@pytest.mark.parametrize(
    ("rows", "unscored"), [(1000, 150), (999, 149), (4032, 604), (5000, 750), (22_695, 750)]
)
def test_of_each_file_the_first_part_is_for_learning(rows: int, unscored: int) -> None:
    series = a_series(rows=rows)
    assert series.probation == unscored
    assert score(series, range(unscored)) == Scored(0.0, 0, 0, 0)
    assert score(series, [unscored]).false_alarms == 1


def test_a_window_that_is_over_before_anything_is_scored_is_none() -> None:
    assert score(a_series((100, 140)), []).windows == 0
    assert score(a_series((100, 160)), []).points == -1.0


def test_the_final_score_is_0_for_nothing_and_100_for_everything_at_once() -> None:
    silent = [score(a_series((500, 509), (700, 709)), []), score(a_series(), [])]
    assert final_score(silent) == 0.0
    perfect = [score(a_series((500, 509), (700, 709)), [500, 700]), score(a_series(), [])]
    assert final_score(perfect) == pytest.approx(100.0)
    # one of two windows, and one false alarm far from any: 100 (1 - 1 - 0.11 + 2) / 4
    half = [score(a_series((500, 509), (700, 709)), [500, 300])]
    assert final_score(half) == pytest.approx(47.25)


def test_the_corpus_is_read_as_it_lies_in_the_repository(tmp_path: Path) -> None:
    (tmp_path / "data" / "real").mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    rows = [f"2026-03-02 0{hour}:00:00,{hour}.5" for hour in range(6)]
    # an hour that comes twice: a window begins where the first of them stands
    rows.insert(3, rows[2])
    text = "\n".join(["timestamp,value", *rows])
    (tmp_path / "data" / "real" / "a.csv").write_text(text)
    window = ["2026-03-02 02:00:00.000000", "2026-03-02 04:00:00.000000"]
    labels = {"real/a.csv": [window]}
    (tmp_path / "labels" / "combined_windows.json").write_text(json.dumps(labels))
    (series,) = read_corpus(tmp_path)
    assert (series.name, series.values) == ("real/a.csv", (0.5, 1.5, 2.5, 2.5, 3.5, 4.5, 5.5))
    assert series.windows == ((2, 5),)
    assert series.times[0] == datetime(2026, 3, 2, tzinfo=UTC)
