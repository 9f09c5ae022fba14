"""What a request may hold, and what is said of one that holds something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.http import Answer, an_event
from tests.unit.netpulse.http.pipeline import Pipeline

if TYPE_CHECKING:
    pass


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{'name': 'x'}",
        '{"name": "x"} trailing',
        '{"name": NaN}',
        '{"name": 1e999}',
        '{"name": "x", "name": "y"}',
        '{"name": "\\u0000"}',
        '{"name": "\\ud800"}',
        '{"name": "\ud800"}',
        "[" * 50 + "]" * 50,
        "[" * 1000,
    ],
)
def test_what_is_not_strict_json_is_a_400(pipeline: Pipeline, body: str) -> None:
    answer = pipeline.call("POST", "/things", body=body)
    assert (answer.status, answer.code) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({}, "MISSING_REQUIRED_FIELD", ["name"]),
        ({"name": ""}, "INVALID_INPUT", ["name"]),
        ({"name": 1}, "INVALID_INPUT", ["name"]),
        ({"name": "x", "ip_address": "1.2.3.256"}, "INVALID_IP_ADDRESS", ["ip_address"]),
        ({"ip_address": "x"}, "INVALID_INPUT", ["name", "ip_address"]),
        ({"name": "x", "is_admin": True}, "INVALID_INPUT", ["is_admin"]),
    ],
)
def test_each_field_that_is_not_accepted_is_named(
    pipeline: Pipeline, body: dict[str, Any], code: str, fields: list[str]
) -> None:
    answer = pipeline.call("POST", "/things", body=body)
    assert (answer.status, answer.code) == (422, code)
    named = [each["field"] for each in answer.json["error"]["details"]["fields"]]
    assert sorted(named) == sorted(fields)


@pytest.mark.parametrize("body", ["null", "7", '"text"', "[]", "[{}]"])
def test_json_of_the_wrong_shape_is_a_422(pipeline: Pipeline, body: str) -> None:
    assert pipeline.call("POST", "/things", body=body).status == 422


def test_a_wrong_query_parameter_is_a_422(pipeline: Pipeline) -> None:
    for page in ("0", "x", "-1", "1.5"):
        assert pipeline.call("GET", "/things", query={"page": page}).status == 422


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_character_that_no_text_may_have_is_a_400_wherever_it_stands(
    pipeline: Pipeline, text: str
) -> None:
    for path, query in (("/things", {"page": text}), ("/things", {text: "1"})):
        event = an_event("GET", f"/api/v1{path}")
        event["queryStringParameters"] = query
        assert Answer(pipeline.app(event, None)).code == "MALFORMED_REQUEST"
    assert pipeline.call("GET", f"/things/{text}").status in (400, 404)


def test_a_body_that_is_too_large_is_a_413(pipeline: Pipeline) -> None:
    answer = pipeline.call("POST", "/things", body={"name": "x" * 1000})
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.json["error"]["details"] == {"max_bytes": 1000}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", ""])
def test_a_body_that_is_not_json_is_a_415(pipeline: Pipeline, content_type: str) -> None:
    answer = pipeline.call("POST", "/things", body="{}", headers={"content-type": content_type})
    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_json_with_a_charset_is_json(pipeline: Pipeline) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert pipeline.call("POST", "/things", body={"name": "x"}, headers=headers).status == 201


def test_a_body_in_base64_is_read(pipeline: Pipeline) -> None:
    event = an_event("POST", "/api/v1/things", body="eyJuYW1lIjogIngifQ==")
    event["isBase64Encoded"] = True
    assert Answer(pipeline.app(event, None)).data == {"name": "x"}
    event["body"] = "not base64!"
    assert Answer(pipeline.app(event, None)).status == 400
