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
    RULE,
    SILENCE,
    WINDOW,
    escalation,
    on_call,
)
from tests.security.routes import Route

if TYPE_CHECKING:
    from tests.e2e.client import Session

pytestmark = pytest.mark.timeout(900)

# What stands before an id in a path is the kind of thing it is; but for these, which it is one of.
KINDS = {
    "overrides": "devices",
    "silence": "silences",
    "totp": "second-factors",
    "Users": "users",
    "Groups": "directory-groups",
}
# Names that are no thing of an organisation, each with its reason.
NO_THING = {
    "/prometheus/api/v1/label/{name}/values": "a label's name; values are of one's own series",
    "/docs": "the documentation is everybody's",
    "/a/": "a message's own code opens what it tells of, and nothing else",
    "/api/v1/alerts/statistics/{by}": "what one's own figures are told apart by",
}
DEVICE = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router"}
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

# What even the owner does not find, each with its reason.
NOT_YET: dict[str, str] = {}
# Things that a route asks for beside its path.
ASKED = {"GET /api/v1/alert-rules/{rule_id}/baseline": {"device_id": "devices"}}


def kinds_of(route: Route) -> dict[str, str]:
    """Return which kind of thing each name in a route's path is; none for names of no thing."""
    if any(route.path.startswith(path) for path in NO_THING):
        return {}
    parts = route.path.split("/")
    before = {name: parts[parts.index(f"{{{name}}}") - 1] for name in route.parameters}
    return {name: KINDS.get(part, part) for name, part in before.items()}


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


def test_every_name_in_a_path_is_a_thing_that_is_tried(
    served: list[Route], theirs: dict[str, str]
) -> None:
    kinds = {f"{route}: {kind}" for route in served for kind in kinds_of(route).values()}
    assert {told for told in kinds if told.rpartition(" ")[2] not in theirs} == set()


def test_the_owner_finds_every_thing_by_the_path_that_is_tried(
    served: list[Route], theirs: dict[str, str], victim: Session
) -> None:
    """Else another organisation would not find it for another reason than whose it is."""
    missed = {}
    tried = 0
    for route in served:
        if route.method == "GET" and (kinds := kinds_of(route)) and str(route) not in NOT_YET:
            path = route.at(**{name: theirs[kind] for name, kind in kinds.items()})
            answer = victim.send_outside("GET", path)
            tried += 1
            if answer.status_code == 404:
                missed[str(route)] = answer.text[:200]
    assert missed == {}
    assert tried > 40


def test_no_route_finds_another_organisations_thing(
    served: list[Route],
    theirs: dict[str, str],
    stranger: Session,
    bodies: dict[str, dict[str, Any]],
) -> None:
    found = {}
    tried = 0
    for route in served:
        if not (kinds := kinds_of(route)):
            continue
        path = route.at(**{name: theirs[kind] for name, kind in kinds.items()})
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
