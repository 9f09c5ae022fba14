"""A device as the poll loop follows it."""

from dataclasses import dataclass, field
from enum import StrEnum

from pollers.domain.device import Device, Sample
from pollers.domain.verdict import Verdict
from pollers.probes.result import ProbeResult
from pollers.probes.snmp import SnmpState


class Visit(StrEnum):
    """Why a device is probed now."""

    SLOT = "slot"
    FIRST = "first"
    # a slot whose visit was no probe
    AGAIN = "again"
    CONFIRMATION = "confirmation"


@dataclass(slots=True, eq=False)
class Tracked:
    """What the loop remembers of a device."""

    device: Device
    verdict: Verdict = field(default_factory=Verdict)
    snmp: SnmpState | None = None
    busy: bool = False
    generation: int = 0
    told_at: float = float("-inf")
    told: tuple[object, ...] | None = None


@dataclass(slots=True)
class Visiting:
    """One visit under way: when it was due, and what it has found so far."""

    tracked: Tracked
    device: Device
    visit: Visit
    at: float
    began: float
    lag_s: float = 0.0
    results: dict[str, ProbeResult] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    blind: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether everything that was asked was answered."""
        return bool(self.results) and all(result.ok for result in self.results.values())

    def take(self, protocol: str, result: ProbeResult) -> None:
        """Keep a probe's result and its samples."""
        self.results[protocol] = result
        self.samples += result.samples
