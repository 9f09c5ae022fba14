"""What was found on devices and next to them, over HTTP on a real PostgreSQL."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.clock import NOON
from tests.support.devices import a_device_body, put_samples, put_series

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase
    from tests.support.http import Client

MINUTE = timedelta(minutes=1)


class Bench:
    """Puts what a poller would have found into the database."""

    def __init__(
        self, postgres: TestDatabase, organization: OrganizationId, client: Client
    ) -> None:
        self.postgres = postgres
        self.organization = organization
        self.client = client

    def device(self, address: str = "192.0.2.1", **changes: Any) -> str:
        body = a_device_body(ip_address=address, name=address, **changes)
        return str(self.client.call("POST", "/devices", body=body).data["id"])

    def put(self, table: str, device: str, **values: Any) -> None:
        columns = {"organization_id": self.organization, "device_id": device, **values}
        with psycopg.connect(self.postgres.owner_url) as connection:
            connection.execute(
                f"INSERT INTO netpulse.{table} ({', '.join(columns)}) "
                f"VALUES ({', '.join(['%s'] * len(columns))})".encode(),
                list(columns.values()),
            )

    def measured(self, device: str, values: dict[tuple[str, str], float], block: int = 1) -> None:
        kinds = [(entity, metric, "", "gauge") for entity, metric in values]
        put_series(self.postgres, self.organization, device, kinds, block=block)
        put_samples(
            self.postgres, device, NOON - MINUTE, MINUTE, [list(values.values())], block=block
        )
        with psycopg.connect(self.postgres.owner_url) as connection:
            connection.execute(
                "INSERT INTO netpulse.latest_samples "
                "(organization_number, device_number, block, slot_at, values) "
                "SELECT s.organization_number, s.device_number, s.block, s.slot_at, s.values "
                "FROM netpulse.samples s JOIN netpulse.devices d ON d.number = s.device_number "
                "WHERE d.id = %s AND s.block = %s ON CONFLICT DO NOTHING",
                (device, block),
            )

    def neighbour(self, device: str, **values: Any) -> None:
        given = {
            "local_if_name": "ge-0/0/1",
            "protocol": "lldp",
            "remote_chassis_id": "aa:bb:cc:00:00:99",
            "remote_port_id": "7",
            **values,
        }
        self.put("neighbours", device, **given)


@pytest.fixture
def bench(postgres: TestDatabase, organization: OrganizationId, client: Client) -> Bench:
    return Bench(postgres, organization, client)


def test_ports_are_listed_with_what_goes_through_them_now(bench: Bench, client: Client) -> None:
    device = bench.device()
    for number, alias in enumerate(("uplink", "office", "spare"), 1):
        bench.put(
            "interfaces", device, if_name=f"ge-{number}", if_index=number, if_alias=alias,
            if_speed_bps=10**9, if_admin_status=1, if_oper_status=1,
        )  # fmt: skip
    bench.measured(
        device,
        {
            ("if:ge-1", "if_in_bps"): 5e6,
            ("if:ge-1", "if_in_utilization"): 0.5,
            ("if:ge-2", "if_in_bps"): 9e6,
            ("if:ge-2", "ifOperStatus"): 2.0,
        },
    )
    path = f"/devices/{device}/interfaces"
    answer = client.call("GET", path)
    uplink, office, spare = answer.data
    assert (uplink["in_bps"], uplink["in_utilization"], uplink["out_bps"]) == (5e6, 0.5, None)
    assert (uplink["oper_status"], office["oper_status"]) == ("up", "down")
    assert (spare["in_bps"], spare["measured_at"]) == (None, None)
    assert answer.json["pagination"]["total"] == 3

    def names(**query: str) -> list[str]:
        return [each["name"] for each in client.call("GET", path, query=query).data]

    assert names(sort="-in_bps") == ["ge-2", "ge-1", "ge-3"]
    assert names(oper_status="down") == ["ge-2"]
    assert names(search="SPARE") == ["ge-3"]
    assert names(per_page="1", page="2") == ["ge-2"]
    assert client.call("GET", path, query={"sort": "colour"}).status == 422
    unchanged = client.call("GET", path, headers={"if-none-match": answer.headers["ETag"]})
    assert unchanged.status == 304


def test_a_value_of_long_ago_is_no_rate(bench: Bench, client: Client, clock: Any) -> None:
    device = bench.device()
    bench.put("interfaces", device, if_name="ge-1", if_index=1)
    bench.measured(device, {("if:ge-1", "if_in_bps"): 5e6})
    clock.advance(timedelta(hours=1))
    assert client.call("GET", f"/devices/{device}/interfaces").data[0]["in_bps"] is None


def test_a_port_that_is_renumbered_keeps_its_series(bench: Bench, client: Client) -> None:
    device = bench.device()
    bench.put("interfaces", device, if_name="ge-1", if_index=1)
    bench.measured(device, {("if:ge-1", "if_in_bps"): 5e6})
    with psycopg.connect(bench.postgres.owner_url) as connection:
        connection.execute("UPDATE netpulse.interfaces SET if_index = 517")
    [port] = client.call("GET", f"/devices/{device}/interfaces").data
    assert (port["index"], port["entity"], port["in_bps"]) == (517, "if:ge-1", 5e6)


def test_sensors_tell_value_state_and_limits(bench: Bench, client: Client) -> None:
    device = bench.device()
    temperature = {"entity": "sensor:inlet", "metric": "temperature_celsius"}
    bench.put("sensors", device, **temperature, **{"class": "temperature", "unit": "C"},
              value=20, high_critical=60)  # fmt: skip
    states = json.dumps({"1": "ok", "2": "failed"})
    bench.put("sensors", device, entity="sensor:psu", metric="state", states=states,
              value=1, **{"class": "state"})  # fmt: skip
    bench.measured(
        device,
        {("sensor:inlet", "temperature_celsius"): 24.5, ("sensor:psu", "state"): 2.0},
    )
    path = f"/devices/{device}/sensors"
    psu, inlet = client.call("GET", path).data
    assert (inlet["name"], inlet["value"], inlet["high_critical"]) == ("inlet", 24.5, 60)
    assert (inlet["sensor_class"], inlet["unit"], inlet["state"]) == ("temperature", "C", None)
    assert (psu["value"], psu["state"]) == (2, "failed")
    only = client.call("GET", path, query={"sensor_class": "temperature"}).data
    assert [each["entity"] for each in only] == ["sensor:inlet"]


def test_storages_tell_how_full_they_are(bench: Bench, client: Client) -> None:
    device = bench.device()
    bench.put("storages", device, entity="storage:/", kind="disk", size_bytes=1000, used_bytes=1)
    bench.put("storages", device, entity="memory:ram", kind="memory", used_percent=12.5)
    bench.measured(device, {("storage:/", "disk_usage"): 50.0})
    disk, memory = client.call("GET", f"/devices/{device}/storages").data
    assert (disk["name"], disk["used_bytes"], disk["used_percent"]) == ("/", 500, 50)
    assert (memory["metric"], memory["size_bytes"], memory["used_percent"]) == (
        "memory_usage",
        None,
        12.5,
    )
    only = client.call("GET", f"/devices/{device}/storages", query={"kind": "memory"}).data
    assert [each["kind"] for each in only] == ["memory"]


def test_a_neighbour_is_known_by_chassis_mac_address_or_name(
    bench: Bench, client: Client, stranger: Client
) -> None:
    seer, chassis, mac, address, name = (bench.device(f"192.0.2.{n}") for n in range(1, 6))
    bench.put("device_identities", chassis, chassis_id="aa:bb:cc:00:00:01")
    bench.put("interfaces", mac, if_name="e", if_index=1, if_phys_address="AA:BB:CC:00:00:02")
    bench.put("device_identities", name, sys_name="Edge.example")
    # a device of another organisation says the same of itself
    theirs = stranger.call("POST", "/devices", body=a_device_body()).data["id"]
    with psycopg.connect(bench.postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.device_identities (organization_id, device_id, chassis_id) "
            "SELECT organization_id, id, 'aa:bb:cc:00:00:05' FROM netpulse.devices WHERE id = %s",
            (theirs,),
        )
    bench.neighbour(seer, local_if_name="p1", remote_chassis_id="AA:bb:cc:00:00:01")
    bench.neighbour(seer, local_if_name="p2", remote_chassis_id="aa:bb:cc:00:00:02")
    bench.neighbour(seer, local_if_name="p3", management_address="192.0.2.4")
    bench.neighbour(seer, local_if_name="p4", remote_sys_name="edge.EXAMPLE", protocol="cdp")
    bench.neighbour(seer, local_if_name="p5", remote_chassis_id="aa:bb:cc:00:00:05")
    path = f"/devices/{seer}/neighbours"
    found = client.call("GET", path).data
    assert [(n["local_if_name"], n["device_id"], n["matched_by"]) for n in found] == [
        ("p1", chassis, "chassis"),
        ("p2", mac, "mac_address"),
        ("p3", address, "management_address"),
        ("p4", name, "sys_name"),
        ("p5", None, None),
    ]
    unknown = client.call("GET", path, query={"known": "false"}).data
    assert [n["local_if_name"] for n in unknown] == ["p5"]


@pytest.fixture
def linked(bench: Bench) -> tuple[str, str]:
    """A router and a switch that see each other."""
    router = bench.device("192.0.2.1", device_type="router")
    switch = bench.device("192.0.2.2", device_type="switch")
    bench.neighbour(router, management_address="192.0.2.2")
    bench.neighbour(switch, management_address="192.0.2.1")
    return router, switch


def test_a_proposal_that_is_confirmed_is_a_parent(client: Client, linked: tuple[str, str]) -> None:
    router, switch = linked
    [proposal] = client.call("GET", "/topology/proposals").data
    assert (proposal["device_id"], proposal["parent_id"]) == (switch, router)
    assert proposal["seen_from_both"]
    assert len(proposal["evidence"]) == 2
    of_one = client.call("GET", "/topology/proposals", query={"device_id": switch})
    assert of_one.json["pagination"]["total"] == 1
    link = {"device_id": switch, "parent_id": router}
    assert client.call("POST", "/topology/proposals/confirm", body=link).data == link
    assert client.call("GET", f"/devices/{switch}").data["parent_ids"] == [router]
    assert client.call("GET", "/topology/proposals").data == []
    # once more changes nothing, the other way round would be a circle
    assert client.call("POST", "/topology/proposals/confirm", body=link).status == 200
    turned = {"device_id": router, "parent_id": switch}
    answer = client.call("POST", "/topology/proposals/confirm", body=turned)
    assert (answer.status, answer.code) == (409, "PARENT_CYCLE")


def test_a_proposal_that_is_dismissed_is_not_made_again(
    client: Client, linked: tuple[str, str]
) -> None:
    router, switch = linked
    link = {"device_id": switch, "parent_id": router}
    assert client.call("POST", "/topology/proposals/dismiss", body=link).status == 200
    assert client.call("GET", "/topology/proposals").data == []
    assert client.call("GET", f"/devices/{switch}").data["parent_ids"] == []


def test_another_organisations_devices_are_linked_by_nobody_else(
    client: Client, stranger: Client, linked: tuple[str, str]
) -> None:
    router, switch = linked
    link = {"device_id": switch, "parent_id": router}
    assert stranger.call("GET", "/topology/proposals").data == []
    for action in ("confirm", "dismiss"):
        answer = stranger.call("POST", f"/topology/proposals/{action}", body=link)
        assert (answer.status, answer.code) == (404, "DEVICE_NOT_FOUND")
    for part in ("interfaces", "sensors", "storages", "neighbours"):
        assert stranger.call("GET", f"/devices/{router}/{part}").status == 404
    query = {"device_id": router}
    assert stranger.call("GET", "/topology/proposals", query=query).status == 404
