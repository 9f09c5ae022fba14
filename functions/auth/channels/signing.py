"""Our own signature: RSA keys of a ring, private ones in KMS, or in the ring without KMS."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import RSAAlgorithm
from netpulse import aws
from netpulse.errors import UnavailableError

from functions.auth.domain.keyring import signing_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.clock import Clock

    from functions.auth.channels.published import PublishedKeys

ALGORITHM = "RS256"


class SigningKeys:
    """The keys of the secret `{"keys": [entry]}` (netpulse.signing_keys), the newest last.

    Each is parsed once: that takes longer than signing with it. They are published before the
    first token is signed, so that a new key can be verified as soon as it signs.
    """

    def __init__(self, secret_id: str, published: PublishedKeys, clock: Clock) -> None:
        self._secret_id = secret_id
        self._published = published
        self._clock = clock
        self._told: list[str] = []
        self._parsed: dict[str, RSAPrivateKey] = {}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return a signed token."""
        ring = self._stored()
        self._publish(ring)
        entry = signing_entry(ring, self._clock.now())
        if "kms_key_id" in entry:
            return _signed_by_kms(claims, entry)
        return jwt.encode(
            dict(claims),
            self._key(entry),
            algorithm=ALGORITHM,
            headers={"kid": entry["kid"]},
        )

    def public_keys(self) -> list[dict[str, str]]:
        """Return the keys that verify our tokens, as JWKs."""
        return [_jwk(entry) for entry in self._stored()]

    def _publish(self, ring: list[dict[str, str]]) -> None:
        ids = [entry["kid"] for entry in ring]
        if ids != self._told:
            self._published.publish([_jwk(entry) for entry in ring])
            self._told = ids

    def _stored(self, *, fresh: bool = False) -> list[dict[str, str]]:
        ring: list[dict[str, str]] = aws.secret(self._secret_id, fresh=fresh)["keys"]
        if not ring and not fresh:
            # the secret was read before the migration filled it
            return self._stored(fresh=True)
        if not ring:
            raise UnavailableError("NetPulse is not set up yet; try again shortly")
        return ring

    def _key(self, entry: Mapping[str, str]) -> RSAPrivateKey:
        if entry["kid"] not in self._parsed:
            key = load_pem_private_key(entry["private_pem"].encode(), password=None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError("a signing key is not RSA")
            self._parsed[entry["kid"]] = key
        return self._parsed[entry["kid"]]


class KeyRing:
    """The secret of the ring, as the rotation changes it."""

    def __init__(self, secret_id: str, published: PublishedKeys) -> None:
        self._secret_id = secret_id
        self._published = published

    def read(self) -> list[dict[str, str]]:
        """Return the keys, the newest last."""
        found: list[dict[str, str]] = aws.secret(self._secret_id, fresh=True)["keys"]
        return found

    def write(self, ring: list[dict[str, str]]) -> None:
        """Store the keys and publish what verifies with them."""
        aws.client("secretsmanager").put_secret_value(
            SecretId=self._secret_id, SecretString=json.dumps({"keys": ring})
        )
        self._published.publish([_jwk(entry) for entry in ring])


def _signed_by_kms(claims: Mapping[str, Any], entry: Mapping[str, str]) -> str:
    header = {"alg": ALGORITHM, "kid": entry["kid"], "typ": "JWT"}
    signed = f"{_part(header)}.{_part(claims)}"
    answer = aws.client("kms").sign(
        KeyId=entry["kms_key_id"],
        # at most 4,096 bytes, which is more than API Gateway takes of a header's token
        Message=signed.encode(),
        MessageType="RAW",
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )
    return f"{signed}.{_text(answer['Signature'])}"


def _part(content: Mapping[str, Any]) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _jwk(entry: Mapping[str, str]) -> dict[str, str]:
    numbers = json.loads(RSAAlgorithm.to_jwk(_public(entry)))
    own = {"kid": entry["kid"], "alg": ALGORITHM, "use": "sig"}
    return {**{name: numbers[name] for name in ("kty", "n", "e")}, **own}


def _public(entry: Mapping[str, str]) -> RSAPublicKey:
    if "public_pem" in entry:
        key = load_pem_public_key(entry["public_pem"].encode())
    else:
        # a key from before rings had public keys of their own
        key = load_pem_private_key(entry["private_pem"].encode(), password=None).public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError("a signing key is not RSA")
    return key
