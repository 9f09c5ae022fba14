"""Ports as IF-MIB speaks of them."""

from __future__ import annotations

_STATUS_WORDS = {
    1: "up",
    2: "down",
    3: "testing",
    4: "unknown",
    5: "dormant",
    6: "not_present",
    7: "lower_layer_down",
}


def status_word(number: int | None) -> str:
    """Return ifAdminStatus or ifOperStatus as a word."""
    return _STATUS_WORDS.get(number or 0, "unknown")


def status_number(word: str) -> int:
    """Return the number that a word stands for in IF-MIB."""
    return next(number for number, own in _STATUS_WORDS.items() if own == word)
