from __future__ import annotations

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from functions.devices.domain.snapshot import front_coded, steps


def _names(told: list[str]) -> list[str]:
    """Read names as a client does."""
    names: list[str] = []
    for text in told:
        before = names[-1] if names else ""
        names.append(before[: int(text[0], 36)] + text[1:])
    return names


@given(st.lists(st.text(max_size=60)))
def test_names_can_be_read_back_whatever_they_are(names: list[str]) -> None:
    assert _names(front_coded(names)) == names


@given(st.lists(st.integers(min_value=1)))
def test_numbers_can_be_read_back_in_any_order(numbers: list[int]) -> None:
    assert list(accumulate(steps(numbers))) == numbers


def test_what_names_share_is_told_once() -> None:
    assert front_coded(["nairobi-sw-01", "nairobi-sw-02"]) == ["0nairobi-sw-01", "c2"]


def test_names_are_shared_where_javascript_counts_as_we_do() -> None:
    assert front_coded(["a😀1", "a😀2"]) == ["0a😀1", "1😀2"]
