"""What callers are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from netpulse.permissions import Permission, Role
from pydantic import BaseModel


class OrganizationView(BaseModel):
    """An organisation."""

    id: UUID
    name: str
    slug: str
    time_zone: str
    created_at: datetime
    requires_second_factor: bool


class PersonView(BaseModel):
    """The person who is asking."""

    id: UUID
    email: str
    full_name: str
    password_is_temporary: bool


class TokensView(BaseModel):
    """An access token, and the refresh token unless a cookie holds it."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    refresh_token: str | None
    user: PersonView
    organization: OrganizationView
    role: Role


class MembershipView(BaseModel):
    """An organisation the person may switch to."""

    organization_id: UUID
    name: str
    slug: str
    role: Role


class MeView(BaseModel):
    """Who is asking, and what they may do. `user` is null for API keys."""

    user: PersonView | None
    organization_id: UUID
    organization: OrganizationView
    role: Role
    permissions: list[Permission]
    scopes: list[str]
    memberships: list[MembershipView]
    api_key_id: UUID | None
    # the organisation asks for a second factor first: nothing but setting one up is allowed
    must_enroll: bool


class SessionView(BaseModel):
    """A login that is still open."""

    id: str
    client_id: str
    organization_id: UUID
    started_at: datetime
    ends_at: datetime
    is_current: bool


class UserView(BaseModel):
    """A member of the organisation."""

    id: UUID
    email: str
    full_name: str
    role: Role
    # of a custom role
    role_id: UUID | None
    role_name: str | None
    is_active: bool
    has_second_factor: bool
    is_invited: bool
    created_at: datetime


class InvitedUserView(UserView):
    """A new member; the invitation token is shown only here."""

    invitation_token: str | None = None


class ApiKeyView(BaseModel):
    """A key, without its secret."""

    id: UUID
    name: str
    prefix: str
    role: Role
    # of a custom role
    role_id: UUID | None = None
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewApiKeyView(ApiKeyView):
    """A new key; its secret is shown only here."""

    key: str


class RoleView(BaseModel):
    """A role: one of the four that everybody has, without an id, or the organisation's own."""

    id: UUID | None
    name: str
    description: str
    built_in: bool
    permissions: list[Permission]
    # people and keys that have it
    holders: int
    updated_at: datetime | None
