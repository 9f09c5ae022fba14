from __future__ import annotations

import pytest

from functions.auth.channels.guessing import guesses_log10
from functions.auth.domain.password import Weakness, normalized, personal_words, weakness


def test_a_long_sentence_with_spaces_and_any_letters_is_good() -> None:
    assert weakness("mvua kubwa ya jioni ☂", guesses_log10) is None


def test_no_composition_is_asked_for() -> None:
    assert weakness("gentle river over stones", guesses_log10) is None


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("fourteen chars", Weakness.TOO_SHORT),
        ("x1" * 65, Weakness.TOO_LONG),
        ("Qwertyuiopasdfgh12", Weakness.TOO_COMMON),
        ("PasswordPassword2026!", Weakness.TOO_COMMON),
        ("123456789password", Weakness.TOO_COMMON),
        ("aaaaaaaaaaaaaaaaaa", Weakness.TOO_COMMON),
        ("abcabcabcabcabcabc", Weakness.TOO_COMMON),
        ("abcdefghijklmnopq", Weakness.TOO_COMMON),
        ("12345678901234567", Weakness.TOO_COMMON),
        ("987654321987654321", Weakness.TOO_COMMON),
        ("zyxwvutsrqponmlkji", Weakness.TOO_COMMON),
    ],
)
def test_what_is_guessed_first_is_refused(password: str, found: Weakness) -> None:
    assert weakness(password, guesses_log10) is found


def test_a_password_of_exactly_the_longest_length_is_taken_whole() -> None:
    password = "the quick heron " * 8
    assert len(password) == 128
    assert weakness(password, guesses_log10) is None


@pytest.mark.parametrize(
    "password", ["Kilimo Net 2026!", "KilimoNet KilimoNet", "amina.odhiambo@kilimo.example"]
)
def test_ones_own_names_are_refused(password: str) -> None:
    personal = personal_words("amina.odhiambo@kilimo.example", "Amina Odhiambo", "Kilimo Net")
    assert weakness(password, guesses_log10, personal=personal) is Weakness.TOO_PERSONAL


def test_the_same_letters_from_another_keyboard_are_the_same_password() -> None:
    assert normalized("cafe\u0301 du matin") == normalized("caf\u00e9 du matin")
