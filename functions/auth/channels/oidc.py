"""An OpenID Connect provider over HTTPS: discovery, the code's exchange, the id token's proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import jwt
from netpulse.errors import ExternalServiceError
from netpulse.outgoing import OutgoingError

from functions.auth.domain.single_sign_on import ALGORITHMS, LEEWAY_S, UnbelievableError

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.outgoing import Outgoing

    from functions.auth.domain.single_sign_on import Journey, Provider

_OK = 200
_FRESH = timedelta(hours=1)
# An attacker's made-up key ids bring one fetch of the keys a minute.
_BETWEEN = timedelta(minutes=1)
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class _Known:
    document: dict[str, Any]
    read_at: datetime
    keys: dict[str, Any]
    keys_read_at: datetime | None = None


class OidcProviders:
    """Speaks with providers; what they publish is kept for an hour."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def authorization_endpoint(self, issuer: str) -> str:
        """Return where people log in; raise ExternalServiceError."""
        endpoint: str = self._discovered(issuer).document["authorization_endpoint"]
        return endpoint

    def claims(
        self, provider: Provider, secret: str | None, journey: Journey, code: str, redirect_uri: str
    ) -> dict[str, Any]:
        """Return the verified claims of the id token that a code brings.

        Raises ExternalServiceError when the provider fails, UnbelievableError when it is not to be
        believed.
        """
        known = self._discovered(provider.issuer)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": provider.client_id,
            "code_verifier": journey.verifier,
            **({"client_secret": secret} if secret else {}),
        }
        answer = self._json(
            "POST",
            known.document["token_endpoint"],
            body=urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
        )
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise UnbelievableError("the provider gave no id token")
        return self._verified(token, provider, known)

    def _verified(self, token: str, provider: Provider, known: _Known) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(known, str(header.get("kid", "")))
            if key is None:
                raise UnbelievableError("the token is signed with a key that is not published")
            found: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                issuer=provider.issuer,
                audience=provider.client_id,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise UnbelievableError(f"the token does not hold: {error}") from error
        return found

    def _key(self, known: _Known, key_id: str) -> Any | None:
        now = self._clock.now()
        may_read = known.keys_read_at is None or now - known.keys_read_at >= _BETWEEN
        if key_id not in known.keys and may_read:
            known.keys_read_at = now
            known.keys = _keys_of(self._json("GET", known.document["jwks_uri"]))
        return known.keys.get(key_id)

    def _discovered(self, issuer: str) -> _Known:
        now = self._clock.now()
        known = self._known.get(issuer)
        if known is None or now - known.read_at > _FRESH:
            url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            document = self._json("GET", url)
            if document.get("issuer") != issuer:
                raise ExternalServiceError("The provider calls itself by another issuer's name")
            if not all(isinstance(document.get(name), str) for name in _NEEDED):
                raise ExternalServiceError("The provider's configuration is not whole")
            known = self._known[issuer] = _Known(document, now, {})
        return known

    def _json(
        self, method: str, url: str, *, body: bytes | None = None, content_type: str = ""
    ) -> dict[str, Any]:
        headers = {"Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        try:
            reply = self._outgoing.send(method, url, headers=headers, body=body)
            found = json.loads(reply.body) if reply.status == _OK else None
        except (OutgoingError, ValueError) as error:
            raise ExternalServiceError("The identity provider cannot be asked") from error
        if not isinstance(found, dict):
            raise ExternalServiceError(f"The identity provider answered {reply.status}")
        return found


def _keys_of(jwks: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for jwk in jwks.get("keys") or []:
        try:
            if (
                jwk.get("use", "sig") == "sig"
                and jwk.get("kty") in {"RSA", "EC"}
                and "d" not in jwk
            ):
                found[str(jwk.get("kid", ""))] = jwt.PyJWK.from_dict(jwk).key
        except (jwt.PyJWTError, AttributeError, ValueError, TypeError, KeyError):
            continue
    return found
