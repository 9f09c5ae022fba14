"""An organisation carried into another one over the deployed stack: job, links, bucket, restore."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.e2e.client import Deadline, Session, newcomer
from tests.e2e.fleet import added, latest

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)


def _done(session: Session, job_id: str) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        job: dict[str, Any] = session.get(f"/jobs/{job_id}")
        return job if job["state"] not in ("queued", "running") else None

    job = Deadline.after(120).wait(over, what="the archive job")
    assert job["state"] == "succeeded", job
    return job


def test_an_organisation_moves_with_what_was_measured(stack: Stack) -> None:
    owner = newcomer(stack.api_url)
    device = added(owner, stack.devices()[0], tags=["moved"])
    Deadline.after(120).wait(lambda: latest(owner, device), what="first values", pause=2)
    made = owner.post("/metrics/archives")
    _done(owner, made["job_id"])
    link = owner.get(f"/metrics/archives/{made['archive_id']}")
    body = requests.get(link["url"], timeout=60).content
    assert len(body) == link["size_bytes"]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert json.loads(archive.read("manifest.json"))["counts"]["devices"] == 1
        assert b"community" not in b"".join(archive.read(name) for name in archive.namelist())

    target = newcomer(stack.api_url)
    upload = target.post("/metrics/archives/uploads")
    requests.put(upload["url"], data=body, timeout=60).raise_for_status()
    started = target.post(f"/metrics/archives/{upload['archive_id']}/restore")
    job = _done(target, started["job_id"])
    assert job["result"]["recorded"] > 0
    (moved,) = target.get("/devices")
    assert (moved["name"], moved["tags"]) == (device["name"], ["moved"])
    begin = int(time.time()) - 600
    asked = {"metrics": ["icmp_*", "response_time_ms"], "from": "-10m", "format": "columns"}
    theirs = target.post("/metrics/query", asked)
    assert begin < theirs["times"][-1]
    assert {each["device_name"] for each in theirs["series"]} == {device["name"]}
