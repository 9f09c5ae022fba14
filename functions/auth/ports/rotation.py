"""What a password's rotation needs of the world."""

from __future__ import annotations

from typing import Protocol

Login = dict[str, str]


class RotatedSecret(Protocol):
    """A secret `{username, password}` while one version of it is becoming the current one."""

    def is_current(self) -> bool:
        """Return whether the version is the current one already."""
        ...

    def current(self) -> Login:
        """Return the login that is in use."""
        ...

    def previous(self) -> Login | None:
        """Return the login that was in use before, if it is still known."""
        ...

    def pending(self) -> Login | None:
        """Return the login of the version that is to come, once it is written."""
        ...

    def put_pending(self, login: Login) -> None:
        """Write the version that is to come."""
        ...

    def promote(self) -> None:
        """Make the version the current one."""
        ...


class RoleLogins(Protocol):
    """PostgreSQL's roles by their logins."""

    def accepts(self, login: Login) -> bool:
        """Return whether PostgreSQL lets a login in."""
        ...

    def change_password(self, login: Login, password: str) -> None:
        """Give a role another password, logged in as it."""
        ...
