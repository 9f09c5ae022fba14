"""A check as the poller runs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pollers.domain.schedule import phase_s
from pollers.probes.target import Target


@dataclass(frozen=True, slots=True)
class Sealed:
    """A credential that is still to be opened."""

    id: UUID
    organization_id: UUID
    ciphertext: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check of one device: what is asked, how often, and how long an answer may take."""

    id: UUID
    device_id: UUID
    organization_id: UUID
    device_number: int
    organization_number: int
    name: str
    kind: str
    target: Target
    settings: Mapping[str, Any]
    interval_s: int
    timeout_s: float
    credential: Sealed | None = None
    watched: frozenset[str] = frozenset()

    @property
    def entity(self) -> str:
        """Return the name of the check's series."""
        return f"check:{self.name}"

    @property
    def phase_s(self) -> float:
        """Return the offset of the check's slots within its interval."""
        return phase_s(self.id, self.interval_s)
