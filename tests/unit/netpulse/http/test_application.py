"""The request pipeline, seen through a small application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from netpulse.errors import (
    ConflictError,
    ExternalServiceError,
    NotFoundError,
    RateLimitedError,
    TokenExpiredError,
    UnavailableError,
)
from netpulse.permissions import Role

from tests.support.http import FakeAccess, a_principal
from tests.unit.netpulse.http.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


def test_what_a_route_returns_comes_in_the_envelope(pipeline: Pipeline) -> None:
    answer = pipeline.call("POST", "/things", body={"name": "edge"})
    assert answer.status == 201
    assert answer.json == {
        "success": True,
        "data": {"name": "edge"},
        "meta": {
            "timestamp": "2026-03-02T12:00:00Z",
            "version": "v1",
            "request_id": answer.headers["X-Request-ID"],
        },
    }
    assert answer.headers["X-API-Version"] == "v1"
    assert answer.headers["Content-Type"] == "application/json"


def test_nothing_to_say_is_said_in_the_envelope(pipeline: Pipeline) -> None:
    answer = pipeline.call("DELETE", "/things/a")
    assert (answer.status, answer.data) == (200, None)


def test_a_page_says_where_it_stands(pipeline: Pipeline) -> None:
    assert pipeline.call("GET", "/things", query={"page": "2"}).json["pagination"] == {
        "page": 2,
        "per_page": 2,
        "total": 5,
        "total_pages": 3,
        "has_next": True,
        "has_prev": True,
    }


def test_a_stretch_of_a_log_says_how_to_go_on(pipeline: Pipeline) -> None:
    pagination = pipeline.call("GET", "/things/history").json["pagination"]
    assert pagination == {"next_cursor": "next", "has_next": True}


@pytest.mark.parametrize("path", ["/things", "/things/history"])
def test_an_unchanged_list_is_a_304(pipeline: Pipeline, path: str) -> None:
    first = pipeline.call("GET", path)
    tag = first.headers["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = pipeline.call("GET", path, headers={"if-none-match": asked})
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", tag)
    assert pipeline.call("GET", path, headers={"if-none-match": '"other"'}).status == 200


def test_a_changed_list_has_another_etag(pipeline: Pipeline) -> None:
    tag = pipeline.call("GET", "/things").headers["ETag"]
    pipeline.things.append("c")
    answer = pipeline.call("GET", "/things", headers={"if-none-match": tag})
    assert (answer.status, answer.headers["ETag"] != tag) == (200, True)


def test_a_stranger_gets_401_whatever_they_send(pipeline: Pipeline) -> None:
    pipeline.access.caller = None
    bodies: list[Any] = [{}, "{", {"name": "x"}]
    for body in bodies:
        answer = pipeline.call("POST", "/things", body=body)
        assert (answer.status, answer.code) == (401, "INVALID_CREDENTIALS")


def test_a_caller_without_the_permission_gets_403_before_422(pipeline: Pipeline) -> None:
    pipeline.access.caller = a_principal(Role.VIEWER)
    answer = pipeline.call("POST", "/things", body={})
    assert (answer.status, answer.code) == (403, "INSUFFICIENT_PERMISSIONS")


def test_a_path_that_does_not_exist_is_a_404_for_everybody(pipeline: Pipeline) -> None:
    pipeline.access.caller = None
    for method, path in (
        ("GET", "/nothing"),
        ("POST", "/nothing"),
        ("GET", "/things/a/b"),
        ("GET", "//nowhere"),
    ):
        answer = pipeline.call(method, path)
        assert (answer.status, answer.code) == (404, "ROUTE_NOT_FOUND")


def test_an_id_that_no_thing_can_have_is_a_404(pipeline: Pipeline) -> None:
    assert pipeline.call("GET", '/things/a"b').status == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/things", "GET, POST"),
        ("POST", "/things/a", "DELETE, GET"),
        ("HEAD", "/things", "GET, POST"),
    ],
)
def test_another_method_is_a_405_that_names_the_right_ones(
    pipeline: Pipeline, method: str, path: str, allowed: str
) -> None:
    answer = pipeline.call(method, path)
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFoundError.of("thing", "a"), 404, "THING_NOT_FOUND"),
        (ConflictError("Taken", code="THING_ALREADY_EXISTS"), 409, "THING_ALREADY_EXISTS"),
        (TokenExpiredError("Too old"), 401, "TOKEN_EXPIRED"),
        (ExternalServiceError("Away"), 502, "EXTERNAL_SERVICE_ERROR"),
        (UnavailableError("Away"), 503, "DATABASE_ERROR"),
        (psycopg.OperationalError("server closed the connection"), 503, "DATABASE_ERROR"),
        (RuntimeError("secret detail"), 500, "INTERNAL_ERROR"),
    ],
)
def test_what_went_wrong_is_answered_by_one_table(
    pipeline: Pipeline, error: Exception, status: int, code: str
) -> None:
    pipeline.error = error
    answer = pipeline.call("GET", "/things/a")
    assert (answer.status, answer.code) == (status, code)
    assert answer.json["success"] is False
    assert ("Retry-After" in answer.headers) is (status == 503)
    assert "secret detail" not in answer.text
    assert "server closed" not in answer.text


def test_one_request_too_many_is_told_when_to_come_back(pipeline: Pipeline) -> None:
    class Strict(FakeAccess):
        def count(self, caller: str, *, limit_name: str, endpoint: str) -> None:
            raise RateLimitedError("Too many", retry_after_s=7)

    pipeline.access = Strict(a_principal())
    answer = pipeline.call("GET", "/things/a")
    assert (answer.status, answer.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert answer.headers["Retry-After"] == "7"


def test_requests_are_counted_by_caller_and_route(pipeline: Pipeline) -> None:
    pipeline.call("GET", "/things/a")
    pipeline.call("GET", "/things/b")
    pipeline.access.caller = None
    pipeline.call("POST", "/login")
    caller, everybody = a_principal().key, f"organization:{a_principal().organization_id}"
    assert pipeline.access.counted == [
        (caller, "api", "GET /api/v1/things/{thing_id}"),
        (everybody, "organization", "*"),
        (caller, "api", "GET /api/v1/things/{thing_id}"),
        (everybody, "organization", "*"),
        ("ip:192.0.2.1", "auth", "POST /api/v1/login"),
    ]


def test_callers_behind_our_edge_are_counted_by_their_own_address(pipeline: Pipeline) -> None:
    proven = {"X-NetPulse-Viewer": "203.0.113.7", "X-NetPulse-Edge": "word"}
    pipeline.client.call("POST", "/login", headers=proven)
    pipeline.client.call("POST", "/login", headers={**proven, "X-NetPulse-Edge": "guess"})
    callers = [caller for caller, _, _ in pipeline.access.counted]
    assert callers == ["ip:203.0.113.7", "ip:192.0.2.1"]


def test_a_public_route_needs_nobody_and_may_set_cookies(pipeline: Pipeline) -> None:
    pipeline.access.caller = None
    answer = pipeline.call("POST", "/login")
    assert (answer.status, answer.data) == (200, {"name": "192.0.2.1"})
    assert answer.cookies == ["refresh=secret; HttpOnly"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abc-123.X:4", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("with space", False),
        ("line\nbreak", False),
        ("", False),
    ],
)
def test_a_harmless_request_id_is_kept_and_any_other_replaced(
    pipeline: Pipeline, given: str, *, kept: bool
) -> None:
    answer = pipeline.call("GET", "/things/a", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept
    assert answer.json["meta"]["request_id"] == answer.headers["X-Request-ID"]


def test_the_correlation_id_is_the_callers_or_the_requests(pipeline: Pipeline) -> None:
    pipeline.call("GET", "/things/a", headers={"X-Correlation-ID": "order-7"})
    assert pipeline.correlation_id == "order-7"
    answer = pipeline.call("GET", "/things/a", headers={"X-Correlation-ID": "not\tharmless"})
    assert pipeline.correlation_id == answer.headers["X-Request-ID"]


def test_errors_carry_ids_and_security_headers_too(pipeline: Pipeline) -> None:
    pipeline.access.caller = None
    answer = pipeline.call("GET", "/things", headers={"x-request-id": "mine"})
    assert answer.headers["X-Request-ID"] == answer.json["meta"]["request_id"] == "mine"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_outside_a_request_there_is_no_request(pipeline: Pipeline) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: pipeline.app.request,
        lambda: pipeline.app.principal,
    ]
    for attempt in attempts:
        with pytest.raises(RuntimeError):
            attempt()


def test_the_openapi_document_tells_permissions_answers_and_envelopes(pipeline: Pipeline) -> None:
    document = pipeline.app.openapi()
    assert document["openapi"].startswith("3.1")
    make = document["paths"]["/api/v1/things"]["post"]
    assert make["x-permission"] == "device:write"
    assert {"201", "400", "401", "403", "413", "415", "422", "429"} <= set(make["responses"])
    assert "200" not in make["responses"]
    assert document["paths"]["/api/v1/login"]["post"].get("security") in (None, [])
    one = document["paths"]["/api/v1/things/{thing_id}"]
    assert set(one["delete"]["responses"]) >= {"200", "404"}
    schema = make["responses"]["201"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    assert "Thing" in name
    assert set(document["components"]["schemas"][name]["required"]) >= {"data", "meta"}
    json.dumps(document)
