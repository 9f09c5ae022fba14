"""Our own signing keys: RSA, in a secret that the migration fills."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import RSAAlgorithm
from netpulse import aws
from netpulse.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM = "RS256"


class SigningKeys:
    """The keys of the secret `{"keys": [{kid, private_pem, created_at}]}`, the newest last.

    Each is parsed once: that takes longer than signing with it.
    """

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id
        self._parsed: dict[str, RSAPrivateKey] = {}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token."""
        newest = self._stored()[-1]
        return jwt.encode(
            dict(claims),
            self._key(newest),
            algorithm=ALGORITHM,
            headers={"kid": newest["kid"]},
        )

    def public_keys(self, *, fresh: bool = False) -> list[dict[str, str]]:
        """Return the keys that verify our tokens, as JWKs; read anew if `fresh`."""
        return [
            {
                **_numbers(self._key(stored)),
                "kid": stored["kid"],
                "alg": ALGORITHM,
                "use": "sig",
            }
            for stored in self._stored(fresh=fresh)
        ]

    def _stored(self, *, fresh: bool = False) -> list[dict[str, str]]:
        keys: list[dict[str, str]] = aws.secret(self._secret_id, fresh=fresh)["keys"]
        if not keys and not fresh:
            # the secret was read before the migration filled it
            return self._stored(fresh=True)
        if not keys:
            raise UnavailableError("NetPulse is not set up yet; try again shortly")
        return keys

    def _key(self, stored: Mapping[str, str]) -> RSAPrivateKey:
        if stored["kid"] not in self._parsed:
            key = load_pem_private_key(stored["private_pem"].encode(), password=None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError("a signing key is not RSA")
            self._parsed[stored["kid"]] = key
        return self._parsed[stored["kid"]]


def _numbers(key: RSAPrivateKey) -> dict[str, str]:
    jwk = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return {name: jwk[name] for name in ("kty", "n", "e")}
