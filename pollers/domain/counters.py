"""Rates out of counters that wrap, reset and go missing, without a false spike."""

from array import array
from dataclasses import dataclass
from typing import Literal

WRAPS = {32: 2**32, 64: 2**64}
# A 64-bit counter does not wrap in a lifetime unless it began near its end.
_NEAR_END_64 = 2**64 - 2**48
# A link that is given no speed is not believed to do more than this of a 32-bit counter a second.
_UNLIKELY_RATE = 2**32 / 10
_SPEED_TOLERANCE = 1.5
UPTIME_WRAP_TICKS = 2**32
# 497 days of ticks; a device seen near this value may wrap, any other fall is a reboot.
_WRAP_NEARNESS_TICKS = 100 * 3600

_KEPT: Literal["Q"] = "Q"
ABSENT = 2**64 - 1
"""Stands where a counter was not read; one that truly has this value has a gap there."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A device's counters as they were read at one instant (epoch seconds), a row an entity."""

    at: float
    rows: "dict[str, array[int]]"

    def packed(self) -> "PackedCounts":
        """Return them as they are kept until the next cycle."""
        values = array(_KEPT)
        for row in self.rows.values():
            values.extend(row)
        return PackedCounts(self.at, tuple(self.rows), values)


@dataclass(frozen=True, slots=True)
class PackedCounts:
    """Counters at eight octets each, all of a device's behind one another.

    A poller has hundreds of thousands: as objects they would be most of its memory.
    """

    at: float
    entities: tuple[str, ...]
    values: "array[int]"

    def counted(self) -> Counted:
        """Return them a row an entity again."""
        width = len(self.values) // max(1, len(self.entities))
        return Counted(
            self.at,
            {
                entity: self.values[place * width : (place + 1) * width]
                for place, entity in enumerate(self.entities)
            },
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A counter as it was read: value, width in bits and the instant (epoch seconds)."""

    value: int
    at: float
    bits: int = 64


@dataclass(frozen=True, slots=True)
class Uptime:
    """sysUpTime as it was read, in hundredths of a second."""

    ticks: int
    at: float


def rebooted(before: Uptime | None, now: Uptime | None) -> bool:
    """Return whether the device restarted between two readings.

    sysUpTime wraps after 497 days: a fall from just under 2**32 that matches the time passed
    is that wrap, not a reboot.
    """
    if before is None or now is None or now.ticks >= before.ticks:
        return False
    elapsed = (now.at - before.at) * 100
    expected = before.ticks + elapsed
    if expected < UPTIME_WRAP_TICKS - _WRAP_NEARNESS_TICKS:
        return True
    return abs(expected - UPTIME_WRAP_TICKS - now.ticks) > max(6000.0, elapsed * 0.1)


def rate_per_s(
    before: Reading | None, now: Reading, *, reset: bool, ceiling_per_s: float | None = None
) -> float | None:
    """Return the counter's increase a second, or None when that cannot be known.

    A 32-bit counter that fell without a reset wrapped once, if the rate this implies is
    possible (`ceiling_per_s`, from the link's speed); a 64-bit counter that fell was cleared.
    """
    if before is None or reset or before.bits != now.bits:
        return None
    elapsed = now.at - before.at
    if elapsed <= 0:
        return None
    delta = now.value - before.value
    if delta < 0:
        if WRAPS[now.bits] > WRAPS[32] and before.value < _NEAR_END_64:
            return None
        delta += WRAPS[now.bits]
    rate = delta / elapsed
    if ceiling_per_s is not None:
        return rate if rate <= ceiling_per_s * _SPEED_TOLERANCE else None
    wrapped = now.value < before.value
    return None if wrapped and rate > _UNLIKELY_RATE else rate


def rate_between(
    before: Counted | None,
    now: Counted,
    entity: str,
    place: int,
    *,
    bits: int,
    ceiling_per_s: float | None = None,
) -> float | None:
    """Return the rate of the counter at a place of an entity's row, None when it has none."""
    row = before.rows.get(entity) if before is not None else None
    if before is None or row is None:
        return None
    earlier, later = row[place], now.rows[entity][place]
    if ABSENT in (earlier, later):
        return None
    return rate_per_s(
        Reading(earlier, before.at, bits),
        Reading(later, now.at, bits),
        reset=False,
        ceiling_per_s=ceiling_per_s,
    )


def utilisation_percent(bits_per_s: float, speed_bps: float | None) -> float | None:
    """Return a link's load in percent of its speed, at most 100."""
    if not speed_bps:
        return None
    return min(100.0, 100.0 * bits_per_s / speed_bps)
