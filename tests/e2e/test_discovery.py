"""A network that nobody has described: scanned, accepted, watched, and checked."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.client import Deadline, Session, newcomer
from tests.e2e.fleet import INTERVAL_S

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(600)

CHOSEN = 5


def a_credential(session: Session, community: str) -> str:
    body = {"name": community, "kind": "snmp_v2c", "secret": {"community": community}}
    found: str = session.post("/credentials", body)["id"]
    return found


def test_a_network_is_scanned_and_what_is_chosen_comes_online(stack: Stack) -> None:
    simulated = [each for each in stack.devices() if each["port"] == 161][:CHOSEN]
    if len(simulated) < CHOSEN:
        pytest.skip("the simulated network has no addresses of its own: that needs root")
    session = newcomer(stack.api_url)
    credentials = [a_credential(session, each["community"]) for each in simulated]
    network = str(ip_network(f"{simulated[0]['address']}/24", strict=False))
    scan = session.post(
        "/discovery/scans",
        {"networks": [network], "credential_ids": credentials, "packets_per_second": 1000},
    )
    path = f"/discovery/scans/{scan['scan_id']}"
    ended = ("succeeded", "failed", "cancelled")
    Deadline.after(180).wait(
        lambda: session.get(f"/jobs/{scan['job_id']}")["state"] in ended, what="the scan's end"
    )
    assert session.get(path)["state"] == "succeeded"
    found = {each["address"]: each for each in session.get(f"{path}/results", per_page=200)}
    wanted = [each["address"] for each in simulated]
    for address in wanted:
        result = found[address]
        assert (result["state"], result["icmp"], result["snmp"]) == ("new", True, True)
        assert result["credential_id"] in credentials
        assert result["vendor"]
    accepted = session.post(f"{path}/accept", {"addresses": wanted, "interval_seconds": INTERVAL_S})
    assert accepted["created"] == CHOSEN
    devices = [row["device_id"] for row in accepted["rows"]]

    def online() -> bool:
        return all(session.get(f"/devices/{each}")["status"] == "online" for each in devices)

    Deadline.after(30).wait(online, what="five devices online")
    assert session.post(f"{path}/accept", {"addresses": wanted})["known"] == CHOSEN
    _is_checked(session, devices[0])


def _is_checked(session: Session, device_id: str) -> None:
    """A check of a port that nothing listens at fails within seconds, with its reason."""
    body = {"name": "ssh", "interval_seconds": INTERVAL_S, "timeout_seconds": 5, "ssh": {}}
    check = session.post(f"/devices/{device_id}/checks", body)

    def said() -> dict[str, Any] | None:
        view: dict[str, Any] = session.get(f"/devices/{device_id}/checks/{check['id']}")
        return view if view["state"] != "unknown" else None

    view = Deadline.after(20).wait(said, what="what the check says")
    assert (view["state"], view["reason"]) == ("failing", "ssh refused")
