"""Identity providers as admins set them up, and as the login page sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from netpulse.http.fields import Line, Name
from netpulse.permissions import Role
from pydantic import BaseModel, Field, SecretStr, StringConstraints

from functions.auth.models.requests import Email, RoleId, Strict

Issuer = Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s?#]+$")]
ClientId = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")]
Scopes = Annotated[
    str, StringConstraints(max_length=255, pattern=r"^openid( [!-~]+)*$", strip_whitespace=True)
]
Domain = Annotated[
    str,
    StringConstraints(
        to_lower=True, max_length=253, pattern=r"^([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$"
    ),
]
BuiltInRole = Literal[Role.ADMIN, Role.OPERATOR, Role.VIEWER, Role.API_USER]


class GroupRoleIn(Strict):
    """What members of a provider's group are here."""

    group: Name
    role: Role
    role_id: RoleId = None


class ProviderIn(Strict):
    """An identity provider to set up."""

    name: Name
    issuer: Issuer
    client_id: ClientId
    client_secret: Annotated[SecretStr, Field(min_length=1, max_length=1000)] | None = None
    scopes: Scopes = "openid email profile"
    group_claim: Annotated[Name, Field(max_length=100)] = "groups"
    group_roles: list[GroupRoleIn] = Field(default_factory=list, max_length=100)
    default_role: BuiltInRole | None = Role.VIEWER
    email_domains: list[Domain] = Field(default_factory=list, max_length=50)
    enabled: bool = True
    enforced: bool = False


class ProviderChange(Strict):
    """What an admin changes of a provider; `default_role` null lets nobody in by default."""

    name: Name | None = None
    issuer: Issuer | None = None
    client_id: ClientId | None = None
    client_secret: Annotated[SecretStr, Field(min_length=1, max_length=1000)] | None = None
    scopes: Scopes | None = None
    group_claim: Annotated[Line, Field(min_length=1, max_length=100)] | None = None
    group_roles: Annotated[list[GroupRoleIn], Field(max_length=100)] | None = None
    default_role: BuiltInRole | None = None
    email_domains: Annotated[list[Domain], Field(max_length=50)] | None = None
    enabled: bool | None = None
    enforced: bool | None = None


class GroupRoleView(BaseModel):
    """What members of a provider's group are here."""

    group: str
    role: Role
    role_id: UUID | None


class ProviderView(BaseModel):
    """An identity provider, without its secret."""

    id: UUID
    name: str
    issuer: str
    client_id: str
    has_client_secret: bool
    scopes: str
    group_claim: str
    group_roles: list[GroupRoleView]
    default_role: Role | None
    email_domains: list[str]
    enabled: bool
    enforced: bool
    # what the provider must be told
    redirect_uri: str
    created_at: datetime
    updated_at: datetime


class SsoStartIn(Strict):
    """Who wants to log in: by address, or at a provider that was offered."""

    email: Email | None = None
    provider_id: UUID | None = None


class SsoChoiceView(BaseModel):
    """A provider that the login page offers."""

    id: UUID
    name: str


class SsoStartView(BaseModel):
    """Where to go on; null with several choices, or none."""

    redirect_url: str | None
    choices: list[SsoChoiceView]
