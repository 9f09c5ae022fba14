"""Organisations and people in a real database, for tests that need them there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
from netpulse.ids import OrganizationId, UserId

if TYPE_CHECKING:
    from tests.support.database import TestDatabase


def new_organization(postgres: TestDatabase, name: str = "Kilimo Net") -> OrganizationId:
    """Insert an organisation of its own for one test and return its id."""
    organization_id = OrganizationId(uuid4())
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.organizations (id, name, slug) VALUES (%s, %s, %s)",
            (organization_id, name, f"org-{organization_id.hex}"),
        )
    return organization_id


def new_user(
    postgres: TestDatabase, organization_id: OrganizationId, role: str = "admin"
) -> UserId:
    """Insert a user with a role in the organisation and return their id."""
    user_id = UserId(uuid4())
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.users (id, email, hashed_password, full_name) "
            "VALUES (%s, %s, '', 'Amina')",
            (user_id, f"{user_id.hex}@example.org"),
        )
        connection.execute(
            "INSERT INTO netpulse.memberships (organization_id, user_id, role) VALUES (%s, %s, %s)",
            (organization_id, user_id, role),
        )
    return user_id
