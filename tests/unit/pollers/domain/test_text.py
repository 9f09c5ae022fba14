from __future__ import annotations

import pytest

from pollers.domain.text import mac_of, number_of, text_of


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7.0),
        (b" -3.5 C", -3.5),
        ("42%", 42.0),
        (b"n/a", None),
        (None, None),
        (True, None),
        (float("inf"), None),
        (float("nan"), None),
        (b"9" * 400, None),
    ],
)
def test_a_number_is_read_out_of_what_agents_send_and_is_finite(
    value: object, number: float | None
) -> None:
    assert number_of(value) == number


def test_text_has_no_control_characters_and_an_end() -> None:
    assert text_of(b"core\x00\x1b[31m\0") == "core[31m"
    assert text_of(b"\xe9t\xe9") == "\u00e9t\u00e9"
    assert text_of("x" * 1000, 10) == "x" * 10
    assert text_of(None) == ""


def test_a_hardware_address_is_written_in_hex() -> None:
    assert mac_of(b"\x00\x1b\xff\x00\x00\x01") == "00:1b:ff:00:00:01"
    assert [mac_of(odd) for odd in (b"", None, "text", b"x" * 33)] == [""] * 4
