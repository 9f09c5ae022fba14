from __future__ import annotations

import pytest
from netpulse.errors import NetPulseError

from functions.auth.domain import errors
from functions.auth.domain.password import Weakness

# What callers and the dashboard branch on.
SAID = [
    (errors.WrongLoginError(), 401, "INVALID_CREDENTIALS"),
    (errors.SessionOverError(), 401, "INVALID_CREDENTIALS"),
    (errors.UserAlreadyExistsError("a@b.example"), 409, "USER_ALREADY_EXISTS"),
    (errors.LastAdminError(), 409, "LAST_ADMIN"),
    (errors.WeakPasswordError(next(iter(Weakness)), field="password"), 422, "INVALID_INPUT"),
    (errors.InvitationError(), 422, "INVITATION_INVALID"),
    (errors.ResetError(), 422, "RESET_INVALID"),
    (errors.WrongPasswordError(), 422, "WRONG_PASSWORD"),
    (errors.WrongCodeError(), 422, "WRONG_CODE"),
    (errors.KeyRefusedError(), 422, "KEY_REFUSED"),
    (
        errors.SecondFactorNeededError(challenge="c", kinds=["totp"], options=None),
        401,
        "SECOND_FACTOR_NEEDED",
    ),
    (errors.AddressNotProvenError(), 401, "ADDRESS_NOT_PROVEN"),
    (errors.SsoRequiredError(), 401, "SSO_REQUIRED"),
    (errors.SsoRefusedError("role"), 401, "SSO_REFUSED"),
    (errors.ConfinedError(), 403, "SESSION_CONFINED"),
    (errors.ForeignOriginError(), 403, "CSRF_REFUSED"),
    (errors.PersonNeededError(), 403, "INSUFFICIENT_PERMISSIONS"),
]


@pytest.mark.parametrize(("error", "status", "code"), SAID, ids=lambda one: str(one)[:30])
def test_each_refusal_has_its_status_and_code_and_says_what_to_do(
    error: NetPulseError, status: int, code: str
) -> None:
    assert (error.status, error.code) == (status, code)
    assert len(error.message) > 10


def test_every_refusal_is_listed() -> None:
    made = {type(error) for error, _, _ in SAID}
    defined = {
        each
        for each in vars(errors).values()
        if isinstance(each, type) and each.__module__ == errors.__name__
    }
    assert made == defined


def test_an_error_of_a_field_names_it() -> None:
    for error in (
        errors.WrongPasswordError(field="password"),
        errors.WeakPasswordError(next(iter(Weakness)), field="password"),
    ):
        (found,) = error.details["fields"]
        assert found["field"] == "password"
        assert found["message"]
