"""The real world of key rotation: the ring's secret, KMS, the clock."""

from __future__ import annotations

from functools import cache, partial

from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load
from netpulse.signing_keys import make_signing_key, retire_signing_key

from functions.auth.channels.published import PublishedKeys
from functions.auth.channels.signing import KeyRing
from functions.auth.service.rotation import KeyRotation


class RotationSettings(Settings):
    """Where the ring is, and whether KMS keeps its private keys."""

    signing_secret: str
    sessions_table: str
    signing_by_kms: bool = False


@cache
def key_rotation() -> KeyRotation:
    """Return what keeps the ring fresh."""
    settings = load(RotationSettings)
    return KeyRotation(
        KeyRing(settings.signing_secret, PublishedKeys(settings.sessions_table)),
        make=partial(make_signing_key, by_kms=settings.signing_by_kms),
        retire=retire_signing_key,
        clock=SYSTEM_CLOCK,
    )
