"""Flap detection with Icinga's weights.

Of the last 20 looks it is kept whether the state was another than before. A change weighs 0.8 when
it is the oldest and 1.18 when it is the newest; more than 30 % is flapping, 25 % and less is not.
"""

from __future__ import annotations

SLOTS = 20
START, STOP = 30.0, 25.0
_WEIGHTS = tuple(0.8 + 0.02 * i for i in range(SLOTS))


def after_look(ring: str, *, changed: bool) -> str:
    """Return the ring after one more look; empty when nothing changed for long."""
    grown = (ring + "01"[changed])[-SLOTS:]
    return grown if "1" in grown else ""


def percent(ring: str) -> float:
    """Return how much the state changes, in percent of what is possible."""
    padded = ring.rjust(SLOTS, "0")
    weighed = sum(w for w, bit in zip(_WEIGHTS, padded, strict=True) if bit == "1")
    return 100.0 * weighed / SLOTS


def is_flapping(ring: str, *, was_flapping: bool) -> bool:
    """Return whether a state flaps, by the threshold of whoever flapped before or not."""
    value = percent(ring)
    return value > STOP if was_flapping else value > START
