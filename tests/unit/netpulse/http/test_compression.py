from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest
from netpulse.http.compression import accepts_gzip, compress

LONG = '{"data": "' + "mast " * 500 + '"}'


def _answer(body: Any, **more: Any) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body} | more


def _asked(method: str = "GET") -> dict[str, Any]:
    return {"requestContext": {"http": {"method": method}}}


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("br", False),
        ("", False),
    ],
)
def test_who_accepts_gzip_says_so(header: str, *, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


def test_a_long_answer_travels_in_gzip() -> None:
    answer = _answer(LONG)
    compress(answer, _asked(), {"accept-encoding": "gzip, br"})
    assert gzip.decompress(base64.b64decode(answer["body"])).decode() == LONG
    assert answer["isBase64Encoded"] is True
    assert answer["headers"]["Content-Encoding"] == "gzip"
    assert answer["headers"]["Vary"] == "Accept-Encoding"


def test_caches_know_that_an_answer_could_have_been_in_gzip() -> None:
    answer = _answer(LONG)
    compress(answer, _asked(), {})
    assert (answer["body"], answer["headers"]["Vary"]) == (LONG, "Accept-Encoding")


@pytest.mark.parametrize(
    ("answer", "method"),
    [
        (_answer("{}"), "GET"),
        (_answer(None), "GET"),
        (_answer(LONG), "POST"),
        (_answer(LONG, isBase64Encoded=True), "GET"),
    ],
    ids=["short", "empty", "a write", "bytes"],
)
def test_everything_else_travels_as_it_is(answer: dict[str, Any], method: str) -> None:
    before = {**answer, "headers": {**answer["headers"]}}
    compress(answer, _asked(method), {"accept-encoding": "gzip"})
    assert answer == before
