"""Bad input is answered, never 500."""

from __future__ import annotations

import base64
import json
import uuid
from itertools import product
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.client import Deadline, newcomer

if TYPE_CHECKING:
    from tests.e2e.client import Session
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)

JSON = {"Content-Type": "application/json"}
WRITABLE = ["/devices", "/device-groups", "/notification-channels", "/alert-rules"]
READABLE = [*WRITABLE, "/alerts", "/me"]
MEGABYTE = 1024 * 1024


def code(answer: requests.Response) -> str:
    told: str = answer.json()["error"]["code"]
    return told


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *product(WRITABLE, ["{", "", "[]", "null", '"text"', '{"name": {"deep": []}}', "\x00"]),
        # Logging in is limited to a few tries a minute, good and bad.
        *product(["/auth/login", "/auth/register"], ["{", "[]"]),
    ],
)
def test_a_body_that_is_no_request_is_told(admin: Session, path: str, body: str) -> None:
    answer = admin.send("POST", path, data=body, headers=JSON)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.json()["success"] is False


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("ip_address", "999.1.2.3", "INVALID_IP_ADDRESS"),
        ("device_type", "toaster", "INVALID_DEVICE_TYPE"),
        ("interval_seconds", 5, "INVALID_INPUT"),
        ("interval_seconds", "often", "INVALID_INPUT"),
        ("tags", 7, "INVALID_INPUT"),
        ("name", "x" * 10_000, "INVALID_INPUT"),
    ],
)
def test_a_wrong_value_is_told_with_its_field(
    admin: Session, field: str, value: Any, expected: str
) -> None:
    device = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router", field: value}
    answer = admin.send("POST", "/devices", json=device)
    assert (answer.status_code, code(answer)) == (422, expected)
    assert field in json.dumps(answer.json()["error"]["details"])


@pytest.mark.parametrize("path", WRITABLE)
def test_an_id_that_nobody_has_is_not_found(admin: Session, path: str) -> None:
    answer = admin.send("GET", f"{path}/{uuid.uuid4()}")
    assert answer.status_code == 404
    assert admin.send("GET", f"{path}/not-an-id").status_code in {404, 422}


def test_another_content_type_is_refused(admin: Session) -> None:
    answer = admin.send("POST", "/devices", data="a=1", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_of_a_megabyte_is_answered(admin: Session) -> None:
    device = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router"}
    device["description"] = "x" * MEGABYTE
    assert admin.send("POST", "/devices", json=device).status_code in {413, 422}


@pytest.mark.parametrize("query", ["page=0", "per_page=100000", "page=x", "sort=;drop", "since=-1"])
def test_a_query_that_makes_no_sense_is_told(admin: Session, query: str) -> None:
    path = "/events" if query.startswith("since") else "/devices"
    assert admin.send("GET", f"{path}?{query}").status_code == 422


@pytest.mark.parametrize("path", READABLE)
def test_without_a_token_there_is_nothing(nobody: Session, path: str) -> None:
    answer = nobody.send("GET", path)
    assert (answer.status_code, code(answer)) == (401, "INVALID_CREDENTIALS")


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed(key: Any, admin: Session, **changes: Any) -> str:
    """Return a token like the admin's with some claims changed, or left out where None."""
    kid = jwt.get_unverified_header(admin.token)["kid"]
    claims = {**claims_of(admin.token), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, "RS256", headers={"kid": kid})


def unsigned(admin: Session) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{admin.token.split('.')[1]}."


def refused(stack: Stack, token: str) -> str:
    """Return the code with which a token is refused."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{stack.api_url}/api/v1/me", headers=headers, timeout=60)
    assert answer.status_code == 401, answer.text
    return code(answer)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"exp": None}, "INVALID_CREDENTIALS"),
        ({"exp": 1_700_000_000}, "TOKEN_EXPIRED"),
        ({"iss": "https://issuer.example"}, "INVALID_CREDENTIALS"),
        ({"token_use": "id"}, "INVALID_CREDENTIALS"),
        ({"sub": None}, "INVALID_CREDENTIALS"),
    ],
)
def test_even_our_own_key_opens_nothing_with_claims_that_are_wrong(
    stack: Stack, admin: Session, change: dict[str, Any], expected: str
) -> None:
    assert refused(stack, signed(stack.signing_key(), admin, **change)) == expected


def test_another_key_opens_nothing(stack: Stack, admin: Session) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert refused(stack, signed(key, admin)) == "INVALID_CREDENTIALS"


@pytest.mark.parametrize("token", ["noise", "..", "Bearer", "a.b.c", "x" * 5000])
def test_what_is_no_token_opens_nothing(stack: Stack, token: str) -> None:
    assert refused(stack, token) == "INVALID_CREDENTIALS"


def test_a_token_without_a_signature_opens_nothing(stack: Stack, admin: Session) -> None:
    assert refused(stack, unsigned(admin)) == "INVALID_CREDENTIALS"


def test_a_token_ends_with_its_session(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    assert session.get("/me")
    assert session.send("POST", "/auth/logout", json={}).ok
    # A process may know of the end of a session up to 5 seconds late.
    Deadline.after(6).wait(
        lambda: session.send("GET", "/me").status_code == 401, what="the token's end"
    )


def test_a_path_that_is_not_there_is_told_in_the_envelope(admin: Session) -> None:
    answer = admin.send("GET", "/nothing-of-this-name")
    assert answer.status_code == 404


def test_health_is_answered_without_a_token(stack: Stack) -> None:
    for path in ("/health", "/ready", "/alive", "/openapi.json", "/.well-known/jwks.json"):
        answer = requests.get(stack.api_url + path, timeout=60)
        assert answer.status_code == 200, f"{path}: {answer.text}"
