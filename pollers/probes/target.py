"""What a probe is pointed at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pollers.probes.result import ProbeResult


@dataclass(frozen=True, slots=True)
class Target:
    """An address, and what is needed to be let in there; secrets never show in a representation.

    Without `beyond` a probe connects to this address alone, whatever its settings name.
    """

    address: str
    beyond: bool = False
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    # the SSH host key that was seen first
    pinned: str = ""


Probe = Callable[[Target, Mapping[str, Any]], Awaitable[ProbeResult]]
"""One probe: its result says what went wrong; only the caller's deadline ends it early."""
