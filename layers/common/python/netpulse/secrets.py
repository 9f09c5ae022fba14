"""Secrets at rest: a KMS data key encrypts each record, bound to its organisation and id."""

from __future__ import annotations

import json
import os as _os
import struct
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from netpulse import aws
from netpulse.settings import Settings, load

if TYPE_CHECKING:
    from uuid import UUID

_VERSION = 1
_NONCE_BYTES = 12


class VaultSettings(Settings):
    """The key that data keys are wrapped with."""

    credentials_key_id: str


class Vault(Protocol):
    """Encrypts and decrypts a record's secret."""

    def seal(self, secret: dict[str, Any], *, organization_id: UUID, record_id: UUID) -> bytes:
        """Return the ciphertext of `secret` for one record."""
        ...

    def open(self, ciphertext: bytes, *, organization_id: UUID, record_id: UUID) -> dict[str, Any]:
        """Return the secret; raise if the ciphertext is another record's or was changed."""
        ...


def _context(organization_id: UUID, record_id: UUID) -> dict[str, str]:
    return {"organization_id": str(organization_id), "record_id": str(record_id)}


class KmsVault:
    """Envelope encryption: version, wrapped data key, nonce, AES-256-GCM ciphertext."""

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id
        self._data_keys: dict[bytes, bytes] = {}

    def seal(self, secret: dict[str, Any], *, organization_id: UUID, record_id: UUID) -> bytes:
        """Return the ciphertext of `secret` for one record."""
        context = _context(organization_id, record_id)
        answer = aws.client("kms").generate_data_key(
            KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context
        )
        wrapped: bytes = answer["CiphertextBlob"]
        nonce = _os.urandom(_NONCE_BYTES)
        sealed = AESGCM(answer["Plaintext"]).encrypt(
            nonce, json.dumps(secret).encode(), json.dumps(context, sort_keys=True).encode()
        )
        return struct.pack("!BH", _VERSION, len(wrapped)) + wrapped + nonce + sealed

    def open(self, ciphertext: bytes, *, organization_id: UUID, record_id: UUID) -> dict[str, Any]:
        """Return the secret; raise if the ciphertext is another record's or was changed."""
        context = _context(organization_id, record_id)
        version, length = struct.unpack_from("!BH", ciphertext)
        if version != _VERSION:
            raise ValueError(f"unknown secret version {version}")
        start = struct.calcsize("!BH")
        wrapped = ciphertext[start : start + length]
        nonce = ciphertext[start + length : start + length + _NONCE_BYTES]
        sealed = ciphertext[start + length + _NONCE_BYTES :]
        opened = AESGCM(self._data_key(wrapped, context)).decrypt(
            nonce, sealed, json.dumps(context, sort_keys=True).encode()
        )
        value: dict[str, Any] = json.loads(opened)
        return value

    def _data_key(self, wrapped: bytes, context: dict[str, str]) -> bytes:
        # One KMS call a record and process: a poller opens the same few credentials all day. The
        # record's own context is still checked by AES-GCM's associated data.
        if wrapped not in self._data_keys:
            answer = aws.client("kms").decrypt(CiphertextBlob=wrapped, EncryptionContext=context)
            self._data_keys[wrapped] = answer["Plaintext"]
        return self._data_keys[wrapped]


@cache
def vault() -> KmsVault:
    """Return the process's vault."""
    return KmsVault(load(VaultSettings).credentials_key_id)
