"""Logins of PostgreSQL's roles: how a process finds the right one while passwords are rotated."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.conninfo import make_conninfo

from netpulse import aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from netpulse.settings import DatabaseSettings


def conninfos(settings: DatabaseSettings, **options: Any) -> Iterator[str]:
    """Return the connection strings to try, each only when the one before it failed.

    First the password that is remembered, then the one the secret has now, and last the one it is
    about to have: between PostgreSQL's learning of a new password and the secret's, seconds pass.
    """
    secret_id = settings.database_secret
    readings = (
        partial(aws.secret, secret_id),
        partial(aws.secret, secret_id, fresh=True),
        partial(aws.pending_secret, secret_id),
    )
    tried: list[dict[str, Any]] = []
    for read in readings:
        login = read()
        if login is not None and login not in tried:
            tried.append(login)
            yield conninfo_of(login, settings, **options)


def conninfo_of(login: dict[str, Any], settings: DatabaseSettings, **options: Any) -> str:
    """Return the connection string of one login, `{username, password}`."""
    return make_conninfo(
        host=settings.database_host,
        port=settings.database_port,
        dbname=settings.database_name,
        user=login["username"],
        password=login["password"],
        sslmode=settings.database_tls,
        **options,
    )


def set_password(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    """Give a role a password; a role may do so for itself, the owner for all."""
    # hashed here, so that no log of the server's statements holds the password itself
    hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(hashed.decode())
        )
    )
