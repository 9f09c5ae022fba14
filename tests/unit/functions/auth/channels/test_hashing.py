from __future__ import annotations

from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from functions.auth.channels.hashing import DUMMY_HASH, Argon2Hasher

HASHER = Argon2Hasher()


def test_the_right_password_is_told_from_a_wrong_one() -> None:
    hashed = HASHER.hash("gentle river over stones")
    assert HASHER.verify(hashed, "gentle river over stones")
    assert not HASHER.verify(hashed, "gentle river over stone")
    assert not HASHER.is_outdated(hashed)


def test_nobodys_password_is_compared_at_the_same_price_and_never_right() -> None:
    dummy, real = extract_parameters(DUMMY_HASH), extract_parameters(HASHER.hash("x"))
    assert dummy == real
    assert (real.type, real.memory_cost, real.time_cost) == (Type.ID, 19 * 1024, 2)
    assert not HASHER.verify(None, "anything")


def test_a_stored_value_that_is_no_hash_is_never_right() -> None:
    assert not HASHER.verify("", "")
    assert not HASHER.verify("plain", "plain")


def test_a_hash_made_cheaper_is_outdated() -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert HASHER.is_outdated(cheap)


def test_nothing_of_a_long_password_is_cut_off() -> None:
    hashed = HASHER.hash("a" * 127 + "b")
    assert not HASHER.verify(hashed, "a" * 127 + "c")
