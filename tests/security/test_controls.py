"""What each control is worth: with it the attack fails, without it the same attack succeeds.

A test that passes whether or not the control is there would guard nothing. Controls are taken out
in this process, or in a transaction that is rolled back.
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import jwt
import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from netpulse import aws
from netpulse.access import CheckedAccess, DynamoSessionState
from netpulse.errors import MalformedError, RateLimitedError, UnauthenticatedError
from netpulse.http import requests
from netpulse.networks import AddressPolicy, outside_policy
from netpulse.outgoing import AddressRefusedError, Outgoing
from netpulse.permissions import Role
from netpulse.principal import Principal
from netpulse.secrets import KmsVault
from netpulse.settings import RateLimit
from netpulse.spreadsheet import csv_of

from functions.auth.channels.jwks import CachedKeys
from functions.auth.domain import claims as rules
from functions.auth.domain.claims import Issuer
from functions.auth.service.verifier import TokenVerifier
from functions.devices.handlers.http import application
from functions.notify.domain.signature import signature_of
from infra.settings import PROD
from tests.support.aws import RATE_LIMITS, SESSIONS, make_key, make_tables
from tests.support.clock import FakeClock
from tests.support.devices import HeardBus, services_over, work_on
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.organizations import new_organization, new_user
from tests.support.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

FORBIDDEN = ",".join(PROD.forbidden_networks)


@contextmanager
def undone(postgres: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Let somebody with the owner's rights do something that never happened."""
    with psycopg.connect(postgres.owner_url) as connection:
        yield connection
        connection.rollback()


def as_application(connection: psycopg.Connection[Any], organization_id: OrganizationId) -> None:
    connection.execute("SET LOCAL ROLE netpulse_app")
    connection.execute(
        "SELECT set_config('netpulse.organization_id', %s, true)", (str(organization_id),)
    )


def found(connection: psycopg.Connection[Any], sql: Any, *given: Any) -> Any:
    row = connection.execute(sql, given).fetchone()
    assert row is not None
    return row[0]


def test_row_level_security_is_what_keeps_organisations_apart(postgres: TestDatabase) -> None:
    victim, attacker = new_organization(postgres), new_organization(postgres)
    new_user(postgres, victim)
    # a query that forgot to name the organisation
    careless = "SELECT count(*) FROM netpulse.memberships WHERE organization_id <> %s"
    foreign = "INSERT INTO netpulse.device_groups (organization_id, name) VALUES (%s, 'mine now')"
    with undone(postgres) as connection:
        as_application(connection, attacker)
        assert found(connection, careless, attacker) == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(foreign, (victim,))
    with undone(postgres) as connection:
        for table in ("memberships", "device_groups"):
            connection.execute(f"ALTER TABLE netpulse.{table} DISABLE ROW LEVEL SECURITY")
        as_application(connection, attacker)
        assert found(connection, careless, attacker) >= 1
        assert connection.execute(foreign, (victim,)).rowcount == 1


def test_the_audit_log_is_kept_from_the_application_by_its_rights(postgres: TestDatabase) -> None:
    organization_id = new_organization(postgres)
    forget = "DELETE FROM netpulse.audit_log WHERE organization_id = %s"
    deed = (
        "INSERT INTO netpulse.audit_log (organization_id, actor_kind, action, target_type) "
        "VALUES (%s, 'user', 'device.deleted', 'device')"
    )
    with undone(postgres) as connection:
        connection.execute(deed, (organization_id,))
        as_application(connection, organization_id)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(forget, (organization_id,))
    with undone(postgres) as connection:
        connection.execute(deed, (organization_id,))
        connection.execute("GRANT DELETE ON netpulse.audit_log TO netpulse_app")
        connection.execute("ALTER TABLE netpulse.audit_log DISABLE ROW LEVEL SECURITY")
        as_application(connection, organization_id)
        assert connection.execute(forget, (organization_id,)).rowcount == 1


class Unsigned(TokenVerifier):
    """Takes whatever algorithm a token names, `none` among them."""

    def _verified(self, token: str) -> dict[str, str]:
        claims = jwt.decode(token, options={"verify_signature": False})
        issuer = self._issuers[claims["iss"]]
        outcome = rules.judge(claims, issuer, now=self._clock.now())
        return {"outcome": outcome.value, **rules.context_of(claims, issuer)}


def test_the_pinned_algorithm_is_what_refuses_a_token_without_signature() -> None:
    clock, mint = FakeClock(), Mint()
    issuer = Issuer(issuer=mint.issuer, client_ids=frozenset({mint.client_id}))
    keys = CachedKeys(lambda _issuer: [mint.jwk()], clock)
    forged = jwt.encode(
        mint.claims(clock.now(), org=str(uuid4())), "", "none", headers={"kid": mint.kid}
    )
    assert TokenVerifier([issuer], keys, clock).verify(forged) == {"outcome": "invalid"}
    assert Unsigned([issuer], keys, clock).verify(forged)["outcome"] == "ok"


class NothingWasRevoked:
    """A denylist that nobody asks."""

    def revoked(self, **_: Any) -> bool:
        return False


def checked(postgres: TestDatabase, sessions: Any, clock: FakeClock) -> CheckedAccess:
    limits = {"api": RateLimit(requests=3, window_s=60)}
    return CheckedAccess(
        postgres.database(), sessions, clock, counts_table=RATE_LIMITS, limits=limits
    )


def test_the_denylist_is_what_ends_a_token_before_its_time(
    postgres: TestDatabase, aws_in_process: None
) -> None:
    make_tables()
    clock = FakeClock(datetime.now(UTC))
    organization_id = new_organization(postgres)
    user_id = new_user(postgres, organization_id)
    mint = Mint()
    issuer = Issuer(issuer=mint.issuer, client_ids=frozenset({mint.client_id}))
    claims = mint.claims(clock.now(), sub=str(user_id), org=str(organization_id))
    stolen = {"outcome": "ok", **rules.context_of(claims, issuer)}
    denied = {"pk": {"S": f"denied#{claims['origin_jti']}"}, "sk": {"S": "-"}}
    aws.client("dynamodb").put_item(TableName=SESSIONS, Item=denied)
    with pytest.raises(UnauthenticatedError):
        checked(postgres, DynamoSessionState(SESSIONS), clock).principal(stolen, {})
    let_in = checked(postgres, NothingWasRevoked(), clock).principal(stolen, {})
    assert let_in.user_id == user_id


class Uncounted(CheckedAccess):
    """Counts nobody's requests."""

    def count(self, caller: str, *, limit_name: str, endpoint: str) -> None:
        pass


def test_the_count_is_what_stops_a_flood(postgres: TestDatabase, aws_in_process: None) -> None:
    make_tables()
    clock = FakeClock()
    access = checked(postgres, NothingWasRevoked(), clock)
    free = Uncounted(
        postgres.database(), NothingWasRevoked(), clock, counts_table=RATE_LIMITS, limits={}
    )

    def flood(target: CheckedAccess) -> int:
        for number in range(10):
            try:
                target.count("ip:192.0.2.1", limit_name="api", endpoint="GET /devices")
            except RateLimitedError:
                return number
        return 10

    assert flood(access) == 3
    assert flood(free) == 10


class Careless(Principal):
    """A caller whose permissions nobody looks at."""

    def require(self, permission: Any) -> None:
        pass


def test_the_permission_is_what_keeps_a_viewer_from_writing(postgres: TestDatabase) -> None:
    organization_id = new_organization(postgres)
    viewer = a_principal(Role.VIEWER, organization_id=organization_id)
    clock = FakeClock()
    services = services_over(work_on(postgres.database(), HeardBus(), clock), clock)

    def write(caller: Principal) -> int:
        client = Client(application(lambda: FakeAccess(caller), services, clock=clock))
        return client.call("POST", "/device-groups", body={"name": "mine"}).status

    assert write(viewer) == 403
    assert write(Careless(**vars(viewer))) == 201


@contextmanager
def metadata() -> Iterator[str]:
    """Serve credentials where only this machine should get them, as a task's metadata does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"SecretAccessKey": "s3cret"}')

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://inside.example:{server.server_port}/v2/credentials"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def test_the_guard_of_outgoing_requests_is_what_keeps_credentials_inside() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    with metadata() as url:
        with pytest.raises(AddressRefusedError):
            Outgoing(outside_policy(FORBIDDEN), resolve=resolve).send("GET", url, headers={})
        reply = Outgoing(AddressPolicy(), resolve=resolve).send("GET", url, headers={})
    assert b"s3cret" in reply.body


class Unbound(KmsVault):
    """Seals and opens for anybody alike."""

    def seal(self, secret: dict[str, Any], **_: Any) -> bytes:
        return super().seal(secret, organization_id=UUID(int=0), record_id=UUID(int=0))

    def open(self, ciphertext: bytes, **_: Any) -> dict[str, Any]:
        return super().open(ciphertext, organization_id=UUID(int=0), record_id=UUID(int=0))


def test_the_context_is_what_makes_a_moved_ciphertext_worthless(aws_in_process: None) -> None:
    key_id = make_key()
    victim, attacker = (
        {"organization_id": uuid4(), "record_id": uuid4()},
        {"organization_id": uuid4(), "record_id": uuid4()},
    )
    vault, unbound = KmsVault(key_id), Unbound(key_id)
    sealed = vault.seal({"community": "s3cret"}, **victim)
    assert vault.open(sealed, **victim)
    with pytest.raises(InvalidTag):
        vault.open(sealed, **attacker)
    moved = unbound.seal({"community": "s3cret"}, **victim)
    assert unbound.open(moved, **attacker) == {"community": "s3cret"}


def test_strict_reading_is_what_refuses_a_name_said_twice() -> None:
    body = b'{"role": "viewer", "role": "admin"}'
    with pytest.raises(MalformedError):
        requests.json_of(body)
    assert json.loads(body) == {"role": "admin"}


def test_the_guard_of_cells_is_what_keeps_formulas_from_running() -> None:
    rows = [{"name": '=HYPERLINK("https://evil.example","pay")'}]
    guarded = next(csv.DictReader(io.StringIO(csv_of(["name"], rows))))
    assert guarded["name"].startswith("'=")
    plain = io.StringIO()
    csv.DictWriter(plain, ["name"]).writerows(rows)
    assert next(csv.reader(io.StringIO(plain.getvalue())))[0].startswith("=")


def test_the_signed_instant_is_what_makes_a_replay_old() -> None:
    body, secret, then, now = b'{"event": "alert"}', "s" * 32, 1_700_000_000, 1_700_000_900
    heard = signature_of(body, secret=secret, timestamp=then)

    def receiver(timestamp: int, *, looks_at_the_clock: bool) -> bool:
        is_fresh = abs(now - timestamp) <= 300 or not looks_at_the_clock
        return is_fresh and heard == signature_of(body, secret=secret, timestamp=timestamp)

    # neither as it was heard, nor under another instant
    assert not receiver(then, looks_at_the_clock=True)
    assert not receiver(now, looks_at_the_clock=True)
    assert receiver(then, looks_at_the_clock=False)
