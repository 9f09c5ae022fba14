"""Keys, digests and ciphers of SNMPv3's user-based security model.

RFC 3414 (MD5, SHA-1, DES, key localisation), RFC 3826 (AES-128), RFC 7860 (SHA-2). Longer AES keys
were never standardised: net-snmp and most makers stretch a short digest as Blumenthal's draft says,
Cisco and some others as Reeder's (`AES192C`, `AES256C`). The ciphers and digests themselves are
OpenSSL's.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_PASSWORD_STRETCH = 1 << 20
_DES_KEY = 8
_BLOCK = 8


@dataclass(frozen=True, slots=True)
class Digest:
    """An authentication protocol: the hash and how much of the HMAC is sent."""

    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Privacy:
    """A privacy protocol: the key's length and how a shorter digest is stretched to it."""

    name: str
    key_length: int
    by_reeder: bool = False


DIGESTS: Mapping[str, Digest] = {
    "MD5": Digest("md5", 12),
    "SHA": Digest("sha1", 12),
    "SHA1": Digest("sha1", 12),
    "SHA224": Digest("sha224", 16),
    "SHA256": Digest("sha256", 24),
    "SHA384": Digest("sha384", 32),
    "SHA512": Digest("sha512", 48),
}
PRIVACIES: Mapping[str, Privacy] = {
    "DES": Privacy("des", 16, by_reeder=True),
    "AES": Privacy("aes", 16),
    "AES128": Privacy("aes", 16),
    "AES192": Privacy("aes", 24),
    "AES256": Privacy("aes", 32),
    "AES192C": Privacy("aes", 24, by_reeder=True),
    "AES256C": Privacy("aes", 32, by_reeder=True),
}


class UserError(ValueError):
    """A credential that makes no user."""


class UndecipherableError(ValueError):
    """What arrived cannot be deciphered."""


@dataclass(frozen=True, slots=True)
class User:
    """Who asks; passwords never show in a representation."""

    name: bytes
    digest: Digest | None = None
    auth_password: bytes = field(default=b"", repr=False)
    privacy: Privacy | None = None
    priv_password: bytes = field(default=b"", repr=False)

    def keys_for(self, engine_id: bytes) -> "Keys":
        """Return the user's keys for one agent's engine."""
        if self.digest is None:
            return Keys()
        hash_name = self.digest.name
        auth = localised(hash_name, self.auth_password, engine_id)
        if self.privacy is None:
            return Keys(self.digest, auth)
        priv = localised(hash_name, self.priv_password, engine_id)
        return Keys(
            self.digest, auth, self.privacy, stretched(hash_name, priv, engine_id, self.privacy)
        )


@dataclass(slots=True)
class Keys:
    """A user's localised keys, at work."""

    digest: Digest | None = None
    auth: bytes = field(default=b"", repr=False)
    privacy: Privacy | None = None
    priv: bytes = field(default=b"", repr=False)
    _salt: int = field(default_factory=lambda: secrets.randbits(64), repr=False)
    _aes: AES | None = field(default=None, repr=False)

    def sign(self, message: bytes) -> bytes:
        """Return the truncated HMAC of a message whose digest is still zeros."""
        if self.digest is None:
            return b""
        return hmac.digest(self.auth, message, self.digest.name)[: self.digest.length]

    def encrypt(self, plain: bytes, boots: int, clock: int) -> tuple[bytes, bytes]:
        """Return the ciphertext and the privacy parameters to send with it."""
        # Never the same twice under one key: the salt only counts, from a random begin.
        self._salt = self._salt + 1 & 0xFFFFFFFFFFFFFFFF
        if self.privacy is not None and self.privacy.name == "des":
            salt = boots.to_bytes(4, "big") + (self._salt & 0xFFFFFFFF).to_bytes(4, "big")
            padded = plain + b"\0" * (-len(plain) % _BLOCK)
            encryptor = self._des(salt).encryptor()
        else:
            salt = self._salt.to_bytes(8, "big")
            padded = plain
            encryptor = self._aes_cipher(boots, clock, salt).encryptor()
        return encryptor.update(padded) + encryptor.finalize(), salt

    def decrypt(self, data: bytes, boots: int, clock: int, salt: bytes) -> bytes:
        """Return the plaintext, padding of DES and all; raise when it cannot be one."""
        if self.privacy is None or len(salt) != _BLOCK:
            raise UndecipherableError("no privacy parameters")
        if self.privacy.name == "des":
            if not data or len(data) % _BLOCK:
                raise UndecipherableError("not whole blocks")
            decryptor = self._des(salt).decryptor()
        else:
            decryptor = self._aes_cipher(boots, clock, salt).decryptor()
        return decryptor.update(data) + decryptor.finalize()

    def _aes_cipher(self, boots: int, clock: int, salt: bytes) -> "Cipher[CFB]":
        if self._aes is None:
            self._aes = AES(self.priv)
        return Cipher(self._aes, CFB(boots.to_bytes(4, "big") + clock.to_bytes(4, "big") + salt))

    def _des(self, salt: bytes) -> "Cipher[CBC]":
        key, pre_iv = self.priv[:_DES_KEY], self.priv[_DES_KEY : 2 * _DES_KEY]
        iv = bytes(a ^ b for a, b in zip(pre_iv, salt, strict=True))
        return Cipher(TripleDES(key * 3), CBC(iv))  # DES: three times the same key


def user_of(security: Mapping[str, str]) -> User:
    """Return the user a credential describes; raise UserError when it makes none."""
    name = security.get("username") or security.get("security_name") or security.get("user", "")
    if not name:
        raise UserError("the credential names no user")
    auth, auth_password = _protocol(security, "auth")
    priv, priv_password = _protocol(security, "priv")
    if auth and auth not in DIGESTS:
        raise UserError("auth protocol not supported")
    if priv and priv not in PRIVACIES:
        raise UserError("priv protocol not supported")
    if priv and not auth:
        raise UserError("privacy needs authentication")
    return User(
        name.encode(),
        DIGESTS[auth] if auth else None,
        auth_password,
        PRIVACIES[priv] if priv else None,
        priv_password,
    )


def _protocol(security: Mapping[str, str], part: str) -> tuple[str, bytes]:
    protocol = security.get(f"{part}_protocol", "").upper().replace("-", "").replace("_", "")
    password = security.get(f"{part}_password") or security.get(f"{part}_key")
    if not protocol or protocol == "NONE" or not password:
        return "", b""
    return protocol, password.encode()


@lru_cache(maxsize=1024)
def _stretched_password(hash_name: str, password: bytes) -> bytes:
    """Return the digest of a megabyte of the repeated password (RFC 3414, A.2)."""
    repeats = _PASSWORD_STRETCH // len(password) + 1
    return hashlib.new(hash_name, (password * repeats)[:_PASSWORD_STRETCH]).digest()


@lru_cache(maxsize=16384)
def localised(hash_name: str, password: bytes, engine_id: bytes) -> bytes:
    """Return a password's key for one engine, so that one agent's key opens no other."""
    key = _stretched_password(hash_name, password)
    return hashlib.new(hash_name, key + engine_id + key).digest()


def stretched(hash_name: str, key: bytes, engine_id: bytes, privacy: Privacy) -> bytes:
    """Return a localised key as long as the cipher needs it."""
    while len(key) < privacy.key_length:
        if privacy.by_reeder:
            repeats = _PASSWORD_STRETCH // len(key) + 1
            more = hashlib.new(hash_name, (key * repeats)[:_PASSWORD_STRETCH]).digest()
            key += hashlib.new(hash_name, more + engine_id + more).digest()
        else:
            key += hashlib.new(hash_name, key).digest()
    return key[: privacy.key_length]
