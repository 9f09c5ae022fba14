"""Whatever is sent, the answer is in the envelope and never a 500."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from netpulse.errors import MalformedError
from netpulse.http.requests import json_of

from tests.support.http import Answer, an_event
from tests.unit.netpulse.http.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable

PIPELINE = Pipeline()
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
NAMES = st.sampled_from(["content-type", "x-request-id", "if-none-match", "authorization", "x"])
VALUES = st.one_of(
    ANY_TEXT,
    st.sampled_from(["application/json", "text/plain", "multipart/form-data", "*"]),
)
_scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT
)
JSON = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "ip_address", "x"]), inner, max_size=3),
    ),
)
BODIES: st.SearchStrategy[str | None] = st.one_of(st.none(), ANY_TEXT, JSON.map(json.dumps))


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "X"]),
    path=st.one_of(
        st.sampled_from(["/things", "/things/history", "/login", "/things/a"]),
        ANY_TEXT.map(lambda text: f"/things/{text}"),
        ANY_TEXT.map(lambda text: f"/{text}"),
    ),
    headers=st.one_of(
        st.just({"content-type": "application/json"}), st.dictionaries(NAMES, VALUES)
    ),
    query=st.none() | st.dictionaries(st.sampled_from(["page", "x"]), ANY_TEXT),
    body=BODIES,
    encode=st.sampled_from([None, lambda b: base64.b64encode(b.encode("utf-8", "replace"))]),
)
def test_no_request_breaks_the_pipeline(
    *,
    method: str,
    path: str,
    headers: dict[str, str],
    query: dict[str, str] | None,
    body: str | None,
    encode: Callable[[str], bytes] | None,
) -> None:
    event = an_event(method, f"/api/v1{path}", headers=headers)
    event["queryStringParameters"] = query
    event["body"] = body
    if body and encode:
        event["body"] = encode(body).decode()
        event["isBase64Encoded"] = True
    answer = Answer(PIPELINE.app(event, None))
    assert answer.status < 500, answer.text
    if answer.text:
        assert answer.json["success"] is (answer.status < 400)
        assert answer.json["meta"]["request_id"] == answer.headers["X-Request-ID"]


@given(BODIES)
def test_no_body_breaks_a_route_that_reads_one(body: str | None) -> None:
    event = an_event("POST", "/api/v1/things", headers={"content-type": "application/json"})
    event["body"] = body
    assert Answer(PIPELINE.app(event, None)).status in {201, 400, 413, 422}


@given(st.one_of(st.binary(max_size=60), JSON.map(lambda value: json.dumps(value).encode())))
def test_json_is_read_or_refused_and_nothing_else(body: bytes) -> None:
    try:
        value = json_of(body)
    except MalformedError:
        return
    # what was read can be written again, as the standard has it
    json.dumps(value, allow_nan=False).encode()
