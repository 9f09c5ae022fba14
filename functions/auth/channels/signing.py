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

    from functions.auth.channels.published import PublishedKeys

ALGORITHM = "RS256"


class SigningKeys:
    """The keys of the secret `{"keys": [{kid, private_pem, created_at}]}`, the newest last.

    Each is parsed once: that takes longer than signing with it. They are published before the
    first token is signed, so that a new key can be verified as soon as it signs.
    """

    def __init__(self, secret_id: str, published: PublishedKeys) -> None:
        self._secret_id = secret_id
        self._published = published
        self._told: list[str] = []
        self._parsed: dict[str, RSAPrivateKey] = {}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token."""
        keys = self._stored()
        self._publish(keys)
        newest = keys[-1]
        return jwt.encode(
            dict(claims),
            self._key(newest),
            algorithm=ALGORITHM,
            headers={"kid": newest["kid"]},
        )

    def public_keys(self) -> list[dict[str, str]]:
        """Return the keys that verify our tokens, as JWKs."""
        return self._public(self._stored())

    def _publish(self, keys: list[dict[str, str]]) -> None:
        ids = [key["kid"] for key in keys]
        if ids != self._told:
            self._published.publish(self._public(keys))
            self._told = ids

    def _public(self, keys: list[dict[str, str]]) -> list[dict[str, str]]:
        own = {"alg": ALGORITHM, "use": "sig"}
        return [{**_numbers(self._key(stored)), "kid": stored["kid"], **own} for stored in keys]

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
