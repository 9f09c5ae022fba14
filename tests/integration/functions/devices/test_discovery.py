"""Scans over HTTP on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from netpulse.permissions import Role

from tests.support.devices import HeardBus, a_client, a_device_body

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.devices.handlers.services import Services
    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Client

SCAN: dict[str, Any] = {"networks": ["198.51.100.0/28"]}


def started(client: Client, **changes: Any) -> dict[str, Any]:
    answer = client.call("POST", "/discovery/scans", body={**SCAN, **changes})
    assert answer.status == 202, answer.text
    found: dict[str, Any] = answer.data
    return found


def a_credential(client: Client, kind: str = "snmp_v2c") -> str:
    secret = {"community": "public"} if kind == "snmp_v2c" else {"token": "t"}
    body = {"name": kind, "kind": kind, "secret": secret}
    return str(client.call("POST", "/credentials", body=body).data["id"])


def found(postgres: TestDatabase, scan: dict[str, Any], address: str, **columns: Any) -> None:
    values = {"scan_id": scan["scan_id"], "address": address, "icmp": True, **columns}
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            f"INSERT INTO netpulse.discovery_results (organization_id, {', '.join(values)}) "
            f"SELECT organization_id, {', '.join(['%s'] * len(values))} "
            "FROM netpulse.discovery_scans WHERE id = %s".encode(),
            (*values.values(), scan["scan_id"]),
        )


def test_a_scan_waits_for_a_poller_as_a_job(client: Client) -> None:
    scan = started(client, packets_per_second=50)
    assert scan["addresses"] == 14
    view = client.call("GET", f"/discovery/scans/{scan['scan_id']}").data
    assert (view["state"], view["progress"], view["asked"], view["found"]) == ("queued", 0, 0, 0)
    assert (view["dry_run"], view["protocols"]) == (True, ["icmp", "snmp"])
    assert (view["networks"], view["packets_per_second"]) == (["198.51.100.0/28"], 50)
    assert [each["id"] for each in client.call("GET", "/discovery/scans").data] == [view["id"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"networks": ["198.51.0.0/16"]}, "networks.0"),
        ({"networks": ["nonsense"]}, "networks.0"),
        ({"networks": []}, "networks"),
        ({"networks": ["10.0.0.0/20", "10.1.0.0/20"]}, "networks"),
        ({"networks": ["127.0.0.0/24"]}, "networks.0"),
        ({"networks": ["169.254.160.0/20"]}, "networks.0"),
        ({"networks": ["10.65.16.0/24"]}, "networks.0"),
        ({"networks": ["10.64.0.0/21", "224.0.0.0/28"]}, "networks.1"),
        ({"networks": ["::ffff:169.254.169.254"]}, "networks.0"),
        ({"networks": ["64:ff9b::a9fe:a900/120"]}, "networks.0"),
        ({"networks": ["2002:a9fe:a9fe::/120"]}, "networks.0"),
        ({"networks": ["fd00:ec2::/120"]}, "networks.0"),
        ({"packets_per_second": 5000}, "packets_per_second"),
        ({"protocols": ["telnet"]}, "protocols.0"),
        ({"protocols": ["snmp"]}, "credential_ids"),
        ({"credential_ids": [str(UUID(int=1))]}, "credential_ids"),
    ],
)
def test_what_is_too_large_or_leads_astray_is_refused(
    client: Client, changes: dict[str, Any], field: str
) -> None:
    answer = client.call("POST", "/discovery/scans", body={**SCAN, **changes})
    assert answer.status == 422, answer.text
    assert answer.json["error"]["details"]["fields"][0]["field"] == field


def test_only_snmp_credentials_of_the_organisation_are_tried(
    client: Client, stranger: Client
) -> None:
    theirs = a_credential(stranger)
    for key in (theirs, a_credential(client, "http")):
        body = {**SCAN, "credential_ids": [key]}
        assert client.call("POST", "/discovery/scans", body=body).status == 422
    started(client, credential_ids=[a_credential(client)], protocols=["snmp"])


def test_no_more_than_a_few_scans_are_under_way(client: Client) -> None:
    for _ in range(5):
        started(client)
    answer = client.call("POST", "/discovery/scans", body=SCAN)
    assert (answer.status, answer.code) == (409, "DISCOVERY_LIMIT_REACHED")


def test_results_are_listed_with_what_they_are_to_us(
    client: Client, postgres: TestDatabase
) -> None:
    scan = started(client)
    device = client.call("POST", "/devices", body=a_device_body(ip_address="198.51.100.2")).data
    found(
        postgres, scan, "198.51.100.10", sys_name="core", sys_descr="Cisco IOS Software", snmp=True
    )
    found(postgres, scan, "198.51.100.2", rtt_ms=1.5)
    found(postgres, scan, "198.51.100.3")
    path = f"/discovery/scans/{scan['scan_id']}"
    answer = client.call("POST", f"{path}/ignore", body={"addresses": ["198.51.100.3"]})
    assert answer.data == {"changed": 1}
    results = client.call("GET", f"{path}/results").data
    assert [(r["address"], r["state"]) for r in results] == [
        ("198.51.100.2", "known"),
        ("198.51.100.3", "ignored"),
        ("198.51.100.10", "new"),
    ]
    assert (results[0]["device_id"], results[2]["device_type"]) == (device["id"], "router")

    def addresses(**query: str) -> list[str]:
        return [r["address"] for r in client.call("GET", f"{path}/results", query=query).data]

    assert addresses(state="new") == ["198.51.100.10"]
    assert addresses(snmp="false") == ["198.51.100.2", "198.51.100.3"]
    assert addresses(search="CORE") == ["198.51.100.10"]
    body = {"addresses": ["198.51.100.3"], "ignored": False}
    assert client.call("POST", f"{path}/ignore", body=body).data == {"changed": 1}
    assert addresses(state="ignored") == []
    assert client.call("GET", path).data["found"] == 3


def test_accepted_results_become_devices_once(
    client: Client, postgres: TestDatabase, bus: HeardBus
) -> None:
    credential = a_credential(client)
    scan = started(client, credential_ids=[credential], snmp_port=1161)
    found(
        postgres,
        scan,
        "198.51.100.1",
        snmp=True,
        credential_id=credential,
        sys_name="edge-1",
        model="CCR1036",
        sys_descr="RouterOS",
    )
    found(postgres, scan, "198.51.100.4", icmp=False, snmp=True, credential_id=credential)
    found(postgres, scan, "198.51.100.5")
    path = f"/discovery/scans/{scan['scan_id']}/accept"
    body = {"addresses": ["198.51.100.1", "198.51.100.4", "198.51.100.5"], "tags": ["site-1"]}
    answer = client.call("POST", path, body=body)
    assert (answer.data["created"], answer.data["known"], answer.data["failed"]) == (3, 0, 0)
    edge, quiet, plain = (
        client.call("GET", f"/devices/{row['device_id']}").data for row in answer.data["rows"]
    )
    assert (edge["name"], edge["device_type"], edge["tags"]) == ("edge-1", "router", ["site-1"])
    assert (edge["snmp"]["credential_id"], edge["snmp"]["port"]) == (credential, 1161)
    assert (quiet["availability_check"], plain["availability_check"]) == ("snmp", "icmp")
    assert plain["name"] == "198.51.100.5"
    assert bus.types.count("DeviceRegistered.v1") == 3
    again = client.call("POST", path, body=body)
    assert (again.data["created"], again.data["known"]) == (0, 3)
    assert [r["device_id"] for r in again.data["rows"]] == [
        r["device_id"] for r in answer.data["rows"]
    ]


def test_only_what_was_found_is_accepted(client: Client) -> None:
    scan = started(client)
    for word in ("198.51.100.1", "nonsense"):
        for action in ("accept", "ignore"):
            path = f"/discovery/scans/{scan['scan_id']}/{action}"
            assert client.call("POST", path, body={"addresses": [word]}).status == 422


def test_a_result_that_makes_no_device_spoils_no_other(
    client: Client, postgres: TestDatabase
) -> None:
    scan = started(client)
    # an agent that answered with a credential that is gone by now
    found(postgres, scan, "198.51.100.1", icmp=False, snmp=True, credential_id=str(uuid4()))
    found(postgres, scan, "198.51.100.2")
    body = {"addresses": ["198.51.100.1", "198.51.100.2"]}
    answer = client.call("POST", f"/discovery/scans/{scan['scan_id']}/accept", body=body)
    assert [row["outcome"] for row in answer.data["rows"]] == ["failed", "created"]


def test_another_organisation_sees_nothing(client: Client, stranger: Client) -> None:
    scan = started(client)
    path = f"/discovery/scans/{scan['scan_id']}"
    assert stranger.call("GET", "/discovery/scans").data == []
    body = {"addresses": ["198.51.100.1"]}
    for method, where, given in (
        ("GET", path, None),
        ("GET", f"{path}/results", None),
        ("POST", f"{path}/accept", body),
        ("POST", f"{path}/ignore", body),
        ("DELETE", path, None),
        ("GET", "/discovery/scans/nonsense", None),
    ):
        answer = stranger.call(method, where, body=given)
        assert (answer.status, answer.code) == (404, "DISCOVERY_SCAN_NOT_FOUND")


def test_a_viewer_looks_and_starts_nothing(
    services: Services, clock: FakeClock, organization: OrganizationId
) -> None:
    viewer = a_client(services, clock, organization, role=Role.VIEWER)
    assert viewer.call("GET", "/discovery/scans").status == 200
    assert viewer.call("POST", "/discovery/scans", body=SCAN).status == 403


def test_a_scan_that_is_deleted_takes_its_job_with_it(client: Client) -> None:
    path = f"/discovery/scans/{started(client)['scan_id']}"
    assert client.call("DELETE", path).status == 200
    assert client.call("GET", path).status == 404


def test_neighbours_that_are_no_devices_are_candidates(
    client: Client, postgres: TestDatabase
) -> None:
    core = client.call("POST", "/devices", body=a_device_body()).data["id"]
    with psycopg.connect(postgres.owner_url) as connection:
        for number, address in enumerate(("198.51.100.7", "192.0.2.1", "169.254.169.254")):
            connection.execute(
                "INSERT INTO netpulse.neighbours (organization_id, device_id, local_if_name, "
                "protocol, remote_chassis_id, remote_port_id, remote_sys_name, management_address) "
                "SELECT organization_id, id, 'eth0', 'lldp', %s, '1', 'far', %s "
                "FROM netpulse.devices WHERE id = %s",
                (str(number), address, core),
            )
    listed = client.call("GET", "/discovery/candidates").data
    assert [each["address"] for each in listed] == ["169.254.169.254", "198.51.100.7"]
    scan = started(client, networks=[], neighbours=True)
    view = client.call("GET", f"/discovery/scans/{scan['scan_id']}").data
    assert view["networks"] == ["198.51.100.7/32"]
