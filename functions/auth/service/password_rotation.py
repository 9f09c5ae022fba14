"""Gives a database role another password, in the four steps that Secrets Manager asks for.

A step may be asked for again at any time: what was done stays done. Connections that are open stay
open; for new ones see netpulse.logins.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING

from netpulse.observability import logger

if TYPE_CHECKING:
    from functions.auth.ports.rotation import RoleLogins, RotatedSecret

_PASSWORD_BYTES = 30


class Step(StrEnum):
    """What Secrets Manager asks a rotation function to do, in this order."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


class RotationError(Exception):
    """A password could not be rotated; Secrets Manager tries again and the alarm goes off."""


class PasswordRotation:
    """Rotates the password of the role that a secret is the login of."""

    def __init__(self, secret: RotatedSecret, roles: RoleLogins) -> None:
        self._secret = secret
        self._roles = roles

    def take(self, step: Step) -> None:
        """Take one step; raise RotationError."""
        if self._secret.is_current() and step is not Step.TEST:
            return
        {
            Step.CREATE: self._create,
            Step.SET: self._set,
            Step.TEST: self._test,
            Step.FINISH: self._secret.promote,
        }[step]()
        logger.info("password rotation", extra={"step": step.value, "role": self._role()})

    def _create(self) -> None:
        if self._secret.pending() is None:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
            self._secret.put_pending({**self._current(), "password": password})

    def _set(self) -> None:
        pending = self._needed()
        if self._roles.accepts(pending):
            return
        # the one before counts where a rotation broke off after PostgreSQL had learnt the password
        for login in (self._current(), self._secret.previous()):
            if login is not None and self._roles.accepts(login):
                self._roles.change_password(login, pending["password"])
                return
        raise RotationError(
            f"PostgreSQL takes none of the passwords that the secret has for {self._role()}: set "
            "its current one by calling the migrating function, then rotate again"
        )

    def _test(self) -> None:
        if not self._roles.accepts(self._needed()):
            raise RotationError(f"PostgreSQL does not take the new password of {self._role()}")

    def _role(self) -> str:
        return str(self._current()["username"])

    def _current(self) -> dict[str, str]:
        return self._secret.current()

    def _needed(self) -> dict[str, str]:
        pending = self._secret.pending()
        if pending is None:
            raise RotationError("The secret has no version AWSPENDING: begin with createSecret")
        return pending
