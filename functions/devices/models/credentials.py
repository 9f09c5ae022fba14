"""Credentials: their secrets are written and never read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from netpulse.http import failures
from netpulse.http.fields import Name
from pydantic import (
    BaseModel,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from functions.devices.domain.credential import CredentialKind
from functions.devices.models.probes import Community, Strict

Password = Annotated[SecretStr, Field(min_length=1, max_length=1024)]
# RFC 3414 wants 8 characters at least of what a key is derived from
SnmpPassword = Annotated[SecretStr, Field(min_length=8, max_length=255)]
Key = Annotated[SecretStr, Field(min_length=1, max_length=16_384)]


class SnmpCommunity(Strict):
    """What SNMP v1 and v2c know for a password."""

    community: Community


class SnmpUser(Strict):
    """An SNMPv3 user; without passwords it is noAuthNoPriv."""

    username: Name
    auth_protocol: Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"] | None = None
    auth_password: SnmpPassword | None = None
    # Keys stretched as Blumenthal's draft says (net-snmp), or with a c as Reeder's (Cisco).
    priv_protocol: Literal["des", "aes128", "aes192", "aes256", "aes192c", "aes256c"] | None = None
    priv_password: SnmpPassword | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.auth_protocol is None) != (self.auth_password is None):
            raise PydanticCustomError("snmp_v3", "auth_protocol and auth_password go together")
        if (self.priv_protocol is None) != (self.priv_password is None):
            raise PydanticCustomError("snmp_v3", "priv_protocol and priv_password go together")
        if self.priv_protocol and not self.auth_protocol:
            raise PydanticCustomError("snmp_v3", "Privacy needs authentication")
        return self


class Login(Strict):
    """A user name with a password or a private key."""

    username: Name
    password: Password | None = None
    private_key: Key | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if not self.password and not self.private_key:
            raise PydanticCustomError("login", "A password or a private_key is needed")
        return self


class HttpToken(Strict):
    """A token that is sent in a header: `Authorization: Bearer …` unless it says otherwise."""

    token: Annotated[SecretStr, Field(min_length=1, max_length=4096)]
    header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "Authorization"
    scheme: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,32}$")] = "Bearer"


_SECRETS: dict[CredentialKind, tuple[type[Strict], ...]] = {
    CredentialKind.SNMP_V1: (SnmpCommunity,),
    CredentialKind.SNMP_V2C: (SnmpCommunity,),
    CredentialKind.SNMP_V3: (SnmpUser,),
    CredentialKind.SSH: (Login,),
    CredentialKind.HTTP: (Login, HttpToken),
}
Secret = SnmpCommunity | SnmpUser | Login | HttpToken
# Each is sealed by a call of its own to KMS, within one request.
MOST_ROTATED = 200
Chosen = Annotated[list[UUID], Field(max_length=MOST_ROTATED)]


class CredentialIn(Strict):
    """A credential as POST takes it; what `secret` holds depends on the kind."""

    name: Name
    kind: CredentialKind
    secret: Secret

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not isinstance(self.secret, _SECRETS[self.kind]):
            raise PydanticCustomError("secret", "This secret is not of the credential's kind")
        return self


class CredentialPatch(Strict):
    """What of a credential is to change; its kind never does."""

    name: Name | None = None
    secret: Secret | None = None


class Rotation(Strict):
    """One new secret, for shared credentials and for what chosen devices have of their own."""

    credential_ids: Chosen = Field(default_factory=list)
    device_ids: Chosen = Field(default_factory=list)
    secret: Secret

    @model_validator(mode="after")
    def _is_for_something(self) -> Self:
        if not self.credential_ids and not self.device_ids:
            raise PydanticCustomError("rotation", "credential_ids or device_ids are needed")
        return self


class RotationsIn(Strict):
    """New secrets for many credentials at once: all of them change, or none."""

    rotations: Annotated[list[Rotation], Field(min_length=1, max_length=MOST_ROTATED)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = [
            each
            for rotation in self.rotations
            for each in (*rotation.credential_ids, *rotation.device_ids)
        ]
        if len(named) > MOST_ROTATED:
            raise PydanticCustomError("rotation", f"At most {MOST_ROTATED} at once")
        if len(set(named)) < len(named):
            raise PydanticCustomError("rotation", "A credential or device is named twice")
        return self


class RotatedView(BaseModel):
    """A credential that was given another secret; `device_id` tells whose own it is."""

    id: UUID
    name: str
    kind: CredentialKind
    device_id: UUID | None


class RotationsView(BaseModel):
    """What was rotated, and how many devices are asked with it from now on."""

    rotated: list[RotatedView]
    device_count: int


class CredentialView(BaseModel):
    """A credential as it is read: never its secret."""

    id: UUID
    name: str
    kind: CredentialKind
    device_count: int
    created_at: datetime
    updated_at: datetime


def plain(secret: Strict) -> dict[str, Any]:
    """Return a secret as it is sealed."""
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in secret
        if value is not None
    }


def checked_secret(kind: CredentialKind, secret: Strict) -> dict[str, Any]:
    """Return a secret as it is sealed; raise InvalidError unless it is one of this kind."""
    try:
        # validated anew as one of the kind's own: its messages then name the right fields
        own = next((each for each in _SECRETS[kind] if isinstance(secret, each)), _SECRETS[kind][0])
        return plain(own.model_validate(plain(secret)))
    except ValidationError as error:
        raise failures.invalid([dict(each) for each in error.errors()]) from error
