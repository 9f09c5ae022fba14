"""Keys that sign tokens: made as RSA in KMS, which never gives them out, or as PEM without KMS.

An entry of the ring is plain data: `{kid, created_at, public_pem}` with `kms_key_id` or
`private_pem`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from netpulse import aws

if TYPE_CHECKING:
    from datetime import datetime

KEY_BITS = 2048
# infra/grants.py lets functions sign with, and retire, only keys that have this tag.
TAG = {"TagKey": "netpulse:purpose", "TagValue": "signing"}
# KMS keeps a retired key at least this long, in case it was still needed.
_PENDING_DAYS = 7


def make_signing_key(now: datetime, *, by_kms: bool) -> dict[str, str]:
    """Make a key and return its entry."""
    entry = {"kid": now.strftime("%Y%m%d%H%M%S"), "created_at": now.isoformat()}
    return {**entry, **(_in_kms() if by_kms else _in_clear())}


def retire_signing_key(entry: dict[str, str]) -> None:
    """Let KMS forget a key that signs and verifies nothing any more."""
    if "kms_key_id" in entry:
        aws.client("kms").schedule_key_deletion(
            KeyId=entry["kms_key_id"], PendingWindowInDays=_PENDING_DAYS
        )


def _in_kms() -> dict[str, str]:
    client = aws.client("kms")
    made = client.create_key(
        Description="Signs NetPulse's access tokens",
        KeySpec="RSA_2048",
        KeyUsage="SIGN_VERIFY",
        Tags=[TAG],
    )
    key_id = made["KeyMetadata"]["KeyId"]
    der = client.get_public_key(KeyId=key_id)["PublicKey"]
    return {"kms_key_id": key_id, "public_pem": _pem(serialization.load_der_public_key(der))}


def _in_clear() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"private_pem": private.decode(), "public_pem": _pem(key.public_key())}


def _pem(key: object) -> str:
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("a signing key is not RSA")
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
