"""Two pollers share the fleet of a deployed stack; the death of one is healed by the other."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.client import Deadline, newcomer
from tests.e2e.fleet import INTERVAL_S, added

if TYPE_CHECKING:
    from tests.e2e.client import Session
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(300)

VICTIM = "poller-2"
# A poller counts as dead after 9 to 13 s; then the device has its next slot.
HEALED_WITHIN_S = 20 + INTERVAL_S


def the_pollers(session: Session, alive: int) -> dict[str, Any] | None:
    """Return the fleet once so many pollers live and no shard is without one."""
    fleet: dict[str, Any] = session.get("/pollers")
    is_so = fleet["alive"] == alive and fleet["shards"] and not fleet["orphaned_shards"]
    return fleet if is_so else None


def slots_after(session: Session, devices: list[dict[str, Any]], instant: float) -> bool:
    """Return whether every device has a recorded slot since then."""
    told = [session.get(f"/devices/{device['id']}/polling") for device in devices]
    began = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(instant))
    return all((each["last_slot_at"] or "") > began for each in told)


def test_the_death_of_a_poller_is_healed_by_the_other(stack: Stack, admin: Session) -> None:
    victim = stack.poller_process(VICTIM)
    if victim is None:
        pytest.skip("this stack has one poller: NETPULSE_POLLERS=2 make up")
    session = newcomer(stack.api_url)
    devices = [added(session, simulated) for simulated in stack.devices()[:8]]
    Deadline.after(60).wait(lambda: the_pollers(admin, alive=2), what="two pollers that share")
    before = time.time()
    Deadline.after(60).wait(
        lambda: slots_after(session, devices, before - INTERVAL_S), what="every device's slots"
    )
    os.kill(victim, signal.SIGKILL)
    killed_at = time.time()
    fleet = Deadline.after(HEALED_WITHIN_S).wait(
        lambda: the_pollers(admin, alive=1), what="one poller that has all shards"
    )
    [survivor] = [each for each in fleet["pollers"] if each["is_alive"]]
    assert survivor["shards"] == fleet["shards"] == 256
    Deadline.after(HEALED_WITHIN_S).wait(
        lambda: slots_after(session, devices, killed_at), what="a slot after the death"
    )
    for device in devices:
        polling = session.get(f"/devices/{device['id']}/polling")
        assert polling["missing_slots"] <= 2
        assert session.get(f"/devices/{device['id']}")["status"] in ("online", "unknown")
