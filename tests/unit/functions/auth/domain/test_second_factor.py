from __future__ import annotations

import itertools

from functions.auth.domain.second_factor import (
    RECOVERY_CODES,
    FactorKind,
    hashed_recovery_code,
    new_recovery_codes,
)


def test_recovery_codes_are_many_and_different_and_easy_to_type() -> None:
    counter = itertools.count()
    codes = new_recovery_codes(lambda length: next(counter).to_bytes(length, "big"))
    assert len(set(codes)) == RECOVERY_CODES
    assert all([len(part) for part in code.split("-")] == [4, 4, 4, 4] for code in codes)


def test_a_recovery_code_is_the_same_however_it_is_typed() -> None:
    hashed = hashed_recovery_code("abcd-efgh-ijkl-mnop")
    assert hashed == hashed_recovery_code(" ABCD EFGH ijklmnop\n")
    assert hashed != hashed_recovery_code("abcd-efgh-ijkl-mnoq")
    assert len(hashed) == 32


def test_kinds_are_named_as_they_are_stored() -> None:
    assert [kind.value for kind in FactorKind] == ["totp", "webauthn"]
