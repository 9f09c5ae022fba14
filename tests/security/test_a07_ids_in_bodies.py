"""A7: another organisation's ids in bodies: every property that is an id, of every route."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.security.conftest import (
    CHANNEL,
    CHECK,
    LEVEL,
    PASSWORD,
    PROVIDER,
    RULE,
    SCAN,
    SCHEDULE,
    WINDOW,
    escalation,
    on_call,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.client import Session

pytestmark = pytest.mark.timeout(900)
DEVICE = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router"}
PERSON = {"email": "{fresh}@isp.example", "password": PASSWORD, "role": "custom"}
ROTATION = {"secret": {"community": "taken over"}}
YESTERDAY = {"kind": "uptime", "period": "yesterday"}
RTT = {"metrics": ["icmp_rtt_avg_ms"]}
SSH = {"name": "uptime", "ssh": {"command": "uptime"}}
IDP = {"name": "{fresh}", "issuer": "https://login.example.org", "client_id": "netpulse"}
LINK = {"device_id": "{my-devices}", "parent_id": "{my-devices}"}
STEP = {"after_seconds": 300}
THEIR_DEVICE, THEIR_GROUP = {"device_ids": ["{devices}"]}, {"group_ids": ["{device-groups}"]}
THEIR_CHANNEL = {"channel_ids": ["{notification-channels}"]}

# Route, property and a body with the id in it. `{kind}` is theirs, `{my-kind}` one's own.
Case = tuple[str, str, dict[str, Any]]
CASES: list[Case] = [
    ("POST /devices", "parent_ids", {**DEVICE, "parent_ids": ["{devices}"]}),
    ("POST /devices", "group_ids", {**DEVICE, **THEIR_GROUP}),
    ("POST /devices", "credential_id", {**DEVICE, "snmp": {"credential_id": "{credentials}"}}),
    ("PUT /device-groups/{my-device-groups}/devices", "device_ids", THEIR_DEVICE),
    (
        "POST /devices/{my-devices}/checks",
        "credential_id",
        {**SSH, "credential_id": "{credentials}"},
    ),
    (
        "PATCH /devices/{my-devices}/checks/{my-checks}",
        "credential_id",
        {"credential_id": "{credentials}"},
    ),
    ("POST /alert-rules/dry-run", "device_ids", {"rule": {**RULE, "scope": THEIR_DEVICE}}),
    ("POST /alert-rules/dry-run", "group_ids", {"rule": {**RULE, "scope": THEIR_GROUP}}),
    ("POST /alert-rules", "device_ids", {**RULE, "name": "{fresh}", "scope": THEIR_DEVICE}),
    ("POST /alert-rules", "group_ids", {**RULE, "name": "{fresh}", "scope": THEIR_GROUP}),
    ("POST /alerts/acknowledge", "alert_ids", {"alert_ids": ["{alerts}"]}),
    ("POST /maintenance-windows", "device_ids", {**WINDOW, "scope": THEIR_DEVICE}),
    ("POST /maintenance-windows", "group_ids", {**WINDOW, "scope": THEIR_GROUP}),
    ("POST /discovery/scans", "credential_ids", {**SCAN, "credential_ids": ["{credentials}"]}),
    (
        "POST /discovery/schedules",
        "credential_ids",
        {
            "name": "{fresh}",
            "every_hours": 24,
            "scan": {**SCAN, "credential_ids": ["{credentials}"]},
        },
    ),
    (
        "POST /escalation-policies",
        "channel_ids",
        {"name": "{fresh}", "steps": [{**STEP, **THEIR_CHANNEL}]},
    ),
    (
        "POST /escalation-policies",
        "schedule_ids",
        {"name": "{fresh}", "steps": [{**STEP, "schedule_ids": ["{on-call-schedules}"]}]},
    ),
    (
        "POST /on-call-schedules",
        "channel_ids",
        {**on_call("{notification-channels}"), "name": "{fresh}"},
    ),
    (
        "POST /on-call-schedules",
        "user_id",
        {**on_call("{my-channels}", "{users}"), "name": "{fresh}"},
    ),
    ("POST /service-levels", "channel_ids", {**LEVEL, "name": "{fresh}", **THEIR_CHANNEL}),
    ("POST /report-schedules", "device_ids", {**SCHEDULE, "name": "{fresh}", **THEIR_DEVICE}),
    ("POST /report-schedules", "group_ids", {**SCHEDULE, "name": "{fresh}", **THEIR_GROUP}),
    ("POST /report-schedules", "channel_ids", {**SCHEDULE, "name": "{fresh}", **THEIR_CHANNEL}),
    ("POST /reports/generate", "device_ids", {**YESTERDAY, **THEIR_DEVICE}),
    ("POST /reports/generate", "group_ids", {**YESTERDAY, **THEIR_GROUP}),
    ("POST /reports/generate", "channel_ids", {**YESTERDAY, **THEIR_CHANNEL}),
    ("POST /metrics/availability", "device_ids", THEIR_DEVICE),
    ("POST /metrics/availability", "group_ids", THEIR_GROUP),
    ("POST /metrics/query", "device_ids", {**RTT, **THEIR_DEVICE}),
    ("POST /metrics/query", "group_ids", {**RTT, **THEIR_GROUP}),
    ("POST /metrics/query/csv", "device_ids", {**RTT, **THEIR_DEVICE}),
    ("POST /metrics/query/csv", "group_ids", {**RTT, **THEIR_GROUP}),
    ("POST /metrics/top", "device_ids", {**RTT, **THEIR_DEVICE}),
    ("POST /metrics/top", "group_ids", {**RTT, **THEIR_GROUP}),
    (
        "POST /metrics/billing",
        "device_id",
        {"ports": [{"device_id": "{devices}", "entity": "eth0"}], "month": "2026-01"},
    ),
    ("POST /topology/proposals/confirm", "device_id", {**LINK, "device_id": "{devices}"}),
    ("POST /topology/proposals/confirm", "parent_id", {**LINK, "parent_id": "{devices}"}),
    ("POST /topology/proposals/dismiss", "device_id", {**LINK, "device_id": "{devices}"}),
    ("POST /topology/proposals/dismiss", "parent_id", {**LINK, "parent_id": "{devices}"}),
    ("POST /users", "role_id", {**PERSON, "role_id": "{roles}"}),
    ("PATCH /users/{my-users}", "role_id", {"role": "custom", "role_id": "{roles}"}),
    ("POST /api-keys", "role_id", {"name": "k", "role": "custom", "role_id": "{roles}"}),
    (
        "POST /identity-providers",
        "role_id",
        {**IDP, "group_roles": [{"group": "noc", "role": "custom", "role_id": "{roles}"}]},
    ),
    ("POST /credentials/rotate", "device_ids", {"rotations": [{**ROTATION, **THEIR_DEVICE}]}),
    (
        "POST /credentials/rotate",
        "credential_ids",
        {"rotations": [{**ROTATION, "credential_ids": ["{credentials}"]}]},
    ),
    ("POST /me/organization", "organization_id", {"organization_id": "{organizations}"}),
]


# Ids that are of nothing that an organisation has here, or that are tried elsewhere.
NOT_TRIED = {
    "external_id": "the name that another system has for one's own device",
    "client_id": "the name that an identity provider has for us",
    "POST /auth/login organization_id": "before it one proves who one is: see test_coming_in",
    "POST /auth/sso/start provider_id": "a door that everybody sees",
    "POST /alerts/{alert_id}/assign user_id": "of one's own alert: see test_incident_handling_http",
    "POST /incidents/{incident_id}/assign user_id": "as above",
    "POST /discovery/scans/{scan_id}/accept group_ids": "as POST /devices, which it leads to",
}
# What answers about whatever is asked: nothing of theirs is in it.
TELLS = ("/metrics/", "/alert-rules/dry-run", "/alerts/acknowledge")
# Where the owner's own is not taken either: there is but one organisation, and nothing measured.
OWN_ELSEWHERE = ("/me/", "/metrics/billing")


def ids_in(told: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """Yield the names of all properties of a schema that are ids of things."""
    if "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name, found in schema.get("properties", {}).items():
        if name.endswith(("_id", "_ids")):
            yield name
        yield from ids_in(told, found)
    for part in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(part, ()):
            yield from ids_in(told, choice)
    if "items" in schema:
        yield from ids_in(told, schema["items"])


def asked() -> set[tuple[str, str]]:
    """Return every property of a body that is an id, with its route, below /api/v1."""
    path_of_it = Path(__file__).parents[2] / "functions" / "platform" / "openapi.json"
    told = json.loads(path_of_it.read_text())
    return {
        (f"{method.upper()} {path.removeprefix('/api/v1')}", name)
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name in ids_in(told, content["schema"])
    }


def with_changes(cases: list[Case]) -> list[Case]:
    """Return the cases, and for each that makes a thing those that change one so."""
    routes = {re.sub(r"{\w+}", "{}", route) for route, _ in asked()}
    found = []
    for route, name, body in cases:
        found.append((route, name, body))
        verb, path = route.split(" ")
        if verb != "POST" or route == "POST /users":
            continue
        changed = f"{path}/{{my-{path.removeprefix('/')}}}"
        part = {key: value for key, value in body.items() if name in json.dumps({key: value})}
        for verb, change in (("PUT", body), ("PATCH", part)):
            if f"{verb} {path}/{{}}" in routes:
                found.append((f"{verb} {changed}", name, change))
    return found


ALL = with_changes(CASES)


def test_every_id_that_a_body_may_hold_is_tried_or_needs_not() -> None:
    tried = {(re.sub(r"{[^}]+}", "{}", route), name) for route, name, _ in ALL}
    left = {
        f"{route} {name}"
        for route, name in asked()
        if (re.sub(r"{\w+}", "{}", route), name) not in tried and name not in NOT_TRIED
    }
    assert left - NOT_TRIED.keys() == set()


@pytest.fixture(scope="module")
def ids(victim: Session, stranger: Session, things: dict[str, str]) -> dict[str, str]:
    """The victim's things, and one's own to be changed so that they lead to them."""
    channel = stranger.post("/notification-channels", {**CHANNEL, "name": uuid4().hex})["id"]
    bodies = {
        "devices": {**DEVICE, "ip_address": "192.0.2.10"},
        "device-groups": {"name": uuid4().hex},
        "alert-rules": {**RULE, "name": uuid4().hex},
        "maintenance-windows": WINDOW,
        "discovery/schedules": {"name": uuid4().hex, "every_hours": 168, "scan": SCAN},
        "escalation-policies": escalation(channel),
        "on-call-schedules": on_call(channel),
        "service-levels": {**LEVEL, "name": uuid4().hex},
        "report-schedules": {**SCHEDULE, "name": uuid4().hex},
        "identity-providers": {**PROVIDER, "name": uuid4().hex},
    }
    mine = {kind: stranger.post(f"/{kind}", body)["id"] for kind, body in bodies.items()}
    mine["checks"] = stranger.post(f"/devices/{mine['devices']}/checks", CHECK)["id"]
    mine["users"] = stranger.get("/me")["user"]["id"]
    return {
        **things,
        "organizations": victim.get("/me")["organization_id"],
        **{f"my-{kind}": found for kind, found in {**mine, "channels": channel}.items()},
    }


def filled(body: Any, ids: dict[str, str]) -> Any:
    text = re.sub(r"{fresh}", lambda _: uuid4().hex, json.dumps(body))
    return json.loads(re.sub(r"{([a-z/-]+)}", lambda found: ids[found[1]], text))


@pytest.mark.parametrize(("route", "name", "body"), ALL, ids=[f"{one[0]} {one[1]}" for one in ALL])
def test_an_id_in_a_body_reaches_nothing_of_theirs(
    request: pytest.FixtureRequest, route: str, name: str, body: dict[str, Any]
) -> None:
    ids, victim, stranger = (
        request.getfixturevalue(each) for each in ("ids", "victim", "stranger")
    )
    method, path = route.split(" ")
    answer = stranger.send(method, filled(path, ids), json=filled(body, ids))
    if answer.ok:
        assert path.startswith(TELLS), answer.text
        # that they are not found may be told of the id that was asked for, and no more
        assert "never there" not in answer.text
        assert victim.email not in answer.text
    else:
        assert answer.status_code in {404, 422}, answer.text
    if not ("{my-" in route + json.dumps(body) or path.startswith(OWN_ELSEWHERE)):
        # and so for whose thing it is: its owner's body is taken, or stands there already
        own = victim.send(method, path, json=filled(body, ids))
        assert own.ok or own.status_code == 409, own.text
