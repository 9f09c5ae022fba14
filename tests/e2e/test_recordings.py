"""Every device of the simulated network is identified and its interfaces are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.network.fleet import recordings
from local.services import recordings_folder
from tests.e2e.client import Deadline, newcomer
from tests.e2e.fleet import added

if TYPE_CHECKING:
    from local.network.recording import Recording
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)

IF_ENTRY = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IF_INDEX_AND_DESCR = {1, 2}


def interfaces_of(recording: Recording) -> int:
    """Return how many interfaces a device had when it was recorded."""
    column = len(IF_ENTRY)
    rows = [oid for oid in recording.oids if oid[:column] == IF_ENTRY]
    return len({oid[-1] for oid in rows if oid[column] in IF_INDEX_AND_DESCR})


def test_every_device_is_identified_and_its_interfaces_are_listed(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    recorded = {recording.name: recording for recording in recordings(recordings_folder())}
    devices = [added(session, simulated) for simulated in stack.devices()]
    deadline = Deadline.after(120)
    for device in devices:
        wanted = interfaces_of(recorded[device["name"]])

        def is_known(device: dict[str, Any] = device, wanted: int = wanted) -> bool:
            path = f"/devices/{device['id']}"
            shown = session.get(path)
            listed = session.send("GET", f"{path}/interfaces").json()["pagination"]["total"]
            return bool(shown["vendor"] and shown["model"]) and listed == wanted

        deadline.wait(is_known, what=f"what {device['name']} is", pause=2)
