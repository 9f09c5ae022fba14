"""The real world of password rotation: Secrets Manager and PostgreSQL."""

from __future__ import annotations

from netpulse.settings import DatabaseSettings, load

from functions.auth.channels.rotated_secret import ManagedSecret
from functions.auth.repository.role_logins import PostgresRoleLogins
from functions.auth.service.password_rotation import PasswordRotation


def password_rotation(secret_id: str, version_id: str) -> PasswordRotation:
    """Return what rotates the password in one version of a secret."""
    roles = PostgresRoleLogins(load(DatabaseSettings))
    return PasswordRotation(ManagedSecret(secret_id, version_id), roles)
