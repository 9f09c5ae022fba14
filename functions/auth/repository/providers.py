"""Identity providers and who is who at them, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from netpulse.ids import OrganizationId, UserId
from netpulse.permissions import Role
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from functions.auth.domain.single_sign_on import GroupRole, Provider

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.db import Row, Transaction

_COLUMNS = (
    "id, organization_id, name, issuer, client_id, sealed_secret, scopes, group_claim, "
    "group_roles, default_role, email_domains, enabled, enforced, created_at, updated_at"
)


class PostgresProviders:
    """Identity providers: an organisation's, and the one that a login goes through."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def all(self) -> list[Provider]:
        """Return the providers of this work's organisation by name."""
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} FROM netpulse.identity_providers "  # noqa: S608 - constant columns
            "WHERE organization_id = %s ORDER BY name",
            (self._transaction.organization_id,),
        )
        return [_provider(row) for row in rows]

    def find(self, provider_id: UUID) -> Provider | None:
        """Return a provider of this work's organisation; of any, in the work of none."""
        row = self._transaction.row(
            f"SELECT {_COLUMNS} FROM netpulse.identity_providers "  # noqa: S608 - constant columns
            "WHERE id = %(id)s AND (%(of)s::uuid IS NULL OR organization_id = %(of)s)",
            {"id": provider_id, "of": self._transaction.organization_id},
        )
        return _provider(row) if row else None

    def for_domain(self, domain: str) -> list[Provider]:
        """Return every enabled provider that an address's domain is led to, the oldest first."""
        rows = self._transaction.rows(
            f"SELECT {_COLUMNS} FROM netpulse.identity_providers "  # noqa: S608 - constant columns
            "WHERE enabled AND email_domains @> ARRAY[%s]::text[] ORDER BY created_at, id LIMIT 20",
            (domain,),
        )
        return [_provider(row) for row in rows]

    def save(self, provider: Provider) -> bool:
        """Store a new or changed provider; return False when its name is taken."""
        try:
            with self._transaction.connection.transaction():
                self._transaction.run(
                    "INSERT INTO netpulse.identity_providers "  # noqa: S608 - constant columns
                    f"({_COLUMNS}) VALUES (%(id)s, %(organization_id)s, %(name)s, %(issuer)s, "
                    "%(client_id)s, %(sealed_secret)s, %(scopes)s, %(group_claim)s, "
                    "%(group_roles)s, %(default_role)s, %(email_domains)s, %(enabled)s, "
                    "%(enforced)s, %(created_at)s, %(updated_at)s) "
                    "ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, "
                    "issuer = EXCLUDED.issuer, client_id = EXCLUDED.client_id, "
                    "sealed_secret = EXCLUDED.sealed_secret, scopes = EXCLUDED.scopes, "
                    "group_claim = EXCLUDED.group_claim, group_roles = EXCLUDED.group_roles, "
                    "default_role = EXCLUDED.default_role, "
                    "email_domains = EXCLUDED.email_domains, enabled = EXCLUDED.enabled, "
                    "enforced = EXCLUDED.enforced, updated_at = EXCLUDED.updated_at",
                    _values(provider),
                )
        except UniqueViolation:
            return False
        return True

    def remove(self, provider_id: UUID) -> None:
        """Forget a provider and who is who at it."""
        self._transaction.run(
            "DELETE FROM netpulse.identity_providers WHERE id = %s AND organization_id = %s",
            (provider_id, self._transaction.organization_id),
        )

    def enforced(self, organization_id: OrganizationId) -> bool:
        """Return whether an organisation's members come in by a provider only."""
        found: bool = self._transaction.value(
            "SELECT EXISTS (SELECT FROM netpulse.identity_providers "
            "WHERE organization_id = %s AND enabled AND enforced)",
            (organization_id,),
        )
        return found

    def identity(self, provider_id: UUID, subject: str) -> UserId | None:
        """Return whom a provider's subject is here, or None."""
        found: UserId | None = self._transaction.value(
            "SELECT user_id FROM netpulse.external_identities "
            "WHERE provider_id = %s AND subject = %s",
            (provider_id, subject),
        )
        return found

    def link(self, provider: Provider, subject: str, user_id: UserId, *, at: datetime) -> None:
        """Note that a subject is a person here, and when they last came in."""
        self._transaction.run(
            "INSERT INTO netpulse.external_identities (organization_id, provider_id, subject, "
            "user_id, created_at, last_login_at) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (provider_id, subject) "
            "DO UPDATE SET last_login_at = EXCLUDED.last_login_at",
            (provider.organization_id, provider.id, subject, user_id, at, at),
        )


def _values(provider: Provider) -> dict[str, object]:
    roles = [
        {
            "group": one.group,
            "role": one.role.value,
            "role_id": str(one.role_id) if one.role_id else None,
        }
        for one in provider.group_roles
    ]
    return {
        **vars(provider),
        "group_roles": Jsonb(roles),
        "default_role": provider.default_role.value if provider.default_role else None,
        "email_domains": list(provider.email_domains),
    }


def _provider(row: Row) -> Provider:
    return Provider(
        **{
            **row,
            "organization_id": OrganizationId(row["organization_id"]),
            "group_roles": tuple(
                GroupRole(
                    group=one["group"],
                    role=Role(one["role"]),
                    role_id=UUID(one["role_id"]) if one["role_id"] else None,
                )
                for one in row["group_roles"]
            ),
            "default_role": Role(row["default_role"]) if row["default_role"] else None,
            "email_domains": tuple(row["email_domains"]),
        }
    )
