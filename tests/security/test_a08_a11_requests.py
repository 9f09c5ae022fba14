"""A8, A10, A11, A23, A24, A32, A34: requests that ask for more than they should."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
from netpulse.permissions import PERMISSIONS, Permission, Role

from tests.e2e.client import Session, logged_in, newcomer
from tests.security.routes import Route

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)
PASSWORD = "gentle river over stones"
DEVICE = {"name": "x", "ip_address": "192.0.2.9", "device_type": "router"}
# What anybody may see who has a credential, of themselves or by permissions that it checks itself.
OWN = tuple(
    f"/api/v1/{name}"
    for name in ("me", "api-keys", "jobs", "events", "ws-tickets", "organizations", "pollers")
)
SQL = [
    "' OR '1'='1",
    "'; DROP TABLE netpulse.devices; --",
    '" UNION SELECT hashed_password FROM netpulse.users --',
    "1) OR pg_sleep(10)--",
    "%' OR name LIKE '%",
    "\\'; --",
    "$$;select 1$$",
]


def fields_of(refusal: requests.Response) -> set[str]:
    """Return what a 422 complains of."""
    return {found["field"] for found in refusal.json()["error"]["details"]["fields"]}


@pytest.fixture(scope="module")
def members(stack: Stack) -> dict[Role, Session]:
    """A member of each role, of one organisation."""
    owner = newcomer(stack.api_url)
    found = {}
    for role in (Role.OPERATOR, Role.VIEWER, Role.API_USER):
        email = f"{role}-{owner.email}"
        owner.post("/users", {"email": email, "role": role, "password": PASSWORD})
        found[role] = logged_in(stack.api_url, email, PASSWORD)
    return found


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER, Role.API_USER])
def test_a08_each_role_may_do_what_the_table_says_and_no_more(
    served: list[Route], members: dict[Role, Session], role: Role
) -> None:
    wrong = {}
    tried = 0
    for route in served:
        if route.permission is None:
            continue
        may = Permission(route.permission) in PERMISSIONS[role]
        if may and route.method != "GET":
            # what is allowed is not done here: it is the other tests' matter
            continue
        path = route.at(**dict.fromkeys(route.parameters, "00000000-0000-4000-8000-000000000000"))
        answer = members[role].send_outside(route.method, path, json=route.body)
        tried += 1
        if (answer.status_code == 403) is may:
            wrong[str(route)] = answer.status_code
    assert wrong == {}
    assert tried > 60


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": f"npk_{'a' * 43}"}, {"Authorization": "Bearer x.y.z"}],
    ids=["nothing", "an unknown key", "no token"],
)
def test_a08_without_a_credential_there_is_nothing(
    stack: Stack, served: list[Route], headers: dict[str, str]
) -> None:
    closed = [route for route in served if not route.public]
    found = {}
    for route in closed:
        path = route.at(**dict.fromkeys(route.parameters, "00000000-0000-4000-8000-000000000000"))
        answer = requests.request(
            route.method, stack.api_url + path, headers=headers, json=route.body, timeout=60
        )
        if answer.status_code != 401:
            found[str(route)] = answer.status_code
    assert found == {}
    assert len(closed) > 150


def test_a08_a_route_without_a_permission_is_one_of_ones_own(served: list[Route]) -> None:
    free = {route.path for route in served if route.permission is None and not route.public}
    assert {path for path in free if not path.startswith(OWN)} == set()


@pytest.mark.parametrize(
    "more",
    [
        {"organization_id": "00000000-0000-4000-8000-000000000001"},
        {"id": "00000000-0000-4000-8000-000000000001"},
        {"number": 1},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"status": "online"},
    ],
)
def test_a10_what_a_body_may_not_set_is_refused(stranger: Session, more: dict[str, Any]) -> None:
    answer = stranger.send("POST", "/devices", json={**DEVICE, **more})
    assert (answer.status_code, fields_of(answer)) == (422, set(more))


@pytest.mark.parametrize("more", [{"is_superuser": True}, {"role": "admin"}, {"is_active": True}])
def test_a10_nobody_makes_themselves_more(stranger: Session, more: dict[str, Any]) -> None:
    answer = stranger.send("PATCH", "/me", json=more)
    assert (answer.status_code, fields_of(answer)) == (422, set(more))


@pytest.mark.parametrize("text", SQL)
def test_a11_sql_in_any_query_is_text_or_refused(
    served: list[Route], stranger: Session, text: str
) -> None:
    names = ("search", "sort", "status", "tag", "action", "target_type", "metric", "cursor", "q")
    for route in served:
        if route.method != "GET" or route.parameters or route.public:
            continue
        answer = stranger.send_outside("GET", route.path, params=dict.fromkeys(names, text))
        assert answer.status_code in {200, 400, 422}, f"{route}: {answer.text}"
        assert answer.elapsed.total_seconds() < 9, str(route)
    assert stranger.get("/devices") is not None


@pytest.mark.parametrize(
    "query",
    ["per_page=1000000000", "per_page=-1", "page=-1", "page=99999999999", "per_page=1e9", "page=0"],
)
def test_a23_a_page_beyond_reason_is_refused(stranger: Session, query: str) -> None:
    assert stranger.send("GET", f"/devices?{query}").status_code == 422


@pytest.mark.parametrize("cursor", ["x", "c2VxOjE5OTk5OTk5OTk5OTk5OTk5OTk=", "c2VxOi0x", "%00"])
def test_a23_a_forged_cursor_is_refused_or_finds_nothing(stranger: Session, cursor: str) -> None:
    assert stranger.send("GET", f"/audit-log?cursor={cursor}").status_code in {200, 400, 422}


TOLD = b'"ip_address": "192.0.2.9", "device_type": "router"'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b'{"name":' * 20_000, 400),
        (b'{"name": "a", "name": "b", %b}' % TOLD, 400),
        (b'{"name": "a", "interval_seconds": NaN, %b}' % TOLD, 400),
        (b'{"name": "a", "interval_seconds": 1e400, %b}' % TOLD, 400),
        (b"[" + b"0," * 500_000 + b"0]", 413),
        (b"\xff\xfe{}", 400),
        (b'{"name": "a\\u0000", %b}' % TOLD, 400),
        (b'{"name": "\\ud800", %b}' % TOLD, 400),
    ],
    ids=["deep", "deep objects", "twice", "nan", "inf", "long", "no text", "nul", "half a pair"],
)
def test_a24_a_body_that_is_meant_to_hurt_is_answered_quickly(
    stranger: Session, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = stranger.send("POST", "/devices", data=body, headers=headers)
    assert answer.status_code == status, answer.text
    # of what it says, not of what it leaves out: each is a device but for what hurts
    assert "MISSING_REQUIRED_FIELD" not in answer.text
    assert answer.elapsed.total_seconds() < 9


def test_a24_eleven_megabytes_are_too_many(stranger: Session) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"name": "' + b"x" * 11 * 1024 * 1024 + b'"}'
    assert stranger.send("POST", "/devices", data=body, headers=headers).status_code in {400, 413}


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a|a)*b", "[" * 99]
)
def test_a24_a_pattern_that_never_ends_is_refused_or_ends(stranger: Session, pattern: str) -> None:
    silence = {
        "matchers": [{"name": "device", "value": pattern, "is_regex": True}],
        "ends_at": "2030-01-02T00:00:00Z",
    }
    answer = stranger.send("POST", "/silences/preview", json=silence)
    assert answer.status_code < 500, answer.text
    assert answer.elapsed.total_seconds() < 9


def test_a32_parallel_requests_are_counted_like_others(stack: Stack) -> None:
    session = newcomer(stack.api_url)
    url, headers = f"{stack.api_url}/api/v1/roles", {"Authorization": f"Bearer {session.token}"}

    def ask(_: int) -> tuple[requests.Response, float, float]:
        began = time.time()
        return requests.get(url, headers=headers, timeout=60), began, time.time()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(220)))
    # a busy machine's gateway may give up on some: they are no more than not let through
    assert {answer.status_code for answer, _, _ in answers} - {504} == {200, 429}
    refused = [answer for answer, _, _ in answers if answer.status_code == 429]
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    passed = [
        (int(began // 60), int(ended // 60)) for (answer, began, ended) in answers if answer.ok
    ]
    # those that came and were answered within one minute were counted in it
    for minute in {ended for _, ended in passed}:
        assert passed.count((minute, minute)) <= 105
    other = newcomer(stack.api_url)
    assert other.send("GET", "/roles").status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example"]
)
def test_a34_another_origin_is_given_no_leave(stack: Stack, admin: Session, origin: str) -> None:
    headers = {"Origin": origin, "Authorization": f"Bearer {admin.token}"}
    answer = requests.get(f"{stack.api_url}/api/v1/me", headers=headers, timeout=60)
    assert answer.headers.get("Access-Control-Allow-Origin") not in {origin, "*"}
    asked = {**headers, "Access-Control-Request-Method": "POST"}
    before = requests.options(f"{stack.api_url}/api/v1/devices", headers=asked, timeout=60)
    assert before.headers.get("Access-Control-Allow-Origin") not in {origin, "*"}


def test_a34_answers_carry_what_browsers_need_to_be_careful(stack: Stack, admin: Session) -> None:
    headers = admin.send("GET", "/me").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "max-age" in headers["Strict-Transport-Security"]
    assert headers["Referrer-Policy"] == "no-referrer"
