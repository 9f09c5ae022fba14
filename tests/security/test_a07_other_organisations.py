"""A7: what is another organisation's is not there, on every route that is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.security.conftest import (
    CHANNEL,
    CHECK,
    INHIBITION,
    LEVEL,
    PASSWORD,
    RULE,
    SCAN,
    SILENCE,
    WINDOW,
    escalation,
    on_call,
)
from tests.security.routes import Route

if TYPE_CHECKING:
    from tests.e2e.client import Session

pytestmark = pytest.mark.timeout(900)

# Name in a path, and what leads to it -> kind of thing.
KINDS = {
    "device_id": "devices",
    "check_id": "checks",
    "group_id": "device-groups",
    "credential_id": "credentials",
    "scan_id": "scans",
    "alert_id": "alerts",
    "incident_id": "incidents",
    "silence_id": "silences",
    "window_id": "maintenance-windows",
    "channel_id": "notification-channels",
    "notification_id": "notifications",
    "report_id": "reports",
    "schedule_id": "report-schedules",
    "job_id": "jobs",
    "archive_id": "archives",
    "user_id": "users",
    "api_key_id": "api-keys",
    "role_id": "roles",
    "provider_id": "identity-providers",
    "session_id": "sessions",
    "factor_id": "second-factors",
    "policy_id": "escalation-policies",
    "level_id": "service-levels",
}
# Where one name means different things.
BY_PATH = {
    "/inhibition-rules/": {"rule_id": "inhibition-rules"},
    "/on-call-schedules/": {"schedule_id": "on-call-schedules"},
    "": {"rule_id": "alert-rules"},
}
# Names that are no thing of an organisation, each with its reason.
NO_THING = {
    "/prometheus/api/v1/label/{name}/values": "a label's name; values are of one's own series",
    "/docs": "the documentation is everybody's",
    "/api/v1/alerts/statistics/{by}": "what one's own figures are told apart by",
}
DEVICE = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router"}
PERSON = {"email": "x@y.example", "password": PASSWORD}
ROTATION = {"secret": {"community": "taken over"}}
YESTERDAY = {"kind": "uptime", "period": "yesterday"}
BODIES: dict[str, dict[str, Any]] = {
    "PUT /api/v1/alert-rules/{rule_id}": RULE,
    "PUT /api/v1/devices/{device_id}": DEVICE,
    "POST /api/v1/devices/{device_id}/checks": CHECK,
    "PUT /api/v1/silences/{silence_id}": SILENCE,
    "PUT /api/v1/maintenance-windows/{window_id}": WINDOW,
    "PUT /api/v1/inhibition-rules/{rule_id}": INHIBITION,
    "PUT /api/v1/notification-channels/{channel_id}": CHANNEL,
    "PUT /api/v1/alert-rules/{rule_id}/overrides/{device_id}": {"threshold": 1},
    "POST /api/v1/discovery/scans/{scan_id}/accept": {"addresses": ["198.18.77.1"]},
    "POST /api/v1/discovery/scans/{scan_id}/ignore": {"addresses": ["198.18.77.1"]},
    **{
        f"{method} /scim/v2/{kind}/{{resource_id}}": body
        for kind in ("Users", "Groups")
        for method, body in (
            ("PUT", {"displayName": "x", "active": False}),
            ("PATCH", {"Operations": [{"op": "replace", "value": {"displayName": "x"}}]}),
        )
    },
    "POST /api/v1/me/second-factors/totp/{factor_id}/confirm": {"code": "123456"},
}

# Things that a route asks for beside its path.
ASKED = {"GET /api/v1/alert-rules/{rule_id}/baseline": {"device_id": "devices"}}


def kind_of(route: Route, name: str) -> str | None:
    """Return which kind of thing a name in a route's path is; None for no thing."""
    if any(route.path.startswith(path) for path in NO_THING):
        return None
    if name == "resource_id":
        # a directory's groups are made below
        return "users" if "/Users/" in route.path else "directory-groups"
    for part, kinds in BY_PATH.items():
        if part in route.path and name in kinds:
            return kinds[name]
    return KINDS[name]


@pytest.fixture(scope="module")
def theirs(victim: Session, things: dict[str, str]) -> dict[str, str]:
    """The victim's things, its directory's group among them."""
    group = victim.send_outside("POST", "/scim/v2/Groups", json={"displayName": "NOC"}).json()
    return {**things, "directory-groups": group["id"]}


@pytest.fixture(scope="module")
def bodies(stranger: Session) -> dict[str, dict[str, Any]]:
    """What the schemas do not tell of bodies, with a channel of the attacker's own."""
    mine = stranger.post("/notification-channels", {**CHANNEL, "name": "mine"})["id"]
    return {
        **BODIES,
        "PUT /api/v1/on-call-schedules/{schedule_id}": on_call(mine),
        "PUT /api/v1/escalation-policies/{policy_id}": escalation(mine),
        "PUT /api/v1/service-levels/{level_id}": LEVEL,
    }


def body_of(
    route: Route, bodies: dict[str, dict[str, Any]], stranger: Session
) -> dict[str, Any] | None:
    found = bodies.get(str(route), route.body)
    if found and found.get("password"):
        return {**found, "password": stranger.password}
    return found


def test_every_name_in_a_path_is_a_thing_that_is_tried(served: list[Route]) -> None:
    unknown = {
        f"{route}: {name}"
        for route in served
        for name in route.parameters
        if not any(route.path.startswith(path) for path in NO_THING)
        and name not in {*KINDS, "resource_id", "rule_id"}
    }
    assert unknown == set()


def test_no_route_finds_another_organisations_thing(
    served: list[Route],
    theirs: dict[str, str],
    stranger: Session,
    bodies: dict[str, dict[str, Any]],
) -> None:
    found = {}
    tried = 0
    for route in served:
        kinds = {name: kind_of(route, name) for name in route.parameters}
        if not kinds or None in kinds.values():
            continue
        path = route.at(**{name: theirs[str(kind)] for name, kind in kinds.items()})
        asked = {name: theirs[kind] for name, kind in ASKED.get(str(route), {}).items()}
        body = body_of(route, bodies, stranger)
        answer = stranger.send_outside(route.method, path, params=asked, json=body)
        tried += 1
        if answer.status_code != 404:
            found[str(route)] = (answer.status_code, answer.text[:200])
    assert found == {}
    assert tried > 90


def test_nothing_was_changed_by_trying(victim: Session, things: dict[str, str]) -> None:
    for kind in ("devices", "alert-rules", "notification-channels", "roles", "users", "silences"):
        listed = {each["id"] for each in victim.get(f"/{kind}")}
        assert things[kind] in listed


def test_no_list_shows_another_organisations_thing(
    served: list[Route], theirs: dict[str, str], stranger: Session
) -> None:
    mine = set(theirs.values())
    for route in served:
        if route.method != "GET" or route.parameters or route.public:
            continue
        answer = stranger.send_outside("GET", route.path)
        assert not [thing for thing in mine if thing in answer.text], str(route)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/devices", {**DEVICE, "parent_ids": ["{devices}"]}),
        ("POST", "/devices", {**DEVICE, "group_ids": ["{device-groups}"]}),
        ("POST", "/devices", {**DEVICE, "credential_id": "{credentials}"}),
        ("POST", "/alert-rules", {**RULE, "scope": {"device_ids": ["{devices}"]}}),
        ("POST", "/discovery/scans", {**SCAN, "credential_ids": ["{credentials}"]}),
        ("POST", "/users", {**PERSON, "role": "custom", "role_id": "{roles}"}),
        ("POST", "/api-keys", {"name": "k", "role": "custom", "role_id": "{roles}"}),
        ("POST", "/credentials/rotate", {"rotations": [{**ROTATION, "device_ids": ["{devices}"]}]}),
        (
            "POST",
            "/credentials/rotate",
            {"rotations": [{**ROTATION, "credential_ids": ["{credentials}"]}]},
        ),
        ("POST", "/reports/generate", {**YESTERDAY, "device_ids": ["{devices}"]}),
        ("POST", "/metrics/query", {"device_ids": ["{devices}"], "metrics": ["icmp_rtt_avg_ms"]}),
        ("POST", "/metrics/top", {"device_ids": ["{devices}"], "metric": "icmp_rtt_avg_ms"}),
    ],
)
def test_an_id_in_a_body_reaches_nothing_of_theirs(
    theirs: dict[str, str], stranger: Session, method: str, path: str, body: dict[str, Any]
) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [filled(one) for one in value]
        if isinstance(value, str) and value.startswith("{"):
            return theirs[value[1:-1]]
        return value

    answer = stranger.send(method, path, json=filled(body))
    assert answer.status_code < 500, answer.text
    if answer.ok:
        # what takes any id finds nothing behind a foreign one
        assert theirs["devices"] not in str(answer.json()["data"].get("series", "")), answer.text
        assert "never there" not in answer.text
    else:
        assert answer.status_code in {404, 422}, answer.text


def test_a_cursor_and_a_since_show_ones_own_alone(
    victim: Session, theirs: dict[str, str], stranger: Session
) -> None:
    cursor = victim.send("GET", "/audit-log?limit=1").json()["pagination"]["next_cursor"]
    for path in (f"/audit-log?cursor={cursor}", "/events?since=0"):
        text = stranger.send("GET", path).text
        assert not [thing for thing in theirs.values() if thing in text]
        assert victim.email not in text


def test_ones_own_rule_tells_nothing_of_their_device(
    theirs: dict[str, str], stranger: Session
) -> None:
    usual = {
        "name": "unusual",
        "kind": "anomaly",
        "metric": "icmp_rtt_avg_ms",
        "severity": "warning",
    }
    own = stranger.post("/alert-rules", usual)["id"]
    answer = stranger.send("GET", f"/alert-rules/{own}/baseline?device_id={theirs['devices']}")
    assert answer.status_code == 404, answer.text
    assert "never there" not in answer.text


def test_ids_are_not_guessable(theirs: dict[str, str]) -> None:
    for kind, found in theirs.items():
        assert UUID(found).version in {4, 7}, kind
