from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from functions.auth.domain.claims import Issuer
from functions.auth.handlers.authorizer import Authorizer
from functions.auth.service.verifier import TokenVerifier
from tests.support.clock import FakeClock
from tests.support.tokens import Mint

MINT = Mint()


class Keys:
    def find(self, issuer: Issuer, key_id: str) -> Any:
        return MINT.key.public_key()


VERIFIER = TokenVerifier(
    [Issuer(issuer=MINT.issuer, client_ids=frozenset({"netpulse-api"}))], Keys(), FakeClock()
)
AUTHORIZER = Authorizer(lambda: VERIFIER)


def outcome(**headers: str) -> str:
    event = {"headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    answer = AUTHORIZER(event, None)
    assert answer["isAuthorized"] is True
    return str(answer["context"]["outcome"])


def test_a_good_token_is_told_with_its_claims() -> None:
    answer = AUTHORIZER({"headers": {"Authorization": f"Bearer {MINT.token()}"}}, None)
    assert answer["context"]["outcome"] == "ok"
    assert answer["context"]["jti"] == "the-token"


def test_a_stranger_is_let_through_as_nobody() -> None:
    assert outcome() == "none"
    assert AUTHORIZER({}, None)["context"] == {"outcome": "none"}


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(scheme: str) -> None:
    assert outcome(authorization=f"{scheme} {MINT.token()}") == "ok"


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Basic YTpi", "token", "Bearer a b"])
def test_other_schemes_are_no_credential(value: str) -> None:
    assert outcome(authorization=value) == "invalid"


def test_api_keys_are_left_to_the_handlers() -> None:
    assert outcome(x_api_key="npk_abc") == "api_key"
    assert outcome(authorization="Bearer npk_abc") == "api_key"


def test_the_authorizer_starts_without_the_database_or_the_http_pipeline() -> None:
    code = (
        "import sys, functions.auth.handlers.authorizer\n"
        "print([name for name in ('psycopg', 'aws_lambda_powertools') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
