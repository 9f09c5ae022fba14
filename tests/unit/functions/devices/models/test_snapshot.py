from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from typing import get_args

from functions.devices.models.snapshot import SnapshotView, Standing
from functions.devices.models.views import Status

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOST_BYTES = 15_000
SYLLABLES = ("ka", "ki", "ku", "ma", "mo", "mu", "na", "nya", "ru", "sa", "si", "ta", "tha", "wa")
ROLES = {"rtr": 2, "sw": 8, "ap": 12, "radio": 4, "ups": 1, "srv": 2}


def _names(count: int, *, chance: random.Random) -> list[str]:
    """Return the names of an operator's network: town, site, role, number."""
    found: list[str] = []
    while len(found) < count:
        town, place = ("".join(chance.choices(SYLLABLES, k=3)) for _ in range(2))
        for role, most in ROLES.items():
            for number in range(1, chance.randint(1, most) + 1):
                found.append(f"{town}-{place}-{role}-{number:02d}")
    return found[:count]


def test_five_thousand_devices_travel_in_15_kb() -> None:
    chance = random.Random(7)
    numbers = sorted(chance.sample(range(1, 9_000), 5_000))
    names = get_args(Status)
    statuses: list[Status] = chance.choices(names, (95, 2, 2, 0.5, 0.5), k=5_000)
    devices = [
        Standing(number, name, status, maintenance=False)
        for number, name, status in zip(
            numbers, _names(5_000, chance=chance), statuses, strict=True
        )
    ]
    body = SnapshotView.of(devices, seq=1, at=NOON).model_dump_json().encode()
    assert len(gzip.compress(body, 6)) <= MOST_BYTES


def test_devices_are_told_by_name() -> None:
    devices = [
        Standing(7, "mast-2", "offline", maintenance=True),
        Standing(9, "mast-1", "online", maintenance=False),
    ]
    told = SnapshotView.of(devices, seq=4, at=NOON)
    assert told.name_steps == ["0mast-1", "52"]
    assert told.number_steps == [9, -2]
    assert [told.status_names[int(code)] for code in told.statuses] == ["online", "offline"]
    assert told.maintenance == [7]
