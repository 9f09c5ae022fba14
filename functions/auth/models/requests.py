"""Bodies that callers send."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from netpulse.http.fields import Line, Name
from netpulse.permissions import Permission, Role
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

_EMAIL = (
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$"
)
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254, pattern=_EMAIL)
]
Slug = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z0-9-]+$")]
# Longer than any rule allows: the rules themselves answer with their own codes.
Password = Annotated[SecretStr, Field(min_length=1, max_length=1024)]
OpaqueToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (LookupError, ValueError, OSError) as error:
        raise PydanticCustomError("time_zone", "This is no IANA time zone") from error


TimeZone = Annotated[
    str,
    StringConstraints(max_length=64, pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$"),
    AfterValidator(_time_zone),
]


RoleId = Annotated[UUID | None, Field(description="Which of your own roles, for `custom`.")]


class Strict(BaseModel):
    """A body: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class RegisterIn(Strict):
    """A new organisation and its first admin."""

    organization_name: Name
    email: Email
    password: Password
    full_name: Name
    cookie: bool = Field(default=False, description="Keep the refresh token in a cookie.")


class LoginIn(Strict):
    """Address and password; the organisation when the person is in several."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254)]
    password: Password
    organization_id: UUID | None = None
    organization_slug: Slug | None = None
    cookie: bool = Field(default=False, description="Keep the refresh token in a cookie.")


class RefreshIn(Strict):
    """The refresh token of an API client; a browser's is in its cookie."""

    refresh_token: OpaqueToken | None = None


class AcceptInvitationIn(Strict):
    """The password a new person chooses."""

    token: OpaqueToken
    password: Password
    full_name: Name | None = None
    cookie: bool = False


class ResetRequestIn(Strict):
    """Whose password was forgotten."""

    email: Email


class ResetIn(Strict):
    """The password a person chooses with a link."""

    token: OpaqueToken
    password: Password


class SwitchIn(Strict):
    """The organisation to go on in."""

    organization_id: UUID


class ProfileIn(Strict):
    """What people change of themselves."""

    full_name: Name | None = None


class PasswordIn(Strict):
    """The present and the next password."""

    current_password: Password
    new_password: Password


class UserIn(Strict):
    """A person to let in: with a temporary password, or invited to choose one."""

    email: Email
    role: Role
    role_id: RoleId = None
    full_name: Line = ""
    password: Password | None = Field(
        default=None, description="Temporary. Without it, an invitation token is answered."
    )


class UserChange(Strict):
    """What an admin changes of a member."""

    role: Role | None = None
    role_id: RoleId = None
    is_active: bool | None = None


class OrganizationChange(Strict):
    """What an admin changes of the organisation."""

    name: Name | None = None
    time_zone: TimeZone | None = None
    requires_second_factor: bool | None = None


class ApiKeyIn(Strict):
    """A key for a machine."""

    name: Name
    role: Role = Role.API_USER
    role_id: RoleId = None
    expires_at: AwareDatetime | None = None


class RoleIn(Strict):
    """A role made of permissions."""

    name: Annotated[Name, Field(max_length=100)]
    description: Line = ""
    permissions: Annotated[frozenset[Permission], Field(min_length=1)]


class RoleChange(Strict):
    """What an admin changes of a role; who has it feels it within seconds."""

    name: Annotated[Name, Field(max_length=100)] | None = None
    description: Line | None = None
    permissions: Annotated[frozenset[Permission], Field(min_length=1)] | None = None
