"""PostgreSQL's roles by their logins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from netpulse.logins import conninfo_of, set_password

if TYPE_CHECKING:
    from netpulse.settings import DatabaseSettings

_OPTIONS = {"connect_timeout": 5, "application_name": "netpulse-rotation"}


class PostgresRoleLogins:
    """Roles of one database; past RDS Proxy, which knows passwords only from their secrets."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings

    def accepts(self, login: dict[str, str]) -> bool:
        """Return whether PostgreSQL lets a login in; not when it cannot be reached either."""
        try:
            with psycopg.connect(conninfo_of(login, self._settings, **_OPTIONS)) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def change_password(self, login: dict[str, str], password: str) -> None:
        """Give a role another password, logged in as it."""
        with psycopg.connect(conninfo_of(login, self._settings, **_OPTIONS)) as connection:
            set_password(connection, login["username"], password)
