"""The real Prometheus writes into the deployed stack and reads back what it wrote."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.client import Deadline, newcomer
from tests.support.prometheus import (
    MISSING,
    is_installed,
    remote_writing,
    running_prometheus,
    same_samples,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.stack import Stack

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not is_installed(), reason=MISSING),
]
WINDOW = {"query": '{job="prometheus"}[5m]'}


def _asked(stack: Stack, key: str, path: str, **parameters: str) -> Any:
    # as Grafana's data source does: basic authentication, and a form
    login = base64.b64encode(f"grafana:{key}".encode()).decode()
    answer = requests.post(
        f"{stack.api_url}/prometheus/api/v1/{path}",
        data=parameters,
        headers={"Authorization": f"Basic {login}"},
        timeout=60,
    )
    assert answer.ok, answer.text
    return answer.json()["data"]


def test_prometheus_reads_back_what_it_wrote(stack: Stack, tmp_path: Path) -> None:
    owner = newcomer(stack.api_url)
    key = owner.post("/api-keys", {"name": "prometheus", "role": "operator"})["key"]
    url = f"{stack.api_url}/prometheus/api/v1/write"
    with running_prometheus(tmp_path, configuration=remote_writing(url, key)) as theirs:

        def compared() -> bool:
            ours = _asked(stack, key, "query", **WINDOW)
            return same_samples(theirs.ask("query", **WINDOW)[1]["data"], ours) > 2000

        Deadline.after(180).wait(compared, what="samples that Prometheus wrote", pause=3)
    assert "go_goroutines" in str(_asked(stack, key, "series", **{"match[]": "go_goroutines"}))
    stranger = newcomer(stack.api_url)
    other = stranger.post("/api-keys", {"name": "prometheus", "role": "viewer"})["key"]
    assert _asked(stack, other, "query", **WINDOW)["result"] == []
