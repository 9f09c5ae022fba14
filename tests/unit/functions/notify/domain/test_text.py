"""One-line text and durations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.notify.domain.text import lasted, one_line


def test_no_header_can_be_injected() -> None:
    assert one_line("Down\r\nBcc: evil@example.org\x00\x85") == "Down Bcc: evil@example.org"


def test_a_long_line_is_cut() -> None:
    assert one_line("word " * 100, 20) == "word word word word…"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (59, "59 s"),
        (300, "5 min"),
        (3723, "1 h 2 min"),
        (90061, "1 d 1 h"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds: int, shown: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == shown
