"""What can go wrong with people and sessions."""

from __future__ import annotations

from typing import Any

from netpulse.errors import ConflictError, ForbiddenError, InvalidError, UnauthenticatedError

from functions.auth.domain.password import EXPLANATIONS, Weakness


class WrongLoginError(UnauthenticatedError):
    """Address, password or organisation is wrong; which one is not said."""

    def __init__(self) -> None:
        super().__init__("Email or password is wrong")


class SessionOverError(UnauthenticatedError):
    """The refresh token opens no session; why is not said."""

    def __init__(self) -> None:
        super().__init__("The session is over; log in again")


class UserAlreadyExistsError(ConflictError):
    """The address belongs to somebody already."""

    code = "USER_ALREADY_EXISTS"

    def __init__(self, email: str) -> None:
        super().__init__("A user with this email exists already", details={"email": email})


class LastAdminError(ConflictError):
    """Without this admin nobody could manage the organisation."""

    code = "LAST_ADMIN"

    def __init__(self) -> None:
        super().__init__("The organisation's last admin cannot be removed or demoted")


class WeakPasswordError(InvalidError):
    """The password is too easy to guess."""

    def __init__(self, weakness: Weakness, *, field: str) -> None:
        found = {"field": field, "code": weakness.value, "message": EXPLANATIONS[weakness]}
        super().__init__(f"Not accepted: {field}", details={"fields": [found]})


class InvitationError(InvalidError):
    """The invitation is unknown, used or too old; which one is not said."""

    code = "INVITATION_INVALID"

    def __init__(self) -> None:
        super().__init__("The invitation is not valid any more; ask for a new one")


class ResetError(InvalidError):
    """The reset link is unknown, used or too old; which one is not said."""

    code = "RESET_INVALID"

    def __init__(self) -> None:
        super().__init__("The link is not valid any more; ask for a new one")


class WrongPasswordError(InvalidError):
    """The present password was not the right one."""

    code = "WRONG_PASSWORD"

    def __init__(self, *, field: str = "current_password") -> None:
        message = "This is not your present password"
        found = {"field": field, "code": "WRONG_PASSWORD", "message": message}
        super().__init__(f"Not accepted: {field}", details={"fields": [found]})


class WrongCodeError(InvalidError):
    """The code, or what the key signed, is not right or no longer."""

    code = "WRONG_CODE"

    def __init__(self) -> None:
        super().__init__("The code is not right, or was used already; try the next one")


class KeyRefusedError(InvalidError):
    """What the browser made of a key is not what it was asked for, or came too late."""

    code = "KEY_REFUSED"

    def __init__(self) -> None:
        super().__init__("The key was not added: too late, or of another page; try again")


class SecondFactorNeededError(UnauthenticatedError):
    """The password was right, and there is a second factor to prove."""

    code = "SECOND_FACTOR_NEEDED"

    def __init__(self, *, challenge: str, kinds: list[str], options: dict[str, Any] | None) -> None:
        details = {"challenge": challenge, "kinds": kinds, "passkey_options": options}
        super().__init__("Prove your second factor", details=details)


class AddressNotProvenError(UnauthenticatedError):
    """Anybody may have made this login: it was there before the organisation let its address in."""

    code = "ADDRESS_NOT_PROVEN"

    def __init__(self) -> None:
        super().__init__(
            "Show first that this address is yours: choose a password by the link in our mail, "
            "or ask for one as if you had forgotten it"
        )


class SsoRequiredError(UnauthenticatedError):
    """The organisation's members come in by its identity provider only."""

    code = "SSO_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Log in at your organisation's identity provider")


class SsoRefusedError(UnauthenticatedError):
    """Whoever came back from an identity provider does not come in."""

    code = "SSO_REFUSED"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The identity provider's login was not accepted", details={"reason": reason}
        )


class ConfinedError(ForbiddenError):
    """A provider's login opens its own organisation and no other."""

    code = "SESSION_CONFINED"

    def __init__(self) -> None:
        super().__init__("This login is for one organisation; log in to the other one yourself")


class ForeignOriginError(ForbiddenError):
    """A page elsewhere tried to use the browser's cookie."""

    code = "CSRF_REFUSED"

    def __init__(self) -> None:
        super().__init__("The refresh cookie may be used only by NetPulse's own pages")


class PersonNeededError(ForbiddenError):
    """An API key asked for what only a person may do."""

    def __init__(self) -> None:
        super().__init__("This needs a person's login, not an API key")
