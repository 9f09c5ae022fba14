"""Every route of every domain is sent what makes no sense: it says so, and never breaks."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from netpulse.http import Application, RouteSpec

from infra.functions import HTTP_FUNCTIONS
from tests.flow.house import House
from tests.support.aws import set_settings
from tests.support.database import TestDatabase
from tests.support.http import Answer, an_event
from tests.support.recorder import recording
from tests.support.websockets import callback_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.functions import FunctionSpec
    from tests.flow.house import Person

UNKNOWN = str(UUID(int=0xDEAD))
IDS = (UNKNOWN, "not-an-id", "0", "-1", "%00", "x" * 500, "é", "' OR 1=1 --")
BODIES: tuple[Any, ...] = (
    None,
    "{",
    "null",
    "[]",
    '"text"',
    "7",
    "{}",
    '{"name": "\\u0000"}',
    '{"a": 1, "a": 2}',
    {"name": 7, "ip_address": [], "email": {}, "kind": None, "config": "x", "role": 1},
    {"name": "x" * 5000, "email": "x" * 5000, "password": "p" * 5000, "ip_address": "::"},
    {"name": "x", "unknown_field": {"deep": [[[[[[]]]]]]}},
)
QUERIES: tuple[dict[str, str], ...] = (
    {"page": "0"},
    {"page": "99999999999999999999"},
    {"per_page": "201"},
    {"sort": "password"},
    {"search": "%_\\'\"; DROP TABLE devices"},
    {"cursor": "not a cursor", "limit": "-1"},
    {"cursor": "eyJ4IjoxfQ=="},
    {"from": "yesterday", "to": "tomorrow", "since": "x"},
    {"start": "0001-01-01T00:00:00Z", "end": "9999-12-31T23:59:59Z"},
    {"status": "broken", "severity": "loud", "state": "none", "device_type": "toaster"},
)


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield monkeypatch


@pytest.fixture(scope="module")
def house(postgres: TestDatabase, patched: pytest.MonkeyPatch) -> Iterator[House]:
    from tests.support.aws import mocked_aws

    with (
        mocked_aws(patched),
        recording() as mail,
        recording() as sms,
        callback_server() as (url, gateway),
    ):
        found = House(patched, mail, sms, gateway)
        found.deploy(postgres, url)
        many = {"requests": 1_000_000, "window_s": 3600}
        set_settings(
            patched,
            rate_limits=dict.fromkeys(("auth", "api", "monitoring", "bulk", "organization"), many),
        )
        yield found


@pytest.fixture(scope="module")
def person(house: House) -> Person:
    return house.register("Kilimo Net")


def _application(spec: FunctionSpec) -> Application:
    module, _, name = spec.handler.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert isinstance(found, Application)
    return found


def _attempts(route: RouteSpec) -> Iterator[dict[str, Any]]:
    """Yield requests to a route, each wrong in one way."""
    parameters = route.path.count("{")
    for thing_id in IDS if parameters else ("",):
        yield {"path": _filled(route.path, thing_id), "body": None}
    path = _filled(route.path, UNKNOWN)
    if route.method in {"POST", "PUT", "PATCH"}:
        for body in BODIES:
            yield {"path": path, "body": body}
    if route.method == "GET":
        for query in QUERIES:
            yield {"path": path, "body": None, "query": query}


def _filled(path: str, thing_id: str) -> str:
    return "/".join(thing_id if part.startswith("{") else part for part in path.split("/"))


@pytest.mark.parametrize("spec", HTTP_FUNCTIONS, ids=lambda spec: spec.domain)
def test_no_route_breaks_on_nonsense(
    house: House, person: Person, patched: pytest.MonkeyPatch, spec: FunctionSpec
) -> None:
    application = _application(spec)
    broken: list[str] = []
    house.admitted(person, an_event("GET", "/"))
    with house.process(f"{spec.domain}.http"):
        for route in application.routes:
            if not route.enveloped or route.path.endswith("/logout"):
                continue  # what logs the caller out would spoil the rest
            for attempt in _attempts(route):
                event = house.admitted(person, an_event(route.method, **attempt))
                answer = Answer(application(event, None))
                if answer.status >= 500 or not _is_enveloped(answer):
                    broken.append(f"{route.method} {attempt}: {answer.status} {answer.text[:200]}")
    assert broken == []


def _is_enveloped(answer: Answer) -> bool:
    body = json.loads(answer.text)
    return bool(body["success"] is (answer.status < 400) and body["meta"]["request_id"])


def test_every_route_has_a_longest_body(house: House, person: Person) -> None:
    house.admitted(person, an_event("GET", "/"))
    for spec in HTTP_FUNCTIONS:
        application = _application(spec)
        with house.process(f"{spec.domain}.http"):
            for route in application.routes:
                if route.enveloped and route.method in {"POST", "PUT", "PATCH"}:
                    path = _filled(route.path, UNKNOWN)
                    event = an_event(
                        route.method, path, body=json.dumps("x" * route.max_body_bytes)
                    )
                    answer = Answer(application(house.admitted(person, event), None))
                    assert answer.status == 413, f"{route.method} {route.path}"
