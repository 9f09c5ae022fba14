"""What one authenticated `GET /devices/{id}` costs in process, part by part, and cold imports.

Prints one JSON object a line; `python -m bench.api`. PostgreSQL is real and on this machine; the
sessions' table answers at once, for its time is the network's. One core.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from netpulse.access import CheckedAccess
from netpulse.observability import logger
from netpulse.settings import RateLimit

from bench.measuring import pin, say_at_most
from functions.auth.channels.jwks import CachedKeys
from functions.auth.domain.claims import Issuer
from functions.auth.handlers.authorizer import Authorizer
from functions.auth.service.verifier import TokenVerifier
from functions.devices.handlers.http import application
from tests.support.clock import FakeClock
from tests.support.database import running_database
from tests.support.devices import HeardBus, services_over, work_on
from tests.support.http import an_event
from tests.support.organizations import new_organization, new_user
from tests.support.tokens import Mint, jwk, rsa_key

logger.setLevel("ERROR")
CALLS, ROUNDS = 300, 5
IMPORT_ROUNDS = 3
FUNCTIONS = Path(__file__).parents[1] / "functions"


class OpenSessions:
    """No session was revoked, and the table is no distance away."""

    def revoked(self, **_):
        return False


class FreeAccess(CheckedAccess):
    """Checks all but the counts, which are one DynamoDB call each."""

    def count(self, caller, *, limit_name, endpoint):
        pass


def milliseconds(call, times):
    found = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)[times // 2]


def house(postgres):
    """Return an authorizer, the inventory's application, a request's event, and its database."""
    clock = FakeClock()
    organization_id = new_organization(postgres)
    user_id = new_user(postgres, organization_id, "operator")
    mint = Mint()
    token = mint.token(now=clock.now(), sub=str(user_id), org=str(organization_id))
    issuer = Issuer(issuer=mint.issuer, client_ids=frozenset({mint.client_id}))
    keys = CachedKeys(lambda _issuer: [jwk(rsa_key("own"), mint.kid)], clock)
    verifier = TokenVerifier([issuer], keys, clock)
    authorizer = Authorizer(lambda: verifier)
    database = postgres.database()
    access = FreeAccess(
        database,
        OpenSessions(),
        clock,
        counts_table="-",
        limits={"api": RateLimit(requests=1, window_s=60)},
    )
    services = services_over(work_on(database, HeardBus(), clock), clock)
    app = application(lambda: access, services, clock=clock)
    event = an_event("GET", "/api/v1/devices/x", headers={"authorization": f"Bearer {token}"})
    return authorizer, app, event, database, organization_id


def requests(postgres):
    authorizer, app, event, database, organization_id = house(postgres)

    def authorized():
        found = authorizer(event, None)["context"]
        event["requestContext"]["authorizer"] = {"lambda": found}

    authorized()
    with database.transaction(organization_id) as transaction:
        device_id = transaction.value(
            "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type) "
            "VALUES (%s, 'core', '192.0.2.1', 'router') RETURNING id",
            (organization_id,),
        )
        transaction.run(
            "INSERT INTO netpulse.device_status (device_id, organization_id) VALUES (%s, %s) "
            "ON CONFLICT DO NOTHING",
            (device_id, organization_id),
        )
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/api/v1/devices/{device_id}"

    def whole():
        authorized()
        answer = app(event, None)
        assert answer["statusCode"] == 200, answer["body"]

    def read():
        with database.transaction(organization_id) as transaction:
            transaction.row("SELECT * FROM netpulse.devices WHERE id = %s", (device_id,))

    whole()
    totals, authorizers, reads = [], [], []
    for _ in range(ROUNDS):
        totals.append(milliseconds(whole, CALLS))
        authorizers.append(milliseconds(authorized, CALLS))
        reads.append(milliseconds(read, CALLS))
    say_at_most("authenticated GET /devices/{id}, whole, p50", "ms", totals, 10)
    say_at_most("... of it the authorizer (RS256, claims), p50", "ms", authorizers, None)
    say_at_most("... of it one transaction on PostgreSQL, p50", "ms", reads, None)
    without = [total - read for total, read in zip(totals, reads, strict=True)]
    say_at_most("... whole without that transaction, p50", "ms", without, 5)


def cold_imports():
    """Import each handler in a fresh interpreter, as a cold start does."""
    domains = sorted(path.parents[1].name for path in FUNCTIONS.glob("*/handlers/http.py"))
    modules = [f"functions.{domain}.handlers.http" for domain in domains]
    for module in ("functions.auth.handlers.authorizer", *modules):
        found = [imported(module) for _ in range(IMPORT_ROUNDS)]
        heaviest = dominating(module)
        say_at_most(f"cold import of {module} (heaviest: {heaviest})", "s", found, 1.0)


def imported(module):
    code = (
        "import time; began = time.perf_counter()\n"
        f"import {module}\n"
        "print(time.perf_counter() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    return float(done.stdout.splitlines()[-1])


def dominating(module):
    """Return which packages of others an import spends most on, in ms."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    own: dict[str, int] = {}
    for line in done.stderr.splitlines():
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdigit():
            package = parts[2].strip().partition(".")[0]
            own[package] = own.get(package, 0) + int(parts[0])
    heaviest = sorted(own.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {micros // 1000}" for name, micros in heaviest)


def main():
    pin(0)
    # metrics are lines on stdout
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        running_database() as postgres,
    ):
        requests(postgres)
        for database in postgres.opened:
            database.close()
    cold_imports()


if __name__ == "__main__":
    main()
