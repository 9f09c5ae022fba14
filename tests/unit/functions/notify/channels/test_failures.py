"""What a provider's wish to wait means."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.notify.channels.failures import retry_after_of
from tests.support.clock import NOON


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("999999999", timedelta(days=1)),
        ("Mon, 02 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, wait: timedelta | None) -> None:
    assert retry_after_of({"Retry-After": header}, now=NOON) == wait


def test_no_header_is_no_wish() -> None:
    assert retry_after_of({}, now=NOON) is None
