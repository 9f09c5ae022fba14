"""A call that must end in time."""

from __future__ import annotations

import threading

import pytest
from netpulse.outgoing.deadline import DeadlineError, within


def test_what_the_call_returns_or_raises_comes_through() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)


def test_a_call_that_drips_on_is_left_behind() -> None:
    released = threading.Event()
    with pytest.raises(DeadlineError):
        within(0.01, released.wait)
    released.set()
