"""The whole platform in one process: every handler as it is deployed, joined by moto's queues.

PostgreSQL is real and each function has its own role; providers and sockets are recorders on
loopback. Messages are moved by `settle`, not by time.
"""

from __future__ import annotations

import importlib
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from netpulse import aws, settings
from netpulse.clock import SYSTEM_CLOCK

from functions.platform.repository.deployment import ensure_signing_key
from infra import functions
from infra.subscriptions import SUBSCRIPTIONS, detail_types, sources
from pollers.announcer import document_of
from pollers.domain.verdict import Outcome, Rule, Verdict, judge
from pollers.ports import Result
from tests.support.aws import (
    CONNECTIONS,
    LEASES,
    RATE_LIMITS,
    SESSIONS,
    forget_wiring,
    make_bucket,
    make_queue,
    make_secret,
    make_subscription,
    make_tables,
    messages_in,
    set_settings,
    sqs_event,
)
from tests.support.http import Answer, an_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from infra.functions import FunctionSpec
    from tests.support.database import TestDatabase
    from tests.support.recorder import Recorder
    from tests.support.websockets import CallbackServer

PAGE = "https://noc.example.org"
_ROLES = ("app", "auth", "system")
_BATCH = 10
# Consumers of the queues of work.
_WORKING = ("alerts.on_poll_results", "alerts.on_timer", "notify.on_delivery", "auth.on_mail")


def _specs() -> dict[str, FunctionSpec]:
    every = (
        *functions.HTTP_FUNCTIONS,
        *functions.SUBSCRIBERS.values(),
        functions.ON_POLL_RESULTS,
        functions.ON_TIMER,
        functions.ON_DELIVERY,
        functions.ON_MAIL,
        functions.WEBSOCKET,
        functions.AUTHORIZER,
        *functions.EVERY_MINUTE,
        *functions.EVERY_HOUR,
    )
    return {f"{spec.domain}.{spec.entry}": spec for spec in every}


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in, and admin of their organisation."""

    organization_id: UUID
    access_token: str


@dataclass
class House:
    """A deployed NetPulse."""

    monkeypatch: pytest.MonkeyPatch
    sendgrid: Recorder
    africastalking: Recorder
    gateway: CallbackServer
    queues: dict[str, str] = field(default_factory=dict)
    # how often each message arrives: at least once
    deliveries: int = 1
    # the authorizer's answers, which the gateway keeps
    _known: dict[Person | None, dict[str, str]] = field(default_factory=dict)

    def deploy(self, postgres: TestDatabase, gateway_url: str) -> None:
        """Make every store, queue and rule, and tell the functions where they are."""
        # what tests before this one wired would go on with their database
        forget_wiring(*{spec.domain for spec in _specs().values()})
        make_tables()
        for role in _ROLES:
            make_secret(role, {"username": f"netpulse_{role}", "password": "unused"})
        providers = {
            "sendgrid_api_key": "SG.key",
            "email_from": "noc@example.org",
            "africastalking_username": "netpulse",
            "africastalking_api_key": "atsk_key",
            "africastalking_sender_id": "NETPULSE",
        }
        aws.client("events").create_event_bus(Name="facts")
        for each in SUBSCRIPTIONS:
            name = f"{each.domain}.{each.entry}"
            pattern = {"source": sources(each), "detail-type": detail_types(each)}
            self.queues[name] = make_subscription("facts", name.replace(".", "-"), pattern)
        for name in _WORKING:
            self.queues[name] = make_queue(name.replace(".", "-"))
        set_settings(
            self.monkeypatch,
            **postgres.settings(),
            bus_name="facts",
            sessions_table=SESSIONS,
            rate_limits_table=RATE_LIMITS,
            connections_table=CONNECTIONS,
            leases_table=LEASES,
            poll_results_queue_url=self.queues["alerts.on_poll_results"],
            timers_queue_url=self.queues["alerts.on_timer"],
            deliveries_queue_url=self.queues["notify.on_delivery"],
            mails_queue_url=self.queues["auth.on_mail"],
            websocket_callback_url=gateway_url,
            public_url=PAGE,
            issuer=PAGE,
            signing_secret=make_secret("signing-keys", {"keys": []}),
            providers_secret=make_secret("providers", providers),
            sendgrid_url=self.sendgrid.url,
            africastalking_url=self.africastalking.url,
            reports_bucket=make_bucket("reports"),
            credentials_key_id=aws.client("kms").create_key()["KeyMetadata"]["KeyId"],
        )
        ensure_signing_key("signing-keys", SYSTEM_CLOCK)

    @contextmanager
    def process(self, name: str) -> Iterator[FunctionSpec]:
        """Be a function's process: in its own role, with nothing left of others."""
        spec = _specs()[name]
        self.monkeypatch.setenv("NETPULSE_DATABASE_SECRET", spec.role or "none")
        if spec.spans_organizations:
            self.monkeypatch.setenv("NETPULSE_SYSTEM_DATABASE_SECRET", "system")
        else:
            self.monkeypatch.delenv("NETPULSE_SYSTEM_DATABASE_SECRET", raising=False)
        settings.load.cache_clear()
        try:
            yield spec
        finally:
            forget_wiring(spec.domain)

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        """Call a function as Lambda does, in a process of its own."""
        with self.process(name) as spec:
            module, _, attribute = spec.handler.rpartition(".")
            return getattr(importlib.import_module(module), attribute)(event, None)

    def register(self, organization_name: str) -> Person:
        """Register an organisation; its first admin is logged in at once."""
        body = {
            "organization_name": organization_name,
            "email": f"{uuid4().hex}@example.org",
            "password": "a horse that staples batteries",
            "full_name": "Amina",
        }
        answer = self.call(None, "POST", "/auth/register", body=body)
        assert answer.status == 201, answer.text
        return Person(UUID(answer.data["organization"]["id"]), answer.data["access_token"])

    def call(self, person: Person | None, method: str, path: str, **options: Any) -> Answer:
        """Send a request past the authorizer to whoever answers the path."""
        event = self.admitted(person, an_event(method, f"/api/v1{path}", **options))
        return Answer(self.invoke(f"{_domain_of(path)}.http", event))

    def admitted(self, person: Person | None, event: dict[str, Any]) -> dict[str, Any]:
        """Return a request with its caller's token and what the authorizer says of it."""
        if person:
            event["headers"]["authorization"] = f"Bearer {person.access_token}"
        if person not in self._known:
            self._known[person] = self.invoke("auth.authorizer", event)["context"]
        event["requestContext"]["authorizer"] = {"lambda": self._known[person]}
        return event

    def made(self, person: Person, path: str, body: dict[str, Any]) -> str:
        """Create something and return its id."""
        answer = self.call(person, "POST", path, body=body)
        assert answer.status == 201, answer.text
        return str(answer.data["id"])

    def listen(self, person: Person, connection_id: str) -> None:
        """Open a WebSocket."""
        ticket = self.call(person, "POST", "/ws-tickets").data["ticket"]
        event = {
            "requestContext": {"routeKey": "$connect", "connectionId": connection_id},
            "queryStringParameters": {"ticket": ticket},
        }
        assert self.invoke("realtime.websocket", event) == {"statusCode": 200}

    def settle(self) -> None:
        """Hand every message to its function until no queue holds any."""
        while sum(self._turn(name, url) for name, url in self.queues.items()):
            pass

    def minute(self) -> None:
        """Let every sweep look for what was left behind, and settle what it found."""
        for spec in functions.EVERY_MINUTE:
            self.invoke(f"{spec.domain}.{spec.entry}", {})
        self.settle()

    def _turn(self, name: str, url: str) -> bool:
        bodies = [body for body in messages_in(url) for _ in range(self.deliveries)]
        for start in range(0, len(bodies), _BATCH):
            answer = self.invoke(name, sqs_event(*bodies[start : start + _BATCH]))
            assert answer == {"batchItemFailures": []}, name
        return bool(bodies)


def _domain_of(path: str) -> str:
    from infra.routes import PREFIXES

    if re.fullmatch(r"/devices/[^/]+/(metrics(/latest)?|series)(\?.*)?", path):
        return "metrics"
    first = path.split("/")[1].partition("?")[0]
    return next(domain for domain, prefixes in PREFIXES.items() if first in prefixes)


@dataclass
class Poller:
    """A poller that watches one device, with the real verdicts and messages."""

    house: House
    organization_id: UUID
    device_id: UUID
    slot_at: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    )
    verdict: Verdict = field(default_factory=Verdict)

    def visit(self, *, reachable: bool, times: int = 1) -> None:
        """Probe the device some times, ten seconds apart, and announce each verdict."""
        reason = "" if reachable else "icmp timeout"
        for _ in range(times):
            self.slot_at += timedelta(seconds=10)
            outcome = Outcome(reachable=reachable, reason=reason)
            self.verdict = judge(self.verdict, outcome, at=self.slot_at, rule=Rule())
            self._announce()

    def _announce(self) -> None:
        result = Result(
            device_id=self.device_id,
            organization_id=self.organization_id,
            slot_at=self.slot_at,
            verdict=self.verdict,
            rtt_ms=None if self.verdict.is_down else 12.5,
            loss_ratio=1.0 if self.verdict.is_down else 0.0,
            values=(),
        )
        body = {
            "organization_id": str(self.organization_id),
            "poller": f"poller-{uuid4()}",
            "epoch": 1,
            "results": [document_of(result)],
        }
        self.house.invoke("alerts.on_poll_results", sqs_event(body))
        self.house.settle()
