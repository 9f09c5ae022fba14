from __future__ import annotations

import pytest

from functions.platform.handlers import http
from tests.support.http import Client


@pytest.fixture
def client() -> Client:
    return Client(http.app)


@pytest.mark.parametrize(("path", "status"), [("ready", "ready"), ("alive", "alive")])
def test_probes_answer_outside_the_envelope(client: Client, path: str, status: str) -> None:
    answer = client.call("GET", f"//{path}")
    assert answer.status == 200
    assert answer.json["status"] == status


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("docs", "text/html"),
        ("docs/reference.js", "text/javascript"),
        ("docs/reference.css", "text/css"),
        ("openapi.json", "application/json"),
    ],
)
def test_the_description_is_served_to_everyone(
    client: Client, path: str, content_type: str
) -> None:
    answer = client.call("GET", f"//{path}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type


def test_jobs_need_a_credential(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.http import FakeAccess

    monkeypatch.setattr(http.app, "_access", lambda: FakeAccess(None))
    assert client.call("GET", "/jobs").status == 401
