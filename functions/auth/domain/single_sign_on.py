"""Logging in at an organisation's own provider: OpenID Connect, code flow with PKCE (RFC 7636).

A provider speaks for its own organisation only. Whoever runs one could name any address, so what
it says never opens a login that existed before it, nor another organisation.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from netpulse.permissions import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import OrganizationId

# From our page to the provider's and back.
JOURNEY_LIFETIME = timedelta(minutes=10)
LEEWAY_S = 60
ALGORITHMS = ("RS256", "ES256", "PS256")
_LONGEST_SUBJECT = 255


@dataclass(frozen=True, kw_only=True)
class GroupRole:
    """What members of a provider's group are here."""

    group: str
    role: Role
    role_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An OpenID Connect provider of one organisation."""

    id: UUID
    organization_id: OrganizationId
    name: str
    issuer: str
    client_id: str
    sealed_secret: bytes | None
    scopes: str
    group_claim: str
    group_roles: tuple[GroupRole, ...]
    default_role: Role | None
    email_domains: tuple[str, ...]
    enabled: bool
    enforced: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Journey:
    """Somebody on the way to a provider; `digest` is of the state, which their browser keeps."""

    digest: str
    provider_id: UUID
    nonce: str
    verifier: str
    expires_at: datetime


@dataclass(frozen=True)
class Stranger:
    """Who came back, as the provider tells."""

    subject: str
    email: str
    full_name: str
    groups: tuple[str, ...]


class UnbelievableError(Exception):
    """What the provider says does not hold; the text is for the organisation's log."""


def code_challenge(verifier: str) -> str:
    """Return what stands for a verifier in the first request (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_url(
    endpoint: str, provider: Provider, journey: Journey, *, state: str, redirect_uri: str
) -> str:
    """Return the address at the provider where the person logs in."""
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scopes,
        "state": state,
        "nonce": journey.nonce,
        "code_challenge": code_challenge(journey.verifier),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def stranger_of(claims: Mapping[str, Any], provider: Provider, *, nonce: str) -> Stranger:
    """Return who an id token tells of, its signature, issuer, audience and times verified before.

    Raises UnbelievableError (OpenID Connect Core 1.0, 3.1.3.7).
    """
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise UnbelievableError("the token is meant for somebody else, too")
    if claims.get("nonce") != nonce:
        raise UnbelievableError("the token answers another login")
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise UnbelievableError("the token names nobody")
    if not isinstance(email, str) or "@" not in email:
        raise UnbelievableError("the token has no email; ask for the scope `email`")
    # some providers send it as text
    if str(claims.get("email_verified")).lower() == "false":
        raise UnbelievableError("the provider has not verified the email")
    groups = claims.get(provider.group_claim, [])
    return Stranger(
        subject=subject,
        email=email.strip().lower(),
        full_name=str(claims.get("name") or email.partition("@")[0])[:255],
        groups=tuple(str(group) for group in groups)
        if isinstance(groups, list)
        else (str(groups),),
    )


def role_for(provider: Provider, groups: Sequence[str]) -> GroupRole | None:
    """Return what somebody in these groups is here; None: they do not come in."""
    for mapped in provider.group_roles:
        if mapped.group in groups:
            return mapped
    return GroupRole(group="", role=provider.default_role) if provider.default_role else None
