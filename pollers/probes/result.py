"""What a probe answers."""

from dataclasses import dataclass

from pollers.domain.device import Sample


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """Whether the probe was answered, how fast, why not, and what it read."""

    ok: bool
    reason: str = ""
    response_ms: float | None = None
    loss_ratio: float | None = None
    samples: tuple[Sample, ...] = ()
    # a host key that was seen for the first time, to be held to from now on
    pin: str = ""
