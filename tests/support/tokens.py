"""Issuers of tokens for tests: their keys, and tokens with any claims."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import RSAAlgorithm

from tests.support.clock import NOON

USER, ORGANIZATION = UUID(int=0xB), UUID(int=0xA)


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return the RSA key of that name; made once, for that takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(key: rsa.RSAPrivateKey) -> str:
    """Return a private key as a secret keeps it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def jwk(key: rsa.RSAPrivateKey, kid: str, **changes: Any) -> dict[str, Any]:
    """Return the public half of a key as an issuer publishes it."""
    found = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    found.pop("key_ops", None)
    return {**found, "kid": kid, "alg": "RS256", "use": "sig", **changes}


@dataclass
class Mint:
    """Makes tokens as one issuer would."""

    issuer: str = "https://np.example"
    kid: str = "2026"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa_key("own"))
    client_id: str = "netpulse-api"
    cognito: bool = False

    def claims(self, now: datetime = NOON, **changes: Any) -> dict[str, Any]:
        """Return an access token's claims; a change to `...` leaves one out."""
        at = int(now.timestamp())
        made: dict[str, Any] = {
            "iss": self.issuer,
            "sub": str(USER),
            "token_use": "access",
            "client_id": self.client_id,
            "username": "amina@kilimo.example",
            "scope": "monitoring",
            "jti": "the-token",
            "origin_jti": "the-session",
            "auth_time": at,
            "iat": at,
            "exp": at + 900,
        }
        made["custom:organization_id" if self.cognito else "org"] = str(ORGANIZATION)
        return {name: value for name, value in {**made, **changes}.items() if value is not ...}

    def token(
        self,
        *,
        headers: dict[str, Any] | None = None,
        algorithm: str = "RS256",
        key: Any = None,
        **changes: Any,
    ) -> str:
        """Return a signed token."""
        return jwt.encode(
            self.claims(**changes),
            self.key if key is None else key,
            algorithm=algorithm,
            headers={"kid": self.kid, **(headers or {})},
        )

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """Return the issuer's published key."""
        return jwk(self.key, self.kid, **changes)
