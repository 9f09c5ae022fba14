"""Instants as people write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.instants import NotAnInstantError, parse_instant

from tests.support.clock import NOON


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", NOON),
        (" now ", NOON),
        ("-1h", NOON - timedelta(hours=1)),
        ("now-7d", NOON - timedelta(days=7)),
        ("+90s", NOON + timedelta(seconds=90)),
        ("-2w", NOON - timedelta(weeks=2)),
        ("-5m", NOON - timedelta(minutes=5)),
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02T15:00:00+03:00", NOON),
        ("2026-03-02T15:00:00 03:00", NOON),
        ("2026-03-02T15:00:00 0300", NOON),
        ("2026-03-02 12:00:00+00:00", NOON),
    ],
)
def test_instants_are_read(text: str, instant: datetime) -> None:
    found = parse_instant(text, NOON)
    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1h",
        "-1y",
        "-h",
        "--1h",
        "-9999999h",
        "-999999w",
        "+999999w",
        "2026-03-02",
        "2026-03-02T12:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1772452800",
        "yesterday",
    ],
)
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(NotAnInstantError):
        parse_instant(text, NOON)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    with suppress(NotAnInstantError):
        assert parse_instant(text, NOON).tzinfo is UTC
