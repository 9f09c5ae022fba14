"""Credentials, opened when they are first needed and as long as they stay what they are."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from netpulse.observability import logger
from netpulse.secrets import Vault

from pollers.checks.spec import Sealed
from pollers.metrics import Metrics


class Keyring:
    """Opens each credential once; one that cannot be opened is tried again the next time."""

    def __init__(self, vault: Vault, metrics: Metrics) -> None:
        self._vault = vault
        self._metrics = metrics
        self._opened: dict[UUID, tuple[bytes, Mapping[str, str]]] = {}

    async def open(self, sealed: Sealed) -> Mapping[str, str] | None:
        """Return a credential's secret; None when it cannot be read now."""
        before = self._opened.get(sealed.id)
        if before is not None and before[0] == sealed.ciphertext:
            return before[1]
        try:
            secret = await asyncio.to_thread(
                self._vault.open,
                sealed.ciphertext,
                organization_id=sealed.organization_id,
                record_id=sealed.id,
            )
        except Exception as error:
            self._metrics.add("netpulse_poller_errors_total", where="credentials")
            logger.error(
                "credential not readable",
                credential_id=str(sealed.id),
                reason=type(error).__name__,
            )
            return None
        plain = {str(name): str(value) for name, value in secret.items() if value is not None}
        self._opened[sealed.id] = (sealed.ciphertext, plain)
        return plain

    def keep(self, ids: set[UUID]) -> None:
        """Forget the secrets of all credentials but these."""
        for gone in self._opened.keys() - ids:
            del self._opened[gone]
