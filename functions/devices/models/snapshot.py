"""Every device's name and status in one short answer: what a status wall begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple, get_args

from pydantic import BaseModel

from functions.devices.domain.snapshot import front_coded, steps
from functions.devices.models.views import Status


class Standing(NamedTuple):
    """An active device as a snapshot knows it."""

    number: int
    name: str
    status: Status
    maintenance: bool


class SnapshotView(BaseModel):
    """Every active device's name and status in columns by name: 5,000 in about 10 kB of gzip.

    `name_steps` has the names, each told by the one before: one base-36 digit, how many characters
    it shares with that, and the rest. `number_steps` has each device's number less the one before
    (the first less 0), `statuses` one digit a device, its place in `status_names`. `maintenance`
    lists the numbers of devices that are in it. Facts after `seq` may not be in it.
    """

    seq: int
    at: datetime
    status_names: list[str]
    name_steps: list[str]
    number_steps: list[int]
    statuses: str
    maintenance: list[int]

    @classmethod
    def of(cls, devices: Iterable[Standing], *, seq: int, at: datetime) -> SnapshotView:
        """Return the snapshot of these devices."""
        by_name = sorted(devices, key=attrgetter("name", "number"))
        names = list(get_args(Status))
        return cls(
            seq=seq,
            at=at,
            status_names=names,
            name_steps=front_coded(device.name for device in by_name),
            number_steps=steps([device.number for device in by_name]),
            statuses="".join(str(names.index(device.status)) for device in by_name),
            maintenance=[device.number for device in by_name if device.maintenance],
        )
