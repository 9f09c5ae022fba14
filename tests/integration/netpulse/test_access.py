"""Who is asking, as production checks it: PostgreSQL for roles and keys, DynamoDB for the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest
from netpulse import aws
from netpulse.access import CheckedAccess, DynamoSessionState, hashed_api_key
from netpulse.errors import RateLimitedError, TokenExpiredError, UnauthenticatedError
from netpulse.permissions import PERMISSIONS, Role
from netpulse.settings import RateLimit

from tests.support.aws import RATE_LIMITS, SESSIONS, make_tables
from tests.support.clock import FakeClock
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId, UserId

    from tests.support.database import TestDatabase

KEY = "npk_" + "k" * 43


@dataclass
class House:
    """An organisation, a member, and the check at its door."""

    postgres: TestDatabase
    clock: FakeClock
    access: CheckedAccess
    organization_id: OrganizationId
    user_id: UserId
    seconds: float = 0.0

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        return {
            "outcome": "ok",
            "sub": str(self.user_id),
            "org": str(self.organization_id),
            "jti": "token-1",
            "origin_jti": "session-1",
            "iat": str(now),
            "exp": str(now + 900),
            "username": "amina",
            **changes,
        }

    def run(self, sql: str, *parameters: Any) -> None:
        with psycopg.connect(self.postgres.owner_url) as connection:
            connection.execute(sql, parameters)

    def deny(self, key: str, **attributes: Any) -> None:
        item = {"pk": {"S": key}, "sk": {"S": "-"}, "expires_at": {"N": "1"}, **attributes}
        aws.client("dynamodb").put_item(TableName=SESSIONS, Item=item)

    def add_key(self, **columns: Any) -> None:
        values = {
            "organization_id": self.organization_id,
            "name": "Grafana",
            "prefix": KEY[:12],
            "hashed_key": hashed_api_key(KEY),
            "role": "api_user",
            "created_by": self.user_id,
            **columns,
        }
        names = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        self.run(f"INSERT INTO netpulse.api_keys ({names}) VALUES ({marks})", *values.values())


@pytest.fixture
def house(postgres: TestDatabase, aws_in_process: None) -> Iterator[House]:
    make_tables()
    database = postgres.database()
    clock = FakeClock()
    organization_id = new_organization(postgres)
    found = House(
        postgres=postgres,
        clock=clock,
        access=CheckedAccess(
            database,
            DynamoSessionState(SESSIONS),
            clock,
            counts_table=RATE_LIMITS,
            limits={"api": RateLimit(requests=3, window_s=60)},
            monotonic=lambda: found.seconds,
        ),
        organization_id=organization_id,
        user_id=new_user(postgres, organization_id, "operator"),
    )
    yield found
    database.close()
    found.run("DELETE FROM netpulse.api_keys WHERE hashed_key = %s", hashed_api_key(KEY))


def test_a_member_is_known_by_their_token(house: House) -> None:
    principal = house.access.principal(house.claims(), {})
    assert (principal.organization_id, principal.user_id) == (
        house.organization_id,
        house.user_id,
    )
    assert principal.role is Role.OPERATOR
    assert principal.permissions == PERMISSIONS[Role.OPERATOR]
    assert (principal.session_id, principal.token_id) == ("session-1", "token-1")


@pytest.mark.parametrize("outcome", ["none", "invalid", "api_key", "nonsense"])
def test_whom_the_authorizer_does_not_know_is_not_known(house: House, outcome: str) -> None:
    with pytest.raises(UnauthenticatedError):
        house.access.principal({"outcome": outcome}, {})
    with pytest.raises(UnauthenticatedError):
        house.access.principal({}, {})


@pytest.mark.parametrize("claim", ["sub", "org", "jti", "origin_jti", "iat", "exp"])
def test_a_token_that_lacks_a_claim_is_not_valid(house: House, claim: str) -> None:
    claims = house.claims()
    del claims[claim]
    with pytest.raises(UnauthenticatedError):
        house.access.principal(claims, {})


def test_a_token_that_expired_since_it_was_verified_is_too_old(house: House) -> None:
    claims = house.claims()
    house.access.principal(claims, {})
    house.clock.advance(timedelta(seconds=900))
    with pytest.raises(TokenExpiredError):
        house.access.principal(claims, {})
    with pytest.raises(TokenExpiredError):
        house.access.principal({"outcome": "expired"}, {})


def test_a_member_of_another_organisation_only_is_refused(house: House) -> None:
    other = new_organization(house.postgres)
    # who is remembered a moment later is no key to anywhere else
    assert house.access.principal(house.claims(), {})
    with pytest.raises(UnauthenticatedError):
        house.access.principal(house.claims(org=str(other)), {})
    with pytest.raises(UnauthenticatedError):
        house.access.principal(house.claims(sub=str(uuid4())), {})


@pytest.mark.parametrize("denied", ["denied#token-1", "denied#session-1"])
def test_what_was_revoked_is_refused_within_five_seconds(house: House, denied: str) -> None:
    house.access.principal(house.claims(), {})
    house.deny(denied)
    house.seconds = 4.9
    house.access.principal(house.claims(), {})
    house.seconds = 5.0
    with pytest.raises(UnauthenticatedError):
        house.access.principal(house.claims(), {})


def test_all_earlier_tokens_of_a_user_can_be_revoked(house: House) -> None:
    now = int(house.clock.now().timestamp())
    house.deny(f"valid_after#{house.user_id}", issued_before={"N": str(now)})
    with pytest.raises(UnauthenticatedError):
        house.access.principal(house.claims(iat=str(now - 1)), {})
    assert house.access.principal(house.claims(iat=str(now)), {})


def test_a_role_that_was_changed_counts_within_five_seconds(house: House) -> None:
    house.access.principal(house.claims(), {})
    house.run("UPDATE netpulse.memberships SET role = 'viewer' WHERE user_id = %s", house.user_id)
    house.seconds = 5.0
    assert house.access.principal(house.claims(), {}).role is Role.VIEWER


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE netpulse.memberships SET is_active = false WHERE user_id = %s",
        "UPDATE netpulse.users SET is_active = false WHERE id = %s",
        "DELETE FROM netpulse.memberships WHERE user_id = %s",
    ],
)
def test_who_is_no_longer_a_member_is_refused(house: House, sql: str) -> None:
    house.run(sql, house.user_id)
    with pytest.raises(UnauthenticatedError):
        house.access.principal(house.claims(), {})


@pytest.mark.parametrize(
    "headers", [{"x-api-key": KEY}, {"authorization": f"Bearer {KEY}"}, {"x-api-key": KEY, "a": ""}]
)
def test_an_api_key_is_a_caller_with_its_own_role(house: House, headers: dict[str, str]) -> None:
    house.add_key(role="viewer")
    principal = house.access.principal({"outcome": "none"}, headers)
    assert principal.organization_id == house.organization_id
    assert (principal.role, principal.name, principal.user_id) == (Role.VIEWER, "Grafana", None)
    assert principal.key == f"key:{principal.api_key_id}"


def test_an_api_key_counts_before_a_token(house: House) -> None:
    house.add_key()
    principal = house.access.principal(house.claims(), {"x-api-key": KEY})
    assert principal.role is Role.API_USER


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_key_that_is_revoked_or_expired_is_refused(house: House, column: str) -> None:
    house.add_key(**{column: house.clock.now() - timedelta(days=10_000)})
    with pytest.raises(UnauthenticatedError):
        house.access.principal({}, {"x-api-key": KEY})


def test_an_unknown_key_is_refused_and_other_bearers_are_no_keys(house: House) -> None:
    with pytest.raises(UnauthenticatedError, match="API key"):
        house.access.principal({}, {"x-api-key": "npk_unknown"})
    with pytest.raises(UnauthenticatedError, match="Send an access token"):
        house.access.principal({}, {"x-api-key": "something else"})


def test_requests_are_counted_in_windows(house: House) -> None:
    def ask(caller: str = "user:1", endpoint: str = "GET /devices") -> None:
        house.access.count(caller, limit_name="api", endpoint=endpoint)

    for _ in range(3):
        ask()
    ask("user:2")
    ask(endpoint="GET /alerts")
    house.clock.advance(timedelta(seconds=50))
    with pytest.raises(RateLimitedError) as caught:
        ask()
    assert caught.value.retry_after_s == 10
    house.clock.advance(timedelta(seconds=10))
    ask()


def test_a_revocation_is_looked_up_by_token_session_and_user(house: House) -> None:
    sessions = DynamoSessionState(SESSIONS)
    asked = {"token_id": "a", "session_id": "a", "user_id": str(UUID(int=1)), "issued_at": 5}
    assert not sessions.revoked(**asked)  # type: ignore[arg-type]
    house.deny("denied#a")
    assert sessions.revoked(**asked)  # type: ignore[arg-type]
