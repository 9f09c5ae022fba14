"""The domain's Lambda entries as they are wired, over AWS in process."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from netpulse import aws
from netpulse.bus import wire
from netpulse.clock import SYSTEM_CLOCK
from netpulse.events import ArchiveRequested, Meta, Recorded
from netpulse.wiring import system_database

from functions.metrics.handlers import http, on_archive
from functions.metrics.repository.files import S3Archives
from tests.support.aws import (
    forget_wiring,
    make_bucket,
    make_bus,
    make_secret,
    set_settings,
    sqs_event,
)
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.metrics import put_device
from tests.support.organizations import new_organization
from tests.support.remote_write import an_event, packed, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase


@pytest.fixture
def organization(
    postgres: TestDatabase, aws_in_process: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OrganizationId]:
    """An organisation, as production's wiring sees it."""
    make_bus("facts")
    make_secret("app", {"username": "netpulse_app", "password": "unused"})
    make_secret("system", {"username": "netpulse_system", "password": "unused"})
    set_settings(
        monkeypatch,
        **postgres.settings(),
        database_secret="app",
        system_database_secret="system",
        bus_name="facts",
        reports_bucket=make_bucket("archives"),
    )
    forget_wiring("metrics")
    made = new_organization(postgres)
    access = FakeAccess(a_principal(organization_id=made))
    monkeypatch.setattr(http.app, "_access", lambda: access)
    yield made
    if system_database.cache_info().currsize:
        system_database().close()
    forget_wiring("metrics")


def _heard(organization: OrganizationId, data: dict[str, Any]) -> dict[str, Any]:
    fact = ArchiveRequested(
        archive_id=UUID(data["archive_id"]), job_id=UUID(data["job_id"]), restore=False
    )
    record = Recorded(
        meta=Meta(
            event_id=uuid4(),
            occurred_at=SYSTEM_CLOCK.now(),
            correlation_id="c",
            organization_id=organization,
            seq=1,
        ),
        type=fact.type_name(),
        source=fact.source(),
        data=fact.model_dump(mode="json"),
    )
    return sqs_event({"detail-type": record.type, "detail": {"facts": [wire(record)]}})


def test_an_archive_is_made_by_the_job_and_can_be_fetched(
    postgres: TestDatabase, organization: OrganizationId
) -> None:
    put_device(postgres, organization)
    client = Client(http.handler)
    started = client.call("POST", "/metrics/archives", body={})
    assert started.status == 202
    archive = f"/metrics/archives/{started.data['archive_id']}"
    assert client.call("GET", archive).code == "ARCHIVE_NOT_FOUND"
    assert on_archive.handler(_heard(organization, started.data), None) == {"batchItemFailures": []}
    link = client.call("GET", archive).data
    key = f"archives/{organization}/{started.data['archive_id']}.zip"
    kept = aws.client("s3").get_object(Bucket="archives", Key=key)["Body"].read()
    assert len(kept) == link["size_bytes"]
    # twice is no harm
    assert on_archive.handler(_heard(organization, started.data), None) == {"batchItemFailures": []}


def test_what_is_written_is_recorded_as_the_role_that_may(organization: OrganizationId) -> None:
    now = round(datetime.now(UTC).timestamp() * 1000)
    body = packed([series({"__name__": "up", "job": "node"}, [(now - 1000, 1.0)])])
    assert http.handler(an_event(body), None)["statusCode"] == 204
    client = Client(http.handler)
    found = client.call("GET", "//prometheus/api/v1/query", query={"query": "up"})
    assert [each["value"][1] for each in found.json["data"]["result"]] == ["1"]
    assert client.call("GET", "/metrics/latest").data["value"] == []


def test_archives_are_kept_measured_and_linked_to(aws_in_process: None) -> None:
    files = S3Archives(make_bucket("kept"))
    assert files.size("archives/a.zip") is None
    files.put("archives/a.zip", io.BytesIO(b"zip"))
    assert files.size("archives/a.zip") == 3
    into = io.BytesIO()
    files.get("archives/a.zip", into)
    assert into.getvalue() == b"zip"
    minute = timedelta(minutes=1)
    link = files.download_link("archives/a.zip", file_name="b.zip", valid=minute)
    assert "archives/a.zip" in link
    assert "b.zip" in link
    assert "archives/c.zip" in files.upload_link("archives/c.zip", valid=minute)
