"""What of a remote write is taken, and where it stands."""

from __future__ import annotations

from math import isnan, nan

import pytest

from functions.metrics.domain.foreign import (
    MAX_LABELS,
    Sent,
    WriteRequest,
    accepted,
    fault_of,
    foreign,
    next_places,
    rows_of,
)

UP = (("__name__", "up"), ("job", "node"), ("instance", "a:1"))


@pytest.mark.parametrize(
    ("labels", "fault"),
    [
        (UP, None),
        ((("job", "node"),), "the metric's name is missing"),
        ((*UP, ("job", "other")), "a label occurs twice"),
        ((*UP, ("a-b", "x")), "'a-b' is no name"),
        ((("__name__", "1up"),), "'1up' is no name"),
        ((*UP, ("x", "\0")), "the value of x cannot be kept"),
        ((*UP, ("x", "y" * 3000)), "the value of x cannot be kept"),
        (tuple((f"l{n}", "v") for n in range(MAX_LABELS + 1)), "more than 64 labels"),
    ],
)
def test_what_is_wrong_with_labels(labels: tuple[tuple[str, str], ...], fault: str | None) -> None:
    assert fault_of(labels) == fault


def test_a_series_is_its_labels_in_any_order_and_empty_ones_are_none() -> None:
    one, other = foreign(UP), foreign((*reversed(UP), ("zone", "")))
    assert one.fingerprint == other.fingerprint
    assert (one.name, one.source) == ("up", ("node", "a:1"))
    assert foreign((("__name__", "up"),)).source == ("", "")


def test_numbers_with_an_instant_are_taken_and_the_rest_is_told() -> None:
    sent = [
        Sent(UP, [(1, 1.0), (2, nan)]),
        Sent(UP, [(3, 3.0)]),
        Sent((("__name__", "late"),), [(-1, 1.0)]),
        Sent((("job", "x"),), [(1, 1.0)]),
    ]
    taken = accepted(WriteRequest(sent, []))
    fingerprint = foreign(UP).fingerprint
    assert taken.samples == {fingerprint: [(1, 1.0), (3, 3.0)]}
    assert set(taken.series) == {fingerprint}
    assert taken.refused == [
        "late: a timestamp is out of all range",
        "?: the metric's name is missing",
    ]


def test_places_are_given_block_by_block() -> None:
    assert next_places(63, 2) == [(0, 64), (1, 1)]


def test_what_shares_a_scrape_shares_a_row_and_what_has_no_place_is_left_out() -> None:
    samples = {b"a": [(1, 1.0), (1, 9.0)], b"b": [(1, 2.0), (2, 3.0)], b"c": [(1, 4.0)]}
    rows = rows_of(samples, {b"a": (7, 0, 1), b"b": (7, 0, 3)})
    assert set(rows) == {(7, 0, 1), (7, 0, 2)}
    assert [None if isnan(value) else value for value in rows[7, 0, 1]] == [1.0, None, 2.0]
    assert [None if isnan(value) else value for value in rows[7, 0, 2]] == [None, None, 3.0]
