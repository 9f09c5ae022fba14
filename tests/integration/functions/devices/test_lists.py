"""Lists of devices over HTTP and PostgreSQL: filters, order, pages, and how many statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.support.devices import a_device_body

if TYPE_CHECKING:
    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase
    from tests.support.http import Client


@pytest.fixture
def group_id(client: Client) -> str:
    return str(client.call("POST", "/device-groups", body={"name": "Backbone"}).data["id"])


@pytest.fixture
def devices(
    client: Client, postgres: TestDatabase, organization: OrganizationId, group_id: str
) -> dict[str, dict[str, Any]]:
    """Four devices by name."""
    bodies: list[dict[str, Any]] = [
        {"name": "alpha", "ip_address": "192.0.2.10", "location": "Nairobi", "tags": ["core"]},
        {
            "name": "Bravo",
            "ip_address": "192.0.2.9",
            "group_ids": [group_id],
            "tags": ["core", "x"],
        },
        {"name": "charlie_1", "ip_address": "2001:db8::1", "device_type": "switch"},
        {"name": "delta", "ip_address": "192.0.2.100", "is_active": False, "location": "Mombasa"},
    ]
    made = {}
    for body in bodies:
        answer = client.call("POST", "/devices", body=a_device_body(**body))
        assert answer.status == 201, answer.text
        made[body["name"]] = answer.data
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.device_status (device_id, organization_id, status, "
            "response_time_ms) VALUES (%s, %s, 'online', 5), (%s, %s, 'offline', 3)",
            (made["alpha"]["id"], organization, made["Bravo"]["id"], organization),
        )
        connection.execute(
            "INSERT INTO netpulse.device_identities (device_id, organization_id, vendor, model, "
            "sys_name) VALUES (%s, %s, 'MikroTik', 'CCR2004', 'gw.example')",
            (made["alpha"]["id"], organization),
        )
    return made


def _names(client: Client, **query: str) -> list[str]:
    answer = client.call("GET", "/devices", query=query)
    assert answer.status == 200, answer.text
    return [device["name"] for device in answer.data]


@pytest.mark.usefixtures("devices")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["alpha", "Bravo", "charlie_1", "delta"]),
        ({"search": "BRAV"}, ["Bravo"]),
        ({"search": "192.0.2.10"}, ["alpha", "delta"]),
        ({"search": "mombasa"}, ["delta"]),
        ({"search": "gw.ex"}, ["alpha"]),
        ({"search": "ccr"}, ["alpha"]),
        ({"search": "e_1"}, ["charlie_1"]),
        ({"search": "a_1"}, []),
        ({"search": "%"}, []),
        ({"search": "'; DROP TABLE netpulse.devices; --"}, []),
        ({"status": "online,offline"}, ["alpha", "Bravo"]),
        ({"status": "unknown"}, ["charlie_1", "delta"]),
        ({"device_type": "switch"}, ["charlie_1"]),
        ({"tag": "x"}, ["Bravo"]),
        ({"tag": "core,x"}, ["alpha", "Bravo"]),
        ({"tag": "core", "status": "offline"}, ["Bravo"]),
        ({"is_active": "false"}, ["delta"]),
        ({"location": "nairobi"}, ["alpha"]),
        ({"vendor": "mikrotik"}, ["alpha"]),
        ({"sort": "-name"}, ["delta", "charlie_1", "Bravo", "alpha"]),
        ({"sort": "ip_address"}, ["Bravo", "alpha", "delta", "charlie_1"]),
        ({"sort": "response_time_ms"}, ["Bravo", "alpha", "charlie_1", "delta"]),
        ({"sort": "-status,name"}, ["charlie_1", "delta", "alpha", "Bravo"]),
    ],
)
def test_filters_and_orders(client: Client, query: dict[str, str], names: list[str]) -> None:
    assert _names(client, **query) == names


def test_devices_of_a_group(
    client: Client, devices: dict[str, dict[str, Any]], group_id: str
) -> None:
    assert _names(client, group_id=group_id) == ["Bravo"]
    assert devices["Bravo"]["group_ids"] == [group_id]
    assert _names(client, number=str(devices["delta"]["number"])) == ["delta"]


@pytest.mark.usefixtures("devices")
def test_pages(client: Client) -> None:
    answer = client.call("GET", "/devices", query={"per_page": "3", "page": "2"})
    assert [device["name"] for device in answer.data] == ["delta"]
    assert answer.json["pagination"] == {
        "page": 2,
        "per_page": 3,
        "total": 4,
        "total_pages": 2,
        "has_next": False,
        "has_prev": True,
    }
    beyond = client.call("GET", "/devices", query={"page": "9"})
    assert (beyond.data, beyond.json["pagination"]["total"]) == ([], 4)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "9" * 30},
        {"per_page": "201"},
        {"status": "dead"},
        {"device_type": "toaster"},
        {"group_id": "x"},
        {"number": "99999999999"},
        {"is_active": "perhaps"},
        {"sort": "secret"},
        {"sort": "name;drop"},
        {"sort": "name,-name,status,vendor"},
        {"search": "x" * 201},
        {"search": "a\x07b"},
        {"tag": "a\x07b"},
        {"vendor": "\x07"},
        {"location": "\x07"},
        {"tag": "x" * 256},
        {"tag": ",".join(["x"] * 101)},
    ],
)
def test_questions_that_make_no_sense_are_refused(client: Client, query: dict[str, str]) -> None:
    answer = client.call("GET", "/devices", query=query)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT"), answer.text


@pytest.mark.usefixtures("devices")
def test_an_unchanged_list_is_not_sent_again(client: Client) -> None:
    tag = client.call("GET", "/devices").headers["ETag"]
    assert client.call("GET", "/devices", headers={"if-none-match": tag}).status == 304


@pytest.mark.usefixtures("devices")
def test_a_page_takes_two_statements(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    with database.transaction(None) as transaction:
        connection = transaction.connection
    execute = connection.execute

    def counted(query: Any, *arguments: Any, **options: Any) -> Any:
        statements.append(str(query))
        return execute(query, *arguments, **options)

    monkeypatch.setattr(connection, "execute", counted)
    assert len(_names(client)) == 4
    asked = [each for each in statements if "FROM netpulse." in each]
    assert len(asked) == 2
