"""What the authorizer lets pass (attacks A1 to A4)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.auth.channels.jwks import CachedKeys
from functions.auth.domain.claims import Issuer
from functions.auth.service.verifier import TokenVerifier
from tests.support.clock import NOON, FakeClock
from tests.support.tokens import ORGANIZATION, USER, Mint, rsa_key

OWN = Mint()
POOL = Mint(
    issuer="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Kilimo",
    kid="pool-key",
    key=rsa_key("pool"),
    client_id="7abc",
    cognito=True,
)


class World:
    """A verifier, and how often it asked for keys."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fetched: list[str] = []
        issuers = [
            Issuer(issuer=OWN.issuer, client_ids=frozenset({"netpulse-api", "netpulse-web"})),
            Issuer(
                issuer=POOL.issuer,
                client_ids=frozenset({POOL.client_id}),
                jwks_uri="https://pool.example/jwks",
                cognito=True,
            ),
        ]
        self.verifier = TokenVerifier(issuers, CachedKeys(self._fetch, self.clock), self.clock)

    def _fetch(self, issuer: Issuer) -> list[dict[str, Any]]:
        self.fetched.append(issuer.issuer)
        return [POOL.jwk() if issuer.cognito else OWN.jwk()]

    def outcome(self, token: str) -> str:
        return self.verifier.verify(token)["outcome"]


@pytest.fixture
def world() -> World:
    return World()


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature)
    )


def test_our_own_token_is_let_in_with_who_it_is(world: World) -> None:
    assert world.verifier.verify(OWN.token()) == {
        "outcome": "ok",
        "sub": str(USER),
        "org": str(ORGANIZATION),
        "jti": "the-token",
        "origin_jti": "the-session",
        "iat": str(int(NOON.timestamp())),
        "exp": str(int(NOON.timestamp()) + 900),
        "username": "amina@kilimo.example",
    }


def test_a_token_of_the_configured_cognito_pool_is_let_in(world: World) -> None:
    found = world.verifier.verify(POOL.token())
    assert (found["outcome"], found["org"]) == ("ok", str(ORGANIZATION))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_a1_a_token_without_a_signature_is_not(world: World, alg: str) -> None:
    assert world.outcome(forged({"alg": alg, "kid": OWN.kid}, OWN.claims())) == "invalid"


def test_a1_a_token_whose_signature_was_cut_off_is_not(world: World) -> None:
    assert world.outcome(OWN.token().rpartition(".")[0] + ".") == "invalid"


def test_a2_a_token_signed_with_the_public_key_as_a_password_is_not(world: World) -> None:
    public = OWN.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = forged({"alg": "HS256", "typ": "JWT", "kid": OWN.kid}, OWN.claims()).rstrip(".")
    mac = hmac.new(public, unsigned.encode(), hashlib.sha256).digest()
    token = f"{unsigned}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert world.outcome(token) == "invalid"


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_rsa_algorithms_are_not(world: World, algorithm: str) -> None:
    assert world.outcome(OWN.token(algorithm=algorithm)) == "invalid"


@pytest.mark.parametrize(
    "kid", ["unknown", "../../dev/null", "' OR '1'='1", "k" * 10_000, "", "pool-key"]
)
def test_a3_a_made_up_key_id_is_not(world: World, kid: str) -> None:
    assert world.outcome(OWN.token(headers={"kid": kid})) == "invalid"


@pytest.mark.parametrize("kid", [None, 7, ["2026"], {"a": 1}])
def test_a3_a_key_id_that_is_no_text_is_not(world: World, kid: Any) -> None:
    header = {"alg": "RS256", "kid": kid} if kid is not None else {"alg": "RS256"}
    assert world.outcome(forged(header, OWN.claims(), b"signature")) == "invalid"


def test_a3_the_attackers_own_key_in_the_header_is_not_looked_at(world: World) -> None:
    attacker = Mint(key=rsa_key("attacker"), kid="evil")
    for header in (
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
        {"jwk": attacker.jwk()},
    ):
        assert world.outcome(attacker.token(headers=header)) == "invalid"
        assert world.outcome(attacker.token(headers={**header, "kid": OWN.kid})) == "invalid"
    assert set(world.fetched) == {OWN.issuer}


def test_a3_made_up_key_ids_bring_about_one_fetch_a_minute(world: World) -> None:
    for number in range(50):
        world.outcome(OWN.token(headers={"kid": f"guess-{number}"}))
    assert world.fetched == [OWN.issuer]
    world.clock.advance(timedelta(minutes=1))
    world.outcome(OWN.token(headers={"kid": "guess"}))
    assert world.fetched == [OWN.issuer] * 2


def test_a_header_that_must_be_understood_and_is_not_refuses_the_token(world: World) -> None:
    assert world.outcome(OWN.token(headers={"crit": ["b64"], "b64": False})) == "invalid"


def test_a4_an_old_token_has_expired(world: World) -> None:
    world.clock.advance(timedelta(minutes=15))
    assert world.outcome(OWN.token()) == "expired"


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": ...},
        {"iat": ...},
        {"iss": ...},
        {"sub": ...},
        {"jti": ...},
        {"token_use": ...},
        {"nbf": int(NOON.timestamp()) + 60},
        {"iat": int(NOON.timestamp()) + 60},
        {"iss": "https://NP.example"},
        {"iss": "https://np.example/"},
        {"iss": "https://evil.example"},
        {"client_id": "another"},
        {"aud": "another"},
        {"aud": ["netpulse-api"]},
        {"token_use": "id"},
        {"org": ...},
    ],
)
def test_a4_a_token_with_wrong_claims_is_not(world: World, changes: dict[str, Any]) -> None:
    assert world.outcome(OWN.token(**changes)) == "invalid"


def test_one_issuers_key_does_not_speak_for_another(world: World) -> None:
    posing = Mint(issuer=OWN.issuer, key=POOL.key, kid=POOL.kid)
    assert world.outcome(posing.token()) == "invalid"
    posing = Mint(issuer=POOL.issuer, key=OWN.key, kid=OWN.kid, client_id="7abc", cognito=True)
    assert world.outcome(posing.token()) == "invalid"


@pytest.mark.parametrize(
    "token",
    [
        "noise",
        "..",
        "a.b.c",
        "x" * 5000,
        "\u2603.\u2603.\u2603",
        "e30.e30.",
        "W10.W10.W10",
        "." * 8192,
    ],
)
def test_what_is_no_token_is_not(world: World, token: str) -> None:
    assert world.outcome(token) == "invalid"


def test_a_token_that_is_too_long_is_not_even_read(world: World) -> None:
    assert world.outcome(OWN.token(padding="x" * 9000)) == "invalid"
    assert world.fetched == []


def test_a_deeply_nested_token_is_not(world: World) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode()
    assert world.outcome(f"{deep}.{deep}.x") == "invalid"
