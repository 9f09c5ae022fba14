"""Figures as people read them."""

from __future__ import annotations

import math

# keeps a number and its unit on one line
TIED = "\u00a0"
UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def duration(seconds: float) -> str:
    """Return a length of time to the second: `3 h 12 min 05 s`."""
    left = round(seconds)
    parts: list[str] = []
    for unit, length in UNITS:
        count, left = divmod(left, length)
        if parts or count or unit == "s":
            parts.append(f"{count:02d}{TIED}{unit}" if parts else f"{count}{TIED}{unit}")
    return " ".join(parts)


def percent(ratio: float | None) -> str:
    """Return a ratio in percent, cut and never rounded up: what is not whole is not 100 %."""
    if ratio is None:
        return f"no{TIED}data"
    if ratio == 1:
        return f"100{TIED}%"
    return f"{math.floor(round(ratio * 1e5, 6)) / 1e3:.3f}{TIED}%"
