"""A9, A12 to A18, A26, A28, A29: what is decided below the API, tried where it is decided."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from netpulse.networks import AddressPolicy, outside_policy, parse_networks
from netpulse.outgoing import AddressRefusedError, Outgoing
from netpulse.secrets import KmsVault
from netpulse.spreadsheet import csv_of

from functions.notify.domain.signature import signature_of
from functions.notify.domain.text import one_line
from infra.settings import PROD
from tests.support.aws import make_key
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

FORBIDDEN = ",".join(PROD.forbidden_networks)


def test_a09_without_an_organisation_the_application_sees_no_row(postgres: TestDatabase) -> None:
    organization_id = new_organization(postgres)
    new_user(postgres, organization_id, "viewer")
    database = postgres.database()
    with database.transaction(None) as transaction:
        assert transaction.value("SELECT count(*) FROM netpulse.memberships") == 0


def test_a09_a_connection_that_served_one_organisation_shows_the_next_nothing(
    postgres: TestDatabase,
) -> None:
    first, second = new_organization(postgres), new_organization(postgres)
    new_user(postgres, first, "viewer")
    database = postgres.database()
    with database.transaction(first) as transaction:
        assert transaction.value("SELECT count(*) FROM netpulse.memberships") == 1
    for next_one in (None, second):
        with database.transaction(next_one) as transaction:
            assert transaction.value("SELECT count(*) FROM netpulse.memberships") == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.170.2/v2/credentials",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:aa02]/",
        "http://[2002:a9fe:aa02::]/",
        "http://2852039166/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://127.0.0.1/",
        "http://localhost./",
        "http://10.64.0.5/",
        "http://ok@169.254.170.2/",
        "gopher://10.0.0.1/",
        "file:///etc/passwd",
    ],
)
def test_a12_no_spelling_of_a_webhook_or_provider_leads_inside(url: str) -> None:
    outgoing = Outgoing(outside_policy(FORBIDDEN))
    with pytest.raises(AddressRefusedError):
        outgoing.check(url)
    with pytest.raises(AddressRefusedError):
        outgoing.send("POST", url, headers={}, body=b"{}")


def test_a14_a_name_is_judged_by_every_address_it_has_and_asked_once() -> None:
    asked = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34", "169.254.170.2"]

    with pytest.raises(AddressRefusedError):
        Outgoing(outside_policy(FORBIDDEN), resolve=resolve).send(
            "GET", "http://rebind.example/", headers={}
        )
    assert asked == ["rebind.example"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.170.2",
        "169.254.169.254",
        "::1",
        "fd00:ec2::254",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_a15_no_probe_is_sent_where_none_may_go(address: str) -> None:
    policy = AddressPolicy(parse_networks(FORBIDDEN))
    assert policy.refusal_of_text(address) is not None


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_a17_a_cell_runs_nothing(text: str) -> None:
    cell = csv_of(["name"], [{"name": text}]).split("\r\n", 1)[1]
    assert cell.lstrip('"').startswith("'")


def test_a17_numbers_stay_numbers() -> None:
    assert csv_of(["value"], [{"value": -1.5}]) == "value\r\n-1.5\r\n"


@pytest.mark.parametrize(
    "subject", ["x\r\nBcc: evil@example.org", "x\nCc: y", "x\x00y", "a\u2028b"]
)
def test_a26_a_subject_is_one_line(subject: str) -> None:
    assert not set(one_line(subject)) & set("\r\n\x00\u2028")


def test_a28_a_ciphertext_opens_for_its_own_record_alone(aws_in_process: None) -> None:
    key_id = make_key()
    vault = KmsVault(key_id)
    organization_id, record_id = uuid4(), uuid4()
    sealed = vault.seal({"community": "s3"}, organization_id=organization_id, record_id=record_id)
    assert b"s3" not in sealed
    assert vault.open(sealed, organization_id=organization_id, record_id=record_id) == {
        "community": "s3"
    }
    for other in ((uuid4(), record_id), (organization_id, uuid4())):
        # another process, which has not opened it before, asks KMS
        with pytest.raises(ClientError, match="InvalidCiphertext"):
            KmsVault(key_id).open(sealed, organization_id=other[0], record_id=other[1])
        with pytest.raises(InvalidTag):
            vault.open(sealed, organization_id=other[0], record_id=other[1])


def receiver_of_the_documents() -> Any:
    """Return the function that docs/notifications.md gives to receivers of webhooks."""
    text = (Path(__file__).parents[2] / "docs" / "notifications.md").read_text()
    (sample,) = re.findall(r"```python\n(def is_ours.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {"hmac": hmac, "hashlib": hashlib}
    exec(sample, names)
    return names["is_ours"]


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({}, True),
        ({"now": 1_700_000_299}, True),
        ({"now": 1_700_000_301}, False),
        ({"now": 1_699_999_699}, False),
        ({"body": b'{"event": "recovery"}'}, False),
        ({"secret": "another"}, False),
        ({"timestamp": "1700000600"}, False),
        ({"signature": "v1="}, False),
    ],
)
def test_a29_the_documents_receiver_takes_what_is_ours_and_new(
    changes: dict[str, Any], taken: bool
) -> None:
    then, body = 1_700_000_000, b'{"event": "problem"}'
    headers = {
        "X-NetPulse-Timestamp": changes.get("timestamp", str(then)),
        "X-NetPulse-Signature": changes.get(
            "signature", signature_of(body, secret="s3cret", timestamp=then)
        ),
    }
    is_ours = receiver_of_the_documents()
    found = is_ours(
        headers,
        changes.get("body", body),
        changes.get("secret", "s3cret"),
        changes.get("now", then + 1),
    )
    assert found is taken


def test_a29_a_signature_is_of_the_body_and_of_its_time() -> None:
    signed = signature_of(b"{}", secret="s", timestamp=1)
    assert signed != signature_of(b"{ }", secret="s", timestamp=1)
    assert signed != signature_of(b"{}", secret="s", timestamp=2)
    assert signed != signature_of(b"{}", secret="t", timestamp=1)
