"""A1 to A5: tokens that are forged, borrowed, late or taken back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.client import Deadline, Session, logged_in, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)
PASSWORD = "gentle river over stones"


@pytest.fixture
def caller(stack: Stack) -> Session:
    """Somebody whose own token is good right now: what is refused is refused for what it is."""
    found = newcomer(stack.api_url)
    assert status_of(stack, found.token) == 200
    return found


def part(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def claims_of(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(session.token, options={"verify_signature": False})
    return found


def kid_of(session: Session) -> str:
    return str(jwt.get_unverified_header(session.token)["kid"])


def status_of(stack: Stack, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{stack.api_url}/api/v1/me", headers=headers, timeout=60).status_code


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a01_a_token_without_a_signature(stack: Stack, caller: Session, algorithm: str) -> None:
    head = part({"alg": algorithm, "typ": "JWT", "kid": kid_of(caller)})
    body = part(claims_of(caller))
    signature = caller.token.rpartition(".")[2]
    for token in (f"{head}.{body}.", f"{head}.{body}.{signature}", f"{head}.{body}"):
        assert status_of(stack, token) == 401


def test_a02_a_token_signed_with_our_public_key_as_a_password(
    stack: Stack, caller: Session
) -> None:
    (jwk, *_) = requests.get(f"{stack.api_url}/.well-known/jwks.json", timeout=60).json()["keys"]
    public = jwt.PyJWK.from_dict(jwk).key
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
        head = part({"alg": algorithm, "typ": "JWT", "kid": kid_of(caller)})
        signed = f"{head}.{part(claims_of(caller))}"
        for secret in (pem, json.dumps(jwk).encode(), jwk["n"].encode()):
            mac = hmac.new(secret, signed.encode(), digest).digest()
            token = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
            assert status_of(stack, token) == 401


@contextmanager
def attackers_keys(jwk: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Serve a key set to whoever asks; yield where, and the list of who asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [jwk]}).encode())

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys", asked
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def signed_by(key: rsa.RSAPrivateKey, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token whose header says whatever one likes; libraries would not make all of them."""
    kept = {name: value for name, value in header.items() if value is not None}
    signed = f"{part({'alg': 'RS256', 'typ': 'JWT', **kept})}.{part(claims)}"
    sha256 = jwt.algorithms.RSAAlgorithm.SHA256
    signature = jwt.algorithms.RSAAlgorithm(sha256).sign(signed.encode(), key)
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"kid": "unknown"},
        {"kid": "../../dev/null"},
        {"kid": "' UNION SELECT 'x"},
        {"kid": "x" * 5000},
        {"kid": None},
        {"crit": ["b64"], "b64": False},
    ],
)
def test_a03_a_header_that_points_at_another_key(
    stack: Stack, caller: Session, header: dict[str, Any]
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    claims, kid = claims_of(caller), kid_of(caller)
    with attackers_keys({**jwk, "kid": header.get("kid", kid)}) as (url, asked):
        pointing = {"jwk": jwk, "jku": url, "x5u": url}
        token = signed_by(key, {"kid": kid, **pointing, **header}, claims)
        # the gateway itself refuses headers beyond 10 kB
        assert status_of(stack, token) in {401, 431}
        issued_elsewhere = {**claims, "iss": url.removesuffix("/keys")}
        assert status_of(stack, signed_by(key, {"kid": kid, **header}, issued_elsewhere)) in {
            401,
            431,
        }
        assert asked == []


def signed_by_us(stack: Stack, claims: dict[str, Any], kid: str) -> str:
    return jwt.encode(claims, stack.signing_key(), "RS256", headers={"kid": kid})


def test_a04_our_own_signature_over_good_claims_is_taken(stack: Stack, caller: Session) -> None:
    """Else the tests below would be refused for another reason than theirs."""
    token = signed_by_us(stack, claims_of(caller), kid_of(caller))
    assert status_of(stack, token) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"iss": "https://issuer.example"},
        {"client_id": "another"},
        {"aud": "another"},
        {"token_use": "id"},
        {"sub": None},
        {"org": None},
        {"jti": None},
        {"org": "not-a-uuid"},
        {"sub": "' OR 1=1 --"},
    ],
)
def test_a04_our_own_signature_over_claims_that_are_wrong(
    stack: Stack, caller: Session, changes: dict[str, Any]
) -> None:
    claims = {**claims_of(caller), **changes}
    kept = {name: value for name, value in claims.items() if value is not None}
    token = signed_by_us(stack, kept, kid_of(caller))
    assert status_of(stack, token) == 401


def test_a04_an_issuer_that_differs_by_a_slash_is_another(stack: Stack, caller: Session) -> None:
    issuer = claims_of(caller)["iss"]
    for other in (f"{issuer}/", issuer.upper()):
        claims = {**claims_of(caller), "iss": other}
        token = signed_by_us(stack, claims, kid_of(caller))
        assert status_of(stack, token) == 401


def test_a04_an_organisation_one_is_no_member_of(
    stack: Stack, caller: Session, stranger: Session
) -> None:
    claims = {**claims_of(caller), "org": claims_of(stranger)["org"]}
    token = signed_by_us(stack, claims, kid_of(caller))
    assert status_of(stack, token) == 401


def ends(session: Session) -> None:
    # a process may know of it up to five seconds late
    Deadline.after(7).wait(
        lambda: session.send("GET", "/me").status_code == 401, what="the token's end", pause=0.5
    )


def test_a05_logging_out_ends_the_token(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    assert session.get("/me")
    session.post("/auth/logout")
    ends(session)


def test_a05_a_new_password_ends_the_other_sessions(stack: Stack) -> None:
    first = newcomer(stack.api_url)
    second = logged_in(stack.api_url, first.email, first.password)
    assert second.get("/me")
    first.post("/me/password", {"current_password": first.password, "new_password": PASSWORD})
    ends(second)
    assert first.get("/me")


@pytest.mark.parametrize("how", ["rest", "remove"])
def test_a05_who_is_put_out_is_out(stack: Stack, how: str) -> None:
    owner = newcomer(stack.api_url)
    email = f"{how}-{claims_of(owner)['sub']}@isp.example"
    member = owner.post("/users", {"email": email, "role": "operator", "password": PASSWORD})
    theirs = logged_in(stack.api_url, email, PASSWORD)
    key = theirs.post("/api-keys", {"name": "k", "role": "viewer"})["key"]
    assert theirs.get("/me")
    if how == "rest":
        owner.send("PATCH", f"/users/{member['id']}", json={"is_active": False})
    else:
        owner.send("DELETE", f"/users/{member['id']}")
    ends(theirs)
    Deadline.after(7).wait(
        lambda: (
            Session(stack.api_url).send("GET", "/me", headers={"X-API-Key": key}).status_code == 401
        ),
        what="the key's end",
    )
