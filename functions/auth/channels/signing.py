"""Our own signing keys: RSA, in a secret that the migration fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from netpulse import aws
from netpulse.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALGORITHM = "RS256"


class SecretSigner:
    """Signs with the newest key of the secret `{"keys": [{kid, private_pem, public_jwk, …}]}`."""

    def __init__(self, secret_id: str) -> None:
        self._secret_id = secret_id
        self._parsed: tuple[str, RSAPrivateKey] | None = None

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token."""
        newest = signing_keys(self._secret_id)[-1]
        # parsing and checking an RSA key takes longer than signing with it
        if self._parsed is None or self._parsed[0] != newest["kid"]:
            key = load_pem_private_key(newest["private_pem"].encode(), password=None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError("a signing key is not RSA")
            self._parsed = (newest["kid"], key)
        key_id, signing_key = self._parsed
        return jwt.encode(dict(claims), signing_key, algorithm=ALGORITHM, headers={"kid": key_id})

    def public_keys(self) -> list[dict[str, str]]:
        """Return the keys that verify our tokens, as JWKs."""
        return public_keys(self._secret_id)


def signing_keys(secret_id: str, *, fresh: bool = False) -> list[dict[str, Any]]:
    """Return the secret's keys, the oldest first; raise UnavailableError before the first one."""
    keys: list[dict[str, Any]] = aws.secret(secret_id, fresh=fresh)["keys"]
    if not keys:
        raise UnavailableError("NetPulse is not set up yet; try again shortly")
    return keys


def public_keys(secret_id: str, *, fresh: bool = False) -> list[dict[str, str]]:
    """Return the public half of the secret's keys."""
    return [key["public_jwk"] for key in signing_keys(secret_id, fresh=fresh)]


def own_keys(secret_id: str) -> Callable[[], list[dict[str, str]]]:
    """Return what reads our public keys anew."""
    return lambda: public_keys(secret_id, fresh=True)
