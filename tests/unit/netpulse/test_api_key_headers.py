"""Where a request may carry its API key."""

from __future__ import annotations

import base64

import pytest
from netpulse.access import api_key_in


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"x-api-key": "npk_1"}, "npk_1"),
        ({"authorization": "Bearer npk_1"}, "npk_1"),
        ({"authorization": "bearer  npk_1 "}, "npk_1"),
        ({"authorization": _basic("grafana:npk_1")}, "npk_1"),
        ({"authorization": _basic(":npk_1:2")}, "npk_1:2"),
        ({"authorization": _basic("npk_1:secret")}, None),
        ({"authorization": _basic("npk_1")}, None),
        ({"authorization": "Basic npk_1"}, None),
        ({"authorization": "Basic \xff"}, None),
        ({"authorization": "Basic " + base64.b64encode(b"a:npk_\xff").decode()}, None),
        ({"authorization": "Digest npk_1"}, None),
        ({"authorization": "Bearer eyJ"}, None),
        ({}, None),
    ],
)
def test_a_key_comes_as_itself_as_bearer_or_as_a_password(
    headers: dict[str, str], key: str | None
) -> None:
    assert api_key_in(headers) == key
