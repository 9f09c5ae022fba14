"""What a text costs as an SMS."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notify.domain.sms import (
    Alphabet,
    alphabet_of,
    fitted,
    length_of,
    segments_of,
    simplified,
)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ሰ" * 70, 1),
        ("ሰ" * 71, 2),
        ("ሰ" * 134, 2),
        ("ሰ" * 135, 3),
        ("🌍" * 35, 1),
        ("🌍" * 36, 2),
    ],
)
def test_segments_are_counted_as_gateways_bill_them(text: str, segments: int) -> None:
    assert segments_of(text) == segments


def test_an_escaped_character_is_not_split_between_two_parts() -> None:
    # 152 septets leave one free in a part of 153: the euro sign's two go to the next part
    assert segments_of("a" * 152 + "€" + "a" * 152) == 3


def test_typography_and_accents_give_way_to_the_cheaper_alphabet() -> None:
    assert simplified("“core\u2013sw1” … ê → 97 °C") == '"core-sw1" ... e -> 97  deg C'
    assert simplified("Réseau à l'école") == "Réseau à l'école"


def test_a_text_in_another_script_is_left_as_it_is() -> None:
    assert simplified("መሣሪያ \u2013 down") == "መሣሪያ \u2013 down"
    assert alphabet_of("መሣሪያ") is Alphabet.UCS2


def test_a_long_text_is_cut_to_one_message() -> None:
    shown = fitted("CRITICAL " + "x" * 300)
    assert len(shown) == 160
    assert shown.endswith("...")


@given(st.text())
def test_a_fitted_text_never_takes_more_than_one_gsm_or_two_other_messages(text: str) -> None:
    shown = fitted(text)
    assert segments_of(shown) <= (1 if alphabet_of(shown) is Alphabet.GSM7 else 2)
    assert length_of(shown) <= 160
    assert "\n" not in shown


TAIL = "Ack: https://netpulse.example.org/a/b3KxQ7mPw2Zt"


@given(st.text(max_size=300), st.text(max_size=30))
def test_a_link_stands_whole_behind_whatever_is_said(text: str, signature: str) -> None:
    shown = fitted(text, signature=signature, tail=TAIL)
    assert shown.endswith(f" {TAIL}")
    assert segments_of(shown) <= (1 if alphabet_of(shown) is Alphabet.GSM7 else 2)


def test_the_signature_gives_way_to_the_link_and_both_to_what_is_wrong() -> None:
    assert fitted("short", signature="NetPulse", tail=TAIL) == f"short NetPulse {TAIL}"
    said = "x" * 105
    assert fitted(said, signature="NetPulse", tail=TAIL) == f"{said} {TAIL}"
    assert fitted(said, signature="NetPulse") == f"{said} NetPulse"
    # a link that would leave hardly any room is left out
    assert fitted(said, signature="NetPulse", tail="y" * 76) == f"{said} NetPulse"
