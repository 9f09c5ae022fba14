"""The real Lambda entry on its real wiring: KMS and the bus in process, PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
import pytest
from netpulse import aws
from netpulse.secrets import KmsVault

from functions.devices.handlers import http
from tests.support.aws import forget_wiring, make_bus, make_secret, messages_in, set_settings
from tests.support.devices import a_device_body
from tests.support.http import Client, FakeAccess, a_principal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

KEY_ALIAS = "alias/credentials"


@pytest.fixture
def facts(
    postgres: TestDatabase,
    aws_in_process: None,
    monkeypatch: pytest.MonkeyPatch,
    organization: OrganizationId,
) -> Iterator[str]:
    """The queue every fact lands in."""
    queue = make_bus()
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    aws.client("kms").create_alias(AliasName=KEY_ALIAS, TargetKeyId=key)
    set_settings(
        monkeypatch,
        **postgres.settings(),
        database_secret=make_secret("app", {"username": "netpulse_app", "password": "unused"}),
        bus_name="facts",
        credentials_key_id=key,
        forbidden_networks="169.254.0.0/16,127.0.0.0/8",
    )
    forget_wiring("devices")
    caller = FakeAccess(a_principal(organization_id=organization))
    monkeypatch.setattr(http.app, "_access", lambda: caller)
    yield queue
    forget_wiring("devices")


def test_a_device_is_stored_sealed_and_announced(
    facts: str, postgres: TestDatabase, organization: OrganizationId
) -> None:
    client = Client(http.app)
    body = a_device_body(snmp={"community": "s3cret"})
    made = client.call("POST", "/devices", body=body)
    assert made.status == 201, made.text
    (event,) = messages_in(facts)
    assert (event["source"], event["detail-type"]) == ("netpulse.devices", "DeviceRegistered.v1")
    assert event["detail"]["facts"][0]["data"]["device_id"] == made.data["id"]
    assert "s3cret" not in str(event)
    credential_id = UUID(made.data["snmp"]["credential_id"])
    with psycopg.connect(postgres.owner_url) as connection:
        row = connection.execute(
            "SELECT ciphertext FROM netpulse.credentials WHERE id = %s", (credential_id,)
        ).fetchone()
    assert row is not None
    assert b"s3cret" not in row[0]
    opened = KmsVault(KEY_ALIAS).open(
        bytes(row[0]), organization_id=organization, record_id=credential_id
    )
    assert opened == {"community": "s3cret"}


@pytest.mark.usefixtures("facts")
def test_the_settings_forbidden_networks_hold() -> None:
    client = Client(http.app)
    refused = client.call("POST", "/devices", body=a_device_body(ip_address="127.0.0.1"))
    assert (refused.status, refused.code) == (422, "INVALID_IP_ADDRESS")


@pytest.mark.usefixtures("facts")
def test_every_service_is_wired() -> None:
    client = Client(http.app)
    for path in ("/devices", "/device-groups", "/credentials", "/devices/snapshot"):
        assert client.call("GET", path).status == 200
    answer = client.call("POST", "/devices/import", body={"devices": [a_device_body()]})
    assert answer.data["created"] == 1
