"""The platform makes the signing keys, auth signs with them, the authorizer verifies."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from netpulse import aws
from netpulse.errors import UnavailableError
from netpulse.signing_keys import make_signing_key, retire_signing_key

from functions.auth.channels.published import PublishedKeys
from functions.auth.channels.signing import KeyRing, SigningKeys
from functions.auth.service.rotation import KeyRotation
from functions.auth.wiring.authorizer import AuthorizerSettings, verifier_of
from functions.platform.repository.deployment import ensure_signing_key
from tests.support.aws import SESSIONS, make_secret, make_tables, mocked_aws
from tests.support.clock import FakeClock
from tests.support.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINT = Mint()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with mocked_aws(monkeypatch):
        make_tables()
        yield make_secret("signing-keys", {"keys": []})


def keys_of(secret: str, clock: FakeClock | None = None) -> SigningKeys:
    return SigningKeys(secret, PublishedKeys(SESSIONS), clock or FakeClock())


def outcome(token: str) -> str:
    settings = AuthorizerSettings(issuer=MINT.issuer, sessions_table=SESSIONS)
    return verifier_of(settings, FakeClock()).verify(token)["outcome"]


def claims(**changes: Any) -> dict[str, Any]:
    return MINT.claims(**changes)


def test_a_token_signed_with_the_platforms_key_is_verified(secret: str) -> None:
    ensure_signing_key(secret, FakeClock())
    keys = keys_of(secret)
    token = keys.sign(claims())
    (public,) = keys.public_keys()
    assert jwt.get_unverified_header(token)["kid"] == public["kid"]
    assert public.keys() == {"kty", "n", "e", "kid", "alg", "use"}
    assert outcome(token) == "ok"


def test_a_key_that_is_made_later_is_found_by_a_process_that_already_looked(secret: str) -> None:
    keys = keys_of(secret)
    with pytest.raises(UnavailableError):
        keys.sign(claims())
    ensure_signing_key(secret, FakeClock())
    assert outcome(keys.sign(claims())) == "ok"


def test_before_the_first_key_tokens_cannot_be_judged(secret: str) -> None:
    assert outcome(MINT.token()) == "unavailable"


def rotation(secret: str, clock: FakeClock, *, by_kms: bool = False) -> KeyRotation:
    return KeyRotation(
        KeyRing(secret, PublishedKeys(SESSIONS)),
        make=partial(make_signing_key, by_kms=by_kms),
        retire=retire_signing_key,
        clock=clock,
    )


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.mark.parametrize("by_kms", [False, True])
def test_a_new_key_signs_once_everybody_knows_it_and_the_old_one_verifies_on(
    secret: str, by_kms: bool
) -> None:
    clock = FakeClock()
    ensure_signing_key(secret, clock, by_kms=by_kms)
    old = keys_of(secret, clock).sign(claims())
    assert rotation(secret, clock, by_kms=by_kms).turn() is False
    clock.advance(timedelta(days=90))
    assert rotation(secret, clock, by_kms=by_kms).turn() is True
    aws.secret(secret, fresh=True)
    keys = keys_of(secret, clock)
    assert len(keys.public_keys()) == 2
    assert kid(keys.sign(claims())) == kid(old)
    clock.advance(timedelta(hours=3))
    new = keys.sign(claims())
    assert kid(new) != kid(old)
    assert outcome(old) == outcome(new) == "ok"
    clock.advance(timedelta(hours=24))
    assert rotation(secret, clock, by_kms=by_kms).turn() is True
    assert outcome(new) == "ok"
    assert outcome(old) == "invalid"
    assert rotation(secret, clock, by_kms=by_kms).turn() is False


def test_keys_of_kms_never_leave_it_and_are_retired_there(secret: str) -> None:
    clock = FakeClock()
    ensure_signing_key(secret, clock, by_kms=True)
    (entry,) = aws.secret(secret, fresh=True)["keys"]
    assert entry.keys() == {"kid", "created_at", "kms_key_id", "public_pem"}
    clock.advance(timedelta(days=90))
    rotation(secret, clock, by_kms=True).turn()
    clock.advance(timedelta(days=2))
    rotation(secret, clock, by_kms=True).turn()
    state = aws.client("kms").describe_key(KeyId=entry["kms_key_id"])["KeyMetadata"]["KeyState"]
    assert state == "PendingDeletion"


def test_a_key_taken_out_of_the_secret_verifies_nothing_more(secret: str) -> None:
    ensure_signing_key(secret, FakeClock())
    stolen = keys_of(secret).sign(claims())
    ensure_signing_key(make_secret("another", {"keys": []}), FakeClock())
    other = {**aws.secret("another", fresh=True)["keys"][0], "kid": "next"}
    aws.client("secretsmanager").put_secret_value(
        SecretId=secret, SecretString=json.dumps({"keys": [other]})
    )
    aws.secret(secret, fresh=True)
    assert outcome(keys_of(secret).sign(claims())) == "ok"
    assert outcome(stolen) == "invalid"


def test_what_is_published_holds_nothing_private(secret: str) -> None:
    ensure_signing_key(secret, FakeClock())
    keys_of(secret).sign(claims())
    (item,) = aws.client("dynamodb").scan(TableName=SESSIONS)["Items"]
    (published,) = json.loads(item["keys"]["S"])
    assert published.keys() == {"kty", "n", "e", "kid", "alg", "use"}


def test_keys_are_published_once_a_process_and_set_of_keys(secret: str) -> None:
    told: list[int] = []

    class Counting(PublishedKeys):
        def publish(self, keys: Sequence[dict[str, str]]) -> None:
            told.append(len(keys))

    ensure_signing_key(secret, FakeClock())
    keys = SigningKeys(secret, Counting(SESSIONS), FakeClock())
    keys.sign(claims())
    keys.sign(claims())
    assert told == [1]


def test_a_table_that_is_away_leaves_tokens_unjudged(secret: str) -> None:
    settings = AuthorizerSettings(issuer=MINT.issuer, sessions_table="nowhere")
    assert verifier_of(settings, FakeClock()).verify(MINT.token())["outcome"] == "unavailable"
