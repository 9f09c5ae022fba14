from __future__ import annotations

from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from netpulse import aws
from netpulse.secrets import KmsVault

from tests.support.aws import make_secret

SECRET = {"community": "s3cret", "version": "2c"}
OURS, THEIRS, RECORD, ANOTHER = (uuid4() for _ in range(4))


@pytest.fixture
def key_id(aws_in_process: None) -> str:
    return str(aws.client("kms").create_key()["KeyMetadata"]["KeyId"])


def test_a_secret_comes_back_for_its_own_record(key_id: str) -> None:
    sealed = KmsVault(key_id).seal(SECRET, organization_id=OURS, record_id=RECORD)
    assert KmsVault(key_id).open(sealed, organization_id=OURS, record_id=RECORD) == SECRET


def test_the_ciphertext_shows_nothing_and_is_never_the_same(key_id: str) -> None:
    vault = KmsVault(key_id)
    first, second = (vault.seal(SECRET, organization_id=OURS, record_id=RECORD) for _ in range(2))
    assert b"s3cret" not in first
    assert first != second


@pytest.mark.parametrize(
    ("organization_id", "record_id"), [(THEIRS, RECORD), (OURS, ANOTHER), (THEIRS, ANOTHER)]
)
def test_another_organisations_or_records_ciphertext_does_not_open(
    key_id: str, organization_id: object, record_id: object
) -> None:
    vault = KmsVault(key_id)
    sealed = vault.seal(SECRET, organization_id=OURS, record_id=RECORD)
    wrong = {"organization_id": organization_id, "record_id": record_id}
    with pytest.raises(ClientError):
        KmsVault(key_id).open(sealed, **wrong)  # type: ignore[arg-type]
    vault.open(sealed, organization_id=OURS, record_id=RECORD)
    # the data key is remembered now: the record's id still counts
    with pytest.raises(InvalidTag):
        vault.open(sealed, **wrong)  # type: ignore[arg-type]


def test_a_changed_ciphertext_does_not_open(key_id: str) -> None:
    vault = KmsVault(key_id)
    sealed = vault.seal(SECRET, organization_id=OURS, record_id=RECORD)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    with pytest.raises(InvalidTag):
        vault.open(changed, organization_id=OURS, record_id=RECORD)


def test_a_secret_of_an_unknown_version_is_refused(key_id: str) -> None:
    with pytest.raises(ValueError, match="version 9"):
        KmsVault(key_id).open(b"\x09\x00\x00", organization_id=OURS, record_id=RECORD)


def test_a_rotated_secret_is_read_when_asked_for_afresh(aws_in_process: None) -> None:
    make_secret("database", {"password": "old"})
    assert aws.secret("database") == {"password": "old"}
    aws.client("secretsmanager").put_secret_value(
        SecretId="database", SecretString='{"password": "new"}'
    )
    assert aws.secret("database") == {"password": "old"}
    assert aws.secret("database", fresh=True) == {"password": "new"}
    assert aws.secret("database") == {"password": "new"}
