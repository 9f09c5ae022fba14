"""The real Lambda entries on their real wiring: AWS in process, PostgreSQL, recording providers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse import aws, wiring
from netpulse.bus import wire
from netpulse.clock import SYSTEM_CLOCK
from netpulse.events import (
    AlertOpened,
    AlertResolved,
    Fact,
    Meta,
    Recorded,
    ReportFile,
    ReportReady,
)
from netpulse.ids import OrganizationId

from functions.notify.handlers import every_minute, http, on_alert, on_delivery, on_report
from tests.support.aws import (
    forget_wiring,
    make_bucket,
    make_bus,
    make_queue,
    make_secret,
    messages_in,
    set_settings,
    sqs_event,
)
from tests.support.database import TestDatabase
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.organizations import new_organization, new_user
from tests.support.recorder import Recorder, recording

BUS = "facts"


@dataclass
class Stage:
    organization_id: OrganizationId
    client: Client
    deliveries: str
    facts: str
    receiver: Recorder
    sendgrid: Recorder


@pytest.fixture
def stage(
    postgres: TestDatabase, aws_in_process: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    with recording() as receiver, recording() as sendgrid:
        sendgrid.will_answer(202, X_Message_Id="sg-1")
        queue = make_queue("deliveries")
        facts = make_bus(BUS)
        key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
        make_secret("app", {"username": "netpulse_app", "password": "unused"})
        make_secret("system", {"username": "netpulse_system", "password": "unused"})
        make_secret("providers", {"sendgrid_api_key": "SG.x", "email_from": "a@example.org"})
        set_settings(
            monkeypatch,
            **postgres.settings(),
            database_secret="app",
            system_database_secret="system",
            bus_name=BUS,
            deliveries_queue_url=queue,
            providers_secret="providers",
            credentials_key_id=key,
            public_url="https://netpulse.example.org",
            sendgrid_url=sendgrid.url,
            africastalking_url=sendgrid.url,
            reports_bucket=make_bucket("reports"),
            forbidden_networks="169.254.0.0/16,224.0.0.0/4",
        )
        forget_wiring("notify")
        organization_id = new_organization(postgres)
        caller = FakeAccess(a_principal(organization_id=organization_id))
        monkeypatch.setattr(http.app, "_access", lambda: caller)
        yield Stage(organization_id, Client(http.app), queue, facts, receiver, sendgrid)
        if wiring.system_database.cache_info().currsize:
            wiring.system_database().close()
        forget_wiring("notify")


def fact_event(stage: Stage, fact: Fact) -> dict[str, Any]:
    record = Recorded(
        meta=Meta(
            event_id=uuid4(),
            occurred_at=SYSTEM_CLOCK.now(),
            correlation_id="c",
            organization_id=stage.organization_id,
            seq=1,
        ),
        type=fact.type_name(),
        source=fact.source(),
        data=fact.model_dump(mode="json"),
    )
    return sqs_event({"detail-type": record.type, "detail": {"facts": [wire(record)]}})


def an_alert(**changes: Any) -> dict[str, Any]:
    return {
        "alert_id": UUID(int=uuid4().int),
        "alert_seq": 1,
        "device_id": uuid4(),
        "device_name": "core-sw1",
        "ip_address": "192.0.2.10",
        "rule_id": uuid4(),
        "rule_name": "Device down",
        "alert_type": "device_down",
        "severity": "critical",
        "state": "firing",
        "reason": "no_answer",
        "message": "The device does not answer",
        "began_at": SYSTEM_CLOCK.now(),
        **changes,
    }


def with_channels(stage: Stage) -> None:
    for body in (
        {"name": "mail", "kind": "email", "config": {"to": ["amina@example.org"]}},
        {"name": "hook", "kind": "webhook", "config": {"url": f"{stage.receiver.url}/in"}},
    ):
        answer = stage.client.call("POST", "/notification-channels", body=body)
        assert answer.status == 201, answer.text


def work_off(stage: Stage) -> None:
    woken = messages_in(stage.deliveries)
    assert on_delivery.handler(sqs_event(*woken), None) == {"batchItemFailures": []}


def test_an_alert_and_its_end_go_from_fact_to_provider_through_the_queues(stage: Stage) -> None:
    with_channels(stage)
    alert = an_alert()
    opened = fact_event(stage, AlertOpened(fired_at=SYSTEM_CLOCK.now(), **alert))
    for _ in range(2):
        assert on_alert.handler(opened, None) == {"batchItemFailures": []}
    work_off(stage)
    assert json.loads(stage.receiver.only.body)["status"] == "firing"
    assert "[CRITICAL] core-sw1" in json.loads(stage.sendgrid.only.body)["subject"]

    over = AlertResolved(
        resolved_at=SYSTEM_CLOCK.now(), **{**alert, "alert_seq": 2, "state": "resolved"}
    )
    on_alert.handler(fact_event(stage, over), None)
    work_off(stage)
    assert json.loads(stage.receiver.requests[1].body)["status"] == "resolved"
    told = messages_in(stage.facts)
    assert {event["detail-type"] for event in told} == {"NotificationSent.v1"}
    query = {"alert_id": str(alert["alert_id"])}
    listed = stage.client.call("GET", "/notifications", query=query).data
    assert {(one["channel_kind"], one["purpose"], one["state"]) for one in listed} == {
        (kind, purpose, "sent")
        for kind in ("email", "webhook")
        for purpose in ("problem", "recovery")
    }


def test_what_no_message_woke_is_woken_by_the_sweep_across_organisations(
    stage: Stage, postgres: TestDatabase
) -> None:
    with_channels(stage)
    on_alert.handler(
        fact_event(stage, AlertOpened(fired_at=SYSTEM_CLOCK.now(), **an_alert())), None
    )
    assert len(messages_in(stage.deliveries)) == 2
    owner = postgres.database()
    with owner.transaction(stage.organization_id) as transaction:
        transaction.run("UPDATE netpulse.deliveries SET due_at = due_at - interval '1 minute'")
    owner.close()
    assert every_minute.handler({}, None)["woken"] >= 2
    mine = [
        body
        for body in messages_in(stage.deliveries)
        if body["organization_id"] == str(stage.organization_id)
    ]
    on_delivery.handler(sqs_event(*mine), None)
    assert len(stage.receiver.requests) == 1


def test_a_channel_is_tried_with_its_sealed_secret(stage: Stage) -> None:
    with_channels(stage)
    hook = stage.client.call("GET", "/notification-channels", query={"kind": "webhook"}).data[0]
    answer = stage.client.call("POST", f"/notification-channels/{hook['id']}/test")
    assert answer.status == 200
    assert stage.receiver.only.headers["X-NetPulse-Signature"].startswith("v1=")
    stage.receiver.will_answer(500, b"out of order")
    refused = stage.client.call("POST", f"/notification-channels/{hook['id']}/test")
    assert (refused.status, refused.code) == (502, "EXTERNAL_SERVICE_ERROR")
    [result] = refused.json["error"]["details"]["results"]
    assert result["answer"] == {"status": 500, "body": "out of order"}


def test_a_report_goes_from_fact_to_a_colleagues_mail_once(
    stage: Stage, postgres: TestDatabase
) -> None:
    email = f"{new_user(postgres, stage.organization_id).hex}@example.org"
    stranger = f"{new_user(postgres, new_organization(postgres)).hex}@example.org"
    aws.client("s3").put_object(Bucket="reports", Key="k/weekly.pdf", Body=b"%PDF-")
    file = ReportFile(format="pdf", key="k/weekly.pdf", name="weekly.pdf", size_bytes=5)
    report = ReportReady(
        report_id=uuid4(),
        job_id=uuid4(),
        kind="uptime",
        name="Weekly",
        formats=("pdf",),
        recipients=(email, stranger),
        begin_at=SYSTEM_CLOCK.now(),
        end_at=SYSTEM_CLOCK.now(),
        time_zone="Africa/Nairobi",
        files=(file,),
    )
    for _ in range(2):
        assert on_report.handler(fact_event(stage, report), None) == {"batchItemFailures": []}
    work_off(stage)
    sent = json.loads(stage.sendgrid.only.body)
    assert sent["personalizations"] == [{"to": [{"email": email}]}]
    assert sent["attachments"][0]["content"] == "JVBERi0="
    query = {"report_id": str(report.report_id)}
    listed = stage.client.call("GET", "/notifications", query=query).data
    assert {(one["recipient"], one["purpose"], one["state"], one["reason"]) for one in listed} == {
        (email, "report", "sent", ""),
        # of another organisation: no colleague of this one
        (stranger, "report", "dropped", "not_a_colleague"),
    }
    assert {one["report_id"] for one in listed} == {str(report.report_id)}
