"""The platform makes the signing keys, auth signs with them, the authorizer verifies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest
from netpulse import aws
from netpulse.errors import UnavailableError

from functions.auth.channels.signing import SigningKeys
from functions.auth.wiring.authorizer import AuthorizerSettings, verifier_of
from functions.platform.repository.deployment import ensure_signing_key
from tests.support.aws import make_secret, mocked_aws
from tests.support.clock import FakeClock
from tests.support.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Iterator

MINT = Mint()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with mocked_aws(monkeypatch):
        yield make_secret("signing-keys", {"keys": []})


def outcome(secret: str, token: str) -> str:
    settings = AuthorizerSettings(issuer=MINT.issuer, signing_secret=secret)
    return verifier_of(settings, FakeClock()).verify(token)["outcome"]


def claims(**changes: Any) -> dict[str, Any]:
    return MINT.claims(**changes)


def test_a_token_signed_with_the_platforms_key_is_verified(secret: str) -> None:
    ensure_signing_key(secret, FakeClock())
    keys = SigningKeys(secret)
    token = keys.sign(claims())
    (public,) = keys.public_keys()
    assert jwt.get_unverified_header(token)["kid"] == public["kid"]
    assert public.keys() == {"kty", "n", "e", "kid", "alg", "use"}
    assert outcome(secret, token) == "ok"


def test_a_key_that_is_made_later_is_found_by_a_process_that_already_looked(secret: str) -> None:
    keys = SigningKeys(secret)
    with pytest.raises(UnavailableError):
        keys.sign(claims())
    ensure_signing_key(secret, FakeClock())
    assert outcome(secret, keys.sign(claims())) == "ok"


def test_before_the_first_key_tokens_cannot_be_judged(secret: str) -> None:
    assert outcome(secret, MINT.token()) == "unavailable"


def test_the_newest_key_signs_and_the_older_one_still_verifies(secret: str) -> None:
    import json

    ensure_signing_key(secret, FakeClock())
    old = SigningKeys(secret).sign(claims())
    first = aws.secret(secret, fresh=True)["keys"][0]
    ensure_signing_key(make_secret("another", {"keys": []}), FakeClock())
    second = {**aws.secret("another", fresh=True)["keys"][0], "kid": "next"}
    aws.client("secretsmanager").put_secret_value(
        SecretId=secret, SecretString=json.dumps({"keys": [first, second]})
    )
    aws.secret(secret, fresh=True)
    new = SigningKeys(secret).sign(claims())
    assert jwt.get_unverified_header(new)["kid"] == "next"
    assert outcome(secret, old) == outcome(secret, new) == "ok"
