"""When a device is polled: slots every poller computes alike, from id and interval alone."""

from hashlib import blake2b, sha256
from math import floor
from uuid import UUID

SHARDS = 256
MIN_INTERVAL_S = 10
MAX_INTERVAL_S = 3600


def _stable_hash(device_id: UUID) -> int:
    return int.from_bytes(blake2b(device_id.bytes, digest_size=8).digest())


def shard_of(device_id: UUID) -> int:
    """Return the virtual shard a device belongs to, for ever; `netpulse.shard_of` in SQL."""
    return sha256(device_id.bytes).digest()[0]


def clamp_interval(seconds: int) -> int:
    """Return the interval held within what the poller promises, 10 s to 1 h."""
    return max(MIN_INTERVAL_S, min(MAX_INTERVAL_S, seconds))


def phase_s(device_id: UUID, interval_s: int) -> float:
    """Return the device's own offset within its interval, in whole milliseconds."""
    return (_stable_hash(device_id) >> 8) % (interval_s * 1000) / 1000


def slot_of(now: float, interval_s: int, phase: float) -> float:
    """Return the start of the slot that `now` lies in (epoch seconds)."""
    # In whole milliseconds: a slot's own start must never fall into the slot before it.
    now_ms, phase_ms, interval_ms = round(now * 1000), round(phase * 1000), interval_s * 1000
    return ((now_ms - phase_ms) // interval_ms * interval_ms + phase_ms) / 1000


def next_slot(now: float, interval_s: int, phase: float) -> float:
    """Return the start of the first slot after `now`."""
    return round(slot_of(now, interval_s, phase) + interval_s, 3)


def skipped_slots(planned: float, now: float, interval_s: int) -> int:
    """Return how many whole slots have passed unpolled since the planned one."""
    return max(0, floor((now - planned) / interval_s))
