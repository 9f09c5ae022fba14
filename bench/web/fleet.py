"""A made-up operator's network: 5,000 devices with the names that operators give."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from typing import get_args

from functions.devices.models.snapshot import SnapshotView, Standing
from functions.devices.models.views import Status

DEVICES = 5_000
SYLLABLES = ("ka", "ki", "ku", "ma", "mo", "mu", "na", "nya", "ru", "sa", "si", "ta", "tha", "wa")
ROLES = {"rtr": 2, "sw": 8, "ap": 12, "radio": 4, "ups": 1, "srv": 2}
STATUSES = get_args(Status)
WEIGHTS = {"online": 95, "degraded": 2, "offline": 2, "unreachable": 0.5, "unknown": 0.5}


def names(count, *, chance):
    found = []
    while len(found) < count:
        town, place = ("".join(chance.choices(SYLLABLES, k=3)) for _ in range(2))
        for role, most in ROLES.items():
            for number in range(1, chance.randint(1, most) + 1):
                found.append(f"{town}-{place}-{role}-{number:02d}")
    return found[:count]


def snapshot(*, count=DEVICES, seed=7):
    """Return the snapshot of such a network, as the API answers it."""
    chance = random.Random(seed)
    numbers = sorted(chance.sample(range(1, count * 9 // 5), count))
    statuses = chance.choices(STATUSES, [WEIGHTS[name] for name in STATUSES], k=count)
    devices = [
        Standing(number, name, status, chance.random() < 0.01)
        for number, name, status in zip(numbers, names(count, chance=chance), statuses, strict=True)
    ]
    return SnapshotView.of(devices, seq=1, at=datetime.now(UTC)), numbers


def travels(view):
    """Return how many bytes an answer has on the wire."""
    return len(gzip.compress(view.model_dump_json().encode(), 5))
