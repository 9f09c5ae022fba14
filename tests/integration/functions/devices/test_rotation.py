"""Many credentials are given other secrets in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from netpulse.ids import OrganizationId

from tests.support.devices import OpenVault, a_device_body

if TYPE_CHECKING:
    from tests.support.database import TestDatabase
    from tests.support.http import Answer, Client

NEW = {"community": "n3w"}


def shared(client: Client, name: str, **changes: Any) -> str:
    body = {"name": name, "kind": "snmp_v2c", "secret": {"community": "old"}, **changes}
    made: str = client.call("POST", "/credentials", body=body).data["id"]
    return made


def device(client: Client, number: int, **snmp: Any) -> str:
    body = a_device_body(ip_address=f"192.0.2.{number}", name=f"d{number}", snmp=snmp)
    answer = client.call("POST", "/devices", body=body)
    assert answer.status == 201, answer.text
    made: str = answer.data["id"]
    return made


def rotate(client: Client, *rotations: dict[str, Any]) -> Answer:
    return client.call("POST", "/credentials/rotate", body={"rotations": list(rotations)})


def opened(postgres: TestDatabase, organization: OrganizationId) -> dict[str, dict[str, Any]]:
    """Return every secret of the organisation, by the credential's name or device's id."""
    with psycopg.connect(postgres.owner_url) as connection:
        rows = connection.execute(
            "SELECT id, coalesce(device_id::text, name), ciphertext FROM netpulse.credentials "
            "WHERE organization_id = %s",
            (organization,),
        ).fetchall()
    vault = OpenVault()
    return {
        name: vault.open(bytes(sealed), organization_id=organization, record_id=record)
        for record, name, sealed in rows
    }


def test_shared_credentials_and_devices_own_ones_change_together(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    core, edge, kept = (shared(client, name) for name in ("core", "edge", "kept"))
    own = [device(client, number, community="old") for number in (1, 2, 3)]
    device(client, 4, credential_id=core)
    answer = rotate(
        client,
        {"credential_ids": [core, edge], "device_ids": own[:2], "secret": NEW},
    )
    assert answer.status == 200, answer.text
    assert {each["id"] for each in answer.data["rotated"]} >= {core, edge}
    assert {each["device_id"] for each in answer.data["rotated"]} == {None, *own[:2]}
    assert answer.data["device_count"] == 3
    assert "n3w" not in answer.text
    old = {"community": "old"}
    assert opened(postgres, organization) == {
        "core": NEW,
        "edge": NEW,
        "kept": old,
        own[0]: NEW,
        own[1]: NEW,
        own[2]: old,
    }
    assert kept


def test_each_may_be_given_another_secret_of_its_own_kind(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    core = shared(client, "core")
    shell = shared(client, "ssh", kind="ssh", secret={"username": "ops", "password": "old"})
    login = {"username": "ops", "password": "n3w"}
    answer = rotate(
        client,
        {"credential_ids": [core], "secret": NEW},
        {"credential_ids": [shell], "secret": login},
    )
    assert answer.status == 200, answer.text
    assert opened(postgres, organization) == {"core": NEW, "ssh": login}


def test_what_is_wrong_with_one_leaves_all_as_they_were(
    client: Client, stranger: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    core = shared(client, "core")
    shell = shared(client, "ssh", kind="ssh", secret={"username": "ops", "password": "old"})
    sharing = device(client, 1, credential_id=core)
    theirs = shared(stranger, "theirs")
    before = opened(postgres, organization)
    for wrong, field in (
        ({"credential_ids": [shell], "secret": NEW}, "username"),
        ({"credential_ids": [str(uuid4())], "secret": NEW}, "rotations.1.credential_ids"),
        ({"credential_ids": [theirs], "secret": NEW}, "rotations.1.credential_ids"),
        ({"device_ids": [sharing], "secret": NEW}, "rotations.1.device_ids"),
        ({"credential_ids": [core], "secret": NEW}, "body"),
        ({"secret": NEW}, "rotations.1"),
    ):
        answer = rotate(client, {"credential_ids": [core], "secret": NEW}, wrong)
        assert answer.status == 422, answer.text
        assert answer.json["error"]["details"]["fields"][0]["field"] == field
    assert opened(postgres, organization) == before


def test_a_rotation_of_nothing_or_of_too_much_is_refused(client: Client) -> None:
    assert rotate(client).status == 422
    many = [str(uuid4()) for _ in range(201)]
    for rotations in (
        [{"credential_ids": many, "secret": NEW}],
        [{"credential_ids": [one], "secret": NEW} for one in many],
        [{"credential_ids": many[:150], "device_ids": many[150:], "secret": NEW}],
    ):
        assert rotate(client, *rotations).status == 422


def test_the_audit_log_tells_of_each_without_its_secret(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    core, edge = shared(client, "core"), shared(client, "edge")
    rotate(client, {"credential_ids": [core, edge], "secret": NEW})
    with psycopg.connect(postgres.owner_url) as connection:
        rows = connection.execute(
            "SELECT target_id, before::text || after::text FROM netpulse.audit_log "
            "WHERE organization_id = %s AND action = 'credential.updated'",
            (organization,),
        ).fetchall()
    assert {UUID(str(target)) for target, _ in rows} == {UUID(core), UUID(edge)}
    assert all('"***"' in text and "n3w" not in text for _, text in rows)


@pytest.mark.parametrize("body", [{}, {"rotations": {}}, {"rotations": [{"secret": "x"}]}])
def test_what_is_no_rotation_is_refused_field_by_field(
    client: Client, body: dict[str, Any]
) -> None:
    assert client.call("POST", "/credentials/rotate", body=body).status == 422
