"""The authorizer's real world: no database, so that it starts quickly outside the VPC."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load
from pydantic import BaseModel, ConfigDict

from functions.auth.channels.jwks import CachedKeys, fetch_jwks
from functions.auth.channels.published import PublishedKeys
from functions.auth.domain.claims import Issuer
from functions.auth.domain.session import Client
from functions.auth.service.verifier import TokenVerifier

if TYPE_CHECKING:
    from netpulse.clock import Clock


class IssuerSettings(BaseModel):
    """Another issuer whose access tokens are believed, such as a Cognito user pool."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    jwks_uri: str
    client_ids: frozenset[str]
    cognito: bool = False


class AuthorizerSettings(Settings):
    """Whom to believe: ourselves, by the keys we have published, and the issuers listed."""

    issuer: str = ""
    sessions_table: str = ""
    issuers: tuple[IssuerSettings, ...] = ()


def issuers(settings: AuthorizerSettings) -> list[Issuer]:
    """Return every issuer to believe; one listed by our own name replaces ourselves."""
    own = Issuer(issuer=settings.issuer, client_ids=frozenset(client.value for client in Client))
    listed = [
        Issuer(
            issuer=each.issuer,
            client_ids=each.client_ids,
            jwks_uri=each.jwks_uri,
            cognito=each.cognito,
        )
        for each in settings.issuers
    ]
    return [*([own] if settings.issuer and settings.sessions_table else []), *listed]


def verifier_of(settings: AuthorizerSettings, clock: Clock) -> TokenVerifier:
    """Return what verifies tokens of these issuers."""
    ours = PublishedKeys(settings.sessions_table)

    def fetch(issuer: Issuer) -> list[dict[str, Any]]:
        if issuer.jwks_uri is None:
            return ours.read()
        return fetch_jwks(issuer.jwks_uri)

    return TokenVerifier(issuers(settings), CachedKeys(fetch, clock), clock)


@cache
def verifier() -> TokenVerifier:
    """Return the process's verifier."""
    return verifier_of(load(AuthorizerSettings), SYSTEM_CLOCK)
