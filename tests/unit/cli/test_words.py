import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.words import number, printable, shown, sparkline


def test_a_name_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in shown("\x1b[2Jcore\u202e")
    assert printable("Zürich\n") == "Zürich\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (True, "yes"),
        (["a", "b"], "a, b"),
        ({}, "-"),
        ({"count": 3}, "count=3"),
        (0.0272, "0.0272"),
        (12345.678, "12,345.7"),
    ],
)
def test_values_are_shown_as_people_write_them(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_whole_number_has_no_point() -> None:
    assert number(9645241.0) == "9,645,241"


def test_a_curve_runs_from_the_lowest_to_the_highest() -> None:
    assert sparkline([0, 1, 2, 3, None, 7], width=10) == "▁▂▃▄·█"


def test_a_short_peak_is_seen_in_a_narrow_curve() -> None:
    assert "█" in sparkline([0.0] * 500 + [9.0] + [0.0] * 500, width=20)


def test_where_nothing_was_measured_are_dots() -> None:
    assert sparkline([None, None], width=9) == "··"
    assert sparkline([], width=9) == ""


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=300), st.integers(1, 80))
def test_a_curve_is_never_wider_than_it_may_be(values: list[float | None], width: int) -> None:
    assert len(sparkline(values, width=width)) == min(width, len(values))
