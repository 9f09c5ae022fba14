"""The authorizer's question: is this token one that we believe?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from netpulse.errors import UnavailableError

from functions.auth.domain import claims as rules
from functions.auth.domain.claims import Issuer, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jwt.types import Options
    from netpulse.clock import Clock

    from functions.auth.ports import PublicKeys

MAX_TOKEN_BYTES = 8 * 1024
_LONGEST_KEY_ID = 200
ALGORITHM = "RS256"
_UNREAD: Options = {"verify_signature": False}
# Instants and audience are judged by rules.judge, with our clock.
_OPTIONS: Options = {
    "require": list(rules.REQUIRED),
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class TokenVerifier:
    """Verifies access tokens of the issuers it was given."""

    def __init__(self, issuers: Iterable[Issuer], keys: PublicKeys, clock: Clock) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        self._keys = keys
        self._clock = clock

    def verify(self, token: str) -> dict[str, str]:
        """Return the authorizer's context: `outcome`, and who the caller is when it is `ok`."""
        if len(token) > MAX_TOKEN_BYTES:
            return {"outcome": Outcome.INVALID.value}
        try:
            return self._verified(token)
        except UnavailableError:
            return {"outcome": Outcome.UNAVAILABLE.value}
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            return {"outcome": Outcome.INVALID.value}

    def _verified(self, token: str) -> dict[str, str]:
        found = self._issuer_and_key(token)
        if found is None:
            return {"outcome": Outcome.INVALID.value}
        issuer, key = found
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], issuer=issuer.issuer, options=_OPTIONS
        )
        outcome = rules.judge(claims, issuer, now=self._clock.now())
        if outcome is not Outcome.OK:
            return {"outcome": outcome.value}
        return {"outcome": outcome.value, **rules.context_of(claims, issuer)}

    def _issuer_and_key(self, token: str) -> tuple[Issuer, Any] | None:
        """Return whose key to try. Of what is not verified yet only `iss` and `kid` are read.

        Both are nothing but names to look up: `jku`, `x5u` and `jwk` are never followed.
        """
        header = jwt.get_unverified_header(token)
        key_id = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
            return None
        name = jwt.decode(token, options=_UNREAD).get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        if issuer is None or len(key_id) > _LONGEST_KEY_ID:
            return None
        key = self._keys.find(issuer, key_id)
        return None if key is None else (issuer, key)
