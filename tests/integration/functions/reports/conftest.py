"""The real Lambda entries of reports on their real wiring: AWS in process, PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from netpulse import aws, wiring
from netpulse.clock import SYSTEM_CLOCK
from netpulse.permissions import Role

from functions.reports.handlers import http, on_request, on_schedule
from tests.support.aws import (
    REGION,
    forget_wiring,
    make_bus,
    make_secret,
    messages_in,
    set_settings,
    sqs_event,
)
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.organizations import new_organization, new_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

BUCKET, GROUP = "reports", "report-schedules"
TARGET = f"arn:aws:lambda:{REGION}:123456789012:function:on-due"
ROLE = "arn:aws:iam::123456789012:role/caller"


@dataclass
class Stage:
    """An organisation, a client that is logged in to it, and the queue of facts."""

    postgres: TestDatabase
    organization_id: OrganizationId
    access: FakeAccess
    client: Client
    facts: str

    def log_in(self, organization_id: OrganizationId, role: Role = Role.ADMIN) -> None:
        """Let someone else call from now on."""
        self.access.caller = a_principal(role, organization_id=organization_id)

    def generate(self, **body: Any) -> dict[str, Any]:
        """Ask for a report; return the ids of report and job."""
        answer = self.client.call("POST", "/reports/generate", body={"kind": "uptime", **body})
        assert answer.status == 202, answer.text
        return dict(answer.data)

    def heard(self) -> list[dict[str, Any]]:
        """Take the organisation's events that were published; sweeps see others' too."""
        mine = str(self.organization_id)
        return [
            event
            for event in messages_in(self.facts)
            if event["detail"]["facts"][0]["meta"]["organization_id"] == mine
        ]

    def work_off(self) -> list[dict[str, Any]]:
        """Give the requested reports to their maker; return what was published but them."""
        others = []
        while events := self.heard():
            for event in events:
                if event["detail-type"] == "ReportRequested.v1":
                    answer = on_request.handler(sqs_event(event), None)
                    assert answer == {"batchItemFailures": []}
                elif event["detail-type"] != "ReportScheduleChanged.v1":
                    others.append(event)
        return others

    def requested(self) -> list[dict[str, Any]]:
        """Take what was published and return the reports that were asked for."""
        return [event for event in self.heard() if event["detail-type"] == "ReportRequested.v1"]

    def set_alarms(self) -> None:
        """Let what was said of schedules be heard."""
        for event in self.heard():
            if event["detail-type"] == "ReportScheduleChanged.v1":
                assert on_schedule.handler(sqs_event(event), None) == {"batchItemFailures": []}

    def colleague(self) -> str:
        """Let somebody join the organisation and return their address."""
        return f"{new_user(self.postgres, self.organization_id).hex}@example.org"

    def report(self, report_id: str) -> dict[str, Any]:
        """Return a report as the API shows it."""
        answer = self.client.call("GET", f"/reports/{report_id}")
        assert answer.status == 200, answer.text
        return dict(answer.data)

    def keys(self) -> list[str]:
        """Return the keys of the organisation's files."""
        found = aws.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=str(self.organization_id))
        return [each["Key"] for each in found.get("Contents", [])]

    def body(self, report_id: str, format_: str) -> bytes:
        """Return the file that a report's download link names."""
        [key] = [key for key in self.keys() if report_id in key and key.endswith(format_)]
        return bytes(aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())


@pytest.fixture
def now() -> datetime:
    return SYSTEM_CLOCK.now().replace(microsecond=0)


@pytest.fixture
def stage(
    postgres: TestDatabase, aws_in_process: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    facts = make_bus("facts")
    make_secret("app", {"username": "netpulse_app", "password": "unused"})
    make_secret("system", {"username": "netpulse_system", "password": "unused"})
    aws.client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    aws.client("scheduler").create_schedule_group(Name=GROUP)
    set_settings(
        monkeypatch,
        **postgres.settings(),
        database_secret="app",
        system_database_secret="system",
        bus_name="facts",
        reports_bucket=BUCKET,
        schedule_group=GROUP,
        schedule_target_arn=TARGET,
        schedule_role_arn=ROLE,
    )
    forget_wiring("reports")
    organization_id = new_organization(postgres)
    access = FakeAccess(a_principal(organization_id=organization_id))
    monkeypatch.setattr(http.app, "_access", lambda: access)
    yield Stage(postgres, organization_id, access, Client(http.app), facts)
    if wiring.system_database.cache_info().currsize:
        wiring.system_database().close()
    forget_wiring("reports")
