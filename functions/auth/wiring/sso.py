"""The real world of single sign-on: the providers over HTTPS, and what logins need anyway."""

from __future__ import annotations

import secrets
from functools import cache

from netpulse.clock import SYSTEM_CLOCK
from netpulse.networks import outside_policy
from netpulse.outgoing import Outgoing
from netpulse.secrets import vault
from netpulse.settings import Settings, load

from functions.auth.channels.oidc import OidcProviders
from functions.auth.repository.journeys import DynamoJourneys
from functions.auth.service.providers import ProviderService
from functions.auth.service.single_sign_on import SsoService
from functions.auth.wiring.http import public_url, session_service, token_issuer
from functions.auth.wiring.work import work

_CALLBACK = "/api/v1/auth/sso/callback"


class SsoSettings(Settings):
    """Where providers may not be, and where journeys are kept."""

    sessions_table: str
    forbidden_networks: str = ""


@cache
def _outgoing() -> Outgoing:
    return Outgoing(outside_policy(load(SsoSettings).forbidden_networks), max_bytes=256 * 1024)


@cache
def _oidc() -> OidcProviders:
    return OidcProviders(_outgoing(), SYSTEM_CLOCK)


def _redirect_uri() -> str:
    return f"{public_url().rstrip('/')}{_CALLBACK}"


@cache
def sso_service() -> SsoService:
    """Return what lets people in by their provider."""
    return SsoService(
        work(),
        session_service(),
        token_issuer(),
        vault=vault(),
        oidc=_oidc(),
        journeys=DynamoJourneys(load(SsoSettings).sessions_table),
        redirect_uri=_redirect_uri(),
        random=secrets.token_bytes,
        clock=SYSTEM_CLOCK,
    )


@cache
def provider_service() -> ProviderService:
    """Return what sets providers up."""
    return ProviderService(
        work(),
        vault(),
        _oidc(),
        _outgoing(),
        redirect_uri=_redirect_uri(),
        clock=SYSTEM_CLOCK,
    )
