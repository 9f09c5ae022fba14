"""Many devices at once, over HTTP and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.devices import HeardBus, a_device_body

if TYPE_CHECKING:
    from typing import Any

    from tests.support.http import Client


def _import(client: Client, *rows: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
    body = {"devices": list(rows), "dry_run": dry_run}
    answer = client.call("POST", "/devices/import", body=body)
    assert answer.status == 200, answer.text
    return dict(answer.data)


def _row(number: int, **changes: Any) -> dict[str, Any]:
    body = {"ip_address": f"198.51.100.{number}", "external_id": f"crm-{number}", **changes}
    return a_device_body(**body)


def _outcomes(view: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in view["rows"]]


def test_good_rows_are_taken_and_bad_ones_say_why(client: Client, bus: HeardBus) -> None:
    found = _import(
        client,
        _row(1, snmp={"community": "s3cret"}),
        _row(2, ip_address="nonsense"),
        _row(3, ip_address="198.51.100.1"),
        {"name": "x"},
        _row(5, group_ids=["b1a7c0de-0000-4000-8000-000000000000"]),
        _row(6, ip_address="169.254.169.254"),
        _row(1, ip_address="198.51.100.7"),
        _row(8),
    )
    assert _outcomes(found) == ["created", *["failed"] * 6, "created"]
    assert (found["created"], found["failed"]) == (2, 6)
    codes = [row["error"]["code"] for row in found["rows"] if row["error"]]
    assert codes == [
        "INVALID_IP_ADDRESS",
        "DEVICE_ALREADY_EXISTS",
        "MISSING_REQUIRED_FIELD",
        "INVALID_INPUT",
        "INVALID_IP_ADDRESS",
        "INVALID_INPUT",
    ]
    assert found["rows"][2]["row"] == 2
    listed = client.call("GET", "/devices").data
    assert {each["id"] for each in listed} == {
        found["rows"][0]["device_id"],
        found["rows"][7]["device_id"],
    }
    assert bus.types == ["DeviceRegistered.v1"] * 2


def test_an_import_can_be_repeated(client: Client, bus: HeardBus) -> None:
    first = _import(client, _row(1), _row(2))
    again = _import(client, _row(1), _row(2, name="Edge"), _row(3))
    assert _outcomes(again) == ["unchanged", "updated", "created"]
    assert [r["device_id"] for r in again["rows"][:2]] == [r["device_id"] for r in first["rows"]]
    assert bus.types[2:] == ["DeviceUpdated.v1", "DeviceRegistered.v1"]


def test_a_dry_run_tells_all_and_keeps_nothing(client: Client, bus: HeardBus) -> None:
    found = _import(client, _row(1), _row(2, device_type="toaster"), dry_run=True)
    assert _outcomes(found) == ["created", "failed"]
    assert found["dry_run"] is True
    assert client.call("GET", "/devices").data == []
    assert bus.records == []


def test_a_thousand_rows_are_taken_and_one_more_is_not(client: Client) -> None:
    rows = [
        a_device_body(name=f"d{n}", ip_address=f"198.18.{n // 250}.{n % 250 + 1}")
        for n in range(1001)
    ]
    too_many = client.call("POST", "/devices/import", body={"devices": rows})
    assert (too_many.status, too_many.code) == (422, "INVALID_INPUT")
    assert _import(client, *rows[:1000])["created"] == 1000
    assert client.call("GET", "/devices").json["pagination"]["total"] == 1000


def test_rows_that_are_no_objects_are_refused(client: Client) -> None:
    for devices in ([], ["x"], {"a": 1}, None):
        answer = client.call("POST", "/devices/import", body={"devices": devices})
        assert answer.status == 422


def test_another_organisations_external_ids_are_not_known_here(
    client: Client, stranger: Client
) -> None:
    _import(client, _row(1))
    assert _outcomes(_import(stranger, _row(1, name="Mine"))) == ["created"]
    assert client.call("GET", "/devices").data[0]["name"] == "Core"
