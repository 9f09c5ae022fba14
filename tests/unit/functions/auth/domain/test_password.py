from __future__ import annotations

import pytest

from functions.auth.domain.password import Weakness, normalized, personal_words, weakness

BLOCKLIST = frozenset({"password", "qwertyuiop12"})


def test_a_long_sentence_with_spaces_and_any_letters_is_good() -> None:
    assert weakness("mvua kubwa ya jioni ☂", blocklist=BLOCKLIST) is None


def test_no_composition_is_asked_for() -> None:
    assert weakness("gentle river over stones", blocklist=BLOCKLIST) is None


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("short pass1", Weakness.TOO_SHORT),
        ("x1" * 65, Weakness.TOO_LONG),
        ("Qwertyuiop12", Weakness.TOO_COMMON),
        ("Password2026!", Weakness.TOO_COMMON),
        ("12345password", Weakness.TOO_COMMON),
        ("aaaaaaaaaaaa", Weakness.TOO_COMMON),
        ("abcabcabcabcab", Weakness.TOO_COMMON),
        ("abcdefghijklm", Weakness.TOO_COMMON),
        ("890123456789", Weakness.TOO_COMMON),
        ("987654321098", Weakness.TOO_COMMON),
        ("zyxwvutsrqponm", Weakness.TOO_COMMON),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, found: Weakness) -> None:
    assert weakness(password, blocklist=BLOCKLIST) is found


def test_a_password_of_exactly_the_longest_length_is_taken_whole() -> None:
    password = "the quick heron " * 8
    assert len(password) == 128
    assert weakness(password, blocklist=BLOCKLIST) is None


@pytest.mark.parametrize(
    "password", ["amina.odhiambo1", "Kilimo Net 2026", "amina.odhiambo@kilimo.example"]
)
def test_ones_own_names_are_refused(password: str) -> None:
    personal = personal_words("amina.odhiambo@kilimo.example", "Amina Odhiambo", "Kilimo Net")
    assert weakness(password, blocklist=BLOCKLIST, personal=personal) is Weakness.TOO_PERSONAL


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert normalized("cafe\u0301 du matin") == normalized("caf\u00e9 du matin")
