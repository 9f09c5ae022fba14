"""Second factors as people set them up and prove them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from netpulse.http.fields import Name
from pydantic import BaseModel, Field, StringConstraints, model_validator

from functions.auth.models.requests import OpaqueToken, Password, Strict

Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]
RecoveryCode = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
# What `navigator.credentials` answers, as JSON (WebAuthn level 3, toJSON).
Credential = Annotated[dict[str, Any], Field(max_length=20)]


class SecondStepIn(Strict):
    """The second factor of a login: exactly one of a code, a recovery code or a credential."""

    challenge: OpaqueToken
    code: Code | None = None
    recovery_code: RecoveryCode | None = None
    credential: Credential | None = None
    cookie: bool = Field(default=False, description="Keep the refresh token in a cookie.")

    @model_validator(mode="after")
    def _one(self) -> SecondStepIn:
        given = [self.code, self.recovery_code, self.credential]
        if sum(one is not None for one in given) != 1:
            raise ValueError("give one of code, recovery_code and credential")
        return self


class TotpIn(Strict):
    """An authenticator app to set up."""

    name: Name = "Authenticator app"
    password: Password


class CodeIn(Strict):
    """A code of an app that is being set up."""

    code: Code


class ProofIn(Strict):
    """The present password, for what a stolen session must not do."""

    password: Password


class PasskeyIn(Strict):
    """A key or passkey that the browser made."""

    challenge: OpaqueToken
    name: Name = "Passkey"
    credential: Credential


class SecondFactorView(BaseModel):
    """A second factor, without its secret."""

    id: UUID
    kind: Literal["totp", "webauthn"]
    name: str
    created_at: datetime
    confirmed_at: datetime | None
    last_used_at: datetime | None


class SecondFactorsView(BaseModel):
    """A person's second factors."""

    factors: list[SecondFactorView]
    recovery_codes_left: int


class NewTotpView(BaseModel):
    """What the app is told; shown only here."""

    id: UUID
    secret: str
    otpauth_uri: str


class PasskeyOptionsView(BaseModel):
    """What the browser's `navigator.credentials.create` is given."""

    challenge: str
    options: dict[str, Any]


class RecoveryCodesView(BaseModel):
    """New recovery codes, shown only here; null when there were some before."""

    recovery_codes: list[str] | None
