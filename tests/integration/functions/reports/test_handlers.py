"""From a request to files in S3, through the real Lambda entries."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from netpulse import aws
from netpulse.permissions import Role

from functions.reports.handlers import every_minute, on_due, on_request
from tests.integration.functions.reports.conftest import BUCKET, GROUP, ROLE, TARGET
from tests.support.aws import sqs_event
from tests.support.organizations import new_organization
from tests.support.reports import put_device, put_period

if TYPE_CHECKING:
    from datetime import datetime

    from tests.integration.functions.reports.conftest import Stage

HOUR = timedelta(hours=1)


def _two_devices(stage: Stage, now: datetime) -> None:
    """One that was up all day; one that was down for an hour and four seconds."""
    begin = now - timedelta(days=2)
    put = (stage.postgres, stage.organization_id)
    steady = put_device(*put, "steady", "192.0.2.1", created_at=begin)
    put_period(*put, steady, "online", begin, None)
    shaky = put_device(*put, "=shaky()", "192.0.2.2", created_at=begin)
    fell, rose = now - 5 * HOUR, now - 4 * HOUR + timedelta(seconds=4)
    put_period(*put, shaky, "online", begin, fell)
    put_period(*put, shaky, "offline", fell, rose, reason="no_answer")
    put_period(*put, shaky, "online", rose, None)


def _day(now: datetime) -> dict[str, Any]:
    return {"from": (now - timedelta(days=1)).isoformat(), "to": now.isoformat()}


def test_a_report_goes_from_request_to_signed_download_in_every_format(
    stage: Stage, now: datetime
) -> None:
    _two_devices(stage, now)
    made = stage.generate(formats=["pdf", "csv", "json"], name="Kilimo: Été 2026", **_day(now))
    assert stage.report(made["report_id"])["state"] == "queued"
    [ready] = stage.work_off()
    assert ready["detail-type"] == "ReportReady.v1"
    [fact] = ready["detail"]["facts"]
    assert fact["data"]["formats"] == ["pdf", "csv", "json"]

    shown = stage.report(made["report_id"])
    assert (shown["state"], shown["progress"]) == ("succeeded", 1)
    sizes = {each["format"]: each["size_bytes"] for each in shown["files"]}
    prefix = f"{stage.organization_id}/{made['report_id']}"
    assert sorted(stage.keys()) == [f"{prefix}/Kilimo-Ete-2026.{each}" for each in sorted(sizes)]
    for format_, size in sizes.items():
        assert len(stage.body(made["report_id"], format_)) == size
        path = f"/reports/{made['report_id']}/download"
        link = stage.client.call("GET", path, query={"format": format_}).data
        asked = parse_qs(urlsplit(link["url"]).query)
        assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
        assert asked["X-Amz-Expires"] == ["300"]
        expected = f'attachment; filename="Kilimo-Ete-2026.{format_}"'
        assert asked["response-content-disposition"] == [expected]
    assert stage.body(made["report_id"], "pdf").startswith(b"%PDF-")


def test_json_and_csv_tell_the_outage_to_the_second(stage: Stage, now: datetime) -> None:
    _two_devices(stage, now)
    report_id = stage.generate(formats=["csv", "json"], **_day(now))["report_id"]
    stage.work_off()
    document = json.loads(stage.body(report_id, "json"))
    total = document["uptime"]["total"]
    assert (total["down_seconds"], total["outages"]) == (3604, 1)
    assert total["up_seconds"] == 2 * 86_400 - 3604
    [shaky] = [each for each in document["uptime"]["devices"] if each["down_seconds"]]
    assert shaky["availability"] == pytest.approx((86_400 - 3604) / 86_400, abs=0)
    assert [period["seconds"] for period in shaky["periods"]] == [3604]

    lines = list(csv.DictReader(io.StringIO(stage.body(report_id, "csv").decode(), newline="")))
    [line] = [each for each in lines if each["record"] == "device" and each["outages"] == "1"]
    assert line["device"] == "'=shaky()"
    assert float(line["availability"]) == shaky["availability"]
    [outage] = [each for each in lines if each["record"] == "outage"]
    assert (outage["seconds"], outage["reason"]) == ("3604", "no_answer")


def test_a_report_is_made_once_however_often_it_is_heard_of(stage: Stage, now: datetime) -> None:
    stage.generate(**_day(now))
    [event] = stage.heard()
    for _ in range(2):
        assert on_request.handler(sqs_event(event), None) == {"batchItemFailures": []}
    assert [each["detail-type"] for each in stage.heard()] == ["ReportReady.v1"]


def test_a_cancelled_report_is_not_made(stage: Stage, now: datetime) -> None:
    made = stage.generate(**_day(now))
    with psycopg.connect(stage.postgres.owner_url) as connection:
        connection.execute(
            "UPDATE netpulse.jobs SET state = 'cancelled' WHERE id = %s", (made["job_id"],)
        )
    assert stage.work_off() == []
    assert stage.report(made["report_id"])["state"] == "cancelled"
    answer = stage.client.call("GET", f"/reports/{made['report_id']}/download")
    assert (answer.status, answer.code) == (409, "REPORT_NOT_READY")


def test_a_report_that_cannot_be_kept_has_failed_and_says_so(stage: Stage, now: datetime) -> None:
    made = stage.generate(**_day(now))
    [event] = stage.heard()
    aws.client("s3").delete_bucket(Bucket=BUCKET)
    failed = on_request.handler(sqs_event(event), None)
    assert len(failed["batchItemFailures"]) == 1
    shown = stage.report(made["report_id"])
    assert (shown["state"], shown["error"]["code"]) == ("failed", "REPORT_FAILED")
    # the queue's next attempt finds nothing left to do
    assert on_request.handler(sqs_event(event), None) == {"batchItemFailures": []}


def test_a_deleted_report_takes_its_files_along(stage: Stage, now: datetime) -> None:
    report_id = stage.generate(formats=["json", "csv"], **_day(now))["report_id"]
    stage.work_off()
    assert len(stage.keys()) == 2
    assert stage.client.call("DELETE", f"/reports/{report_id}").status == 200
    assert stage.keys() == []
    assert stage.client.call("GET", f"/reports/{report_id}").code == "REPORT_NOT_FOUND"


def test_a_file_that_the_bucket_forgot_is_not_found(stage: Stage, now: datetime) -> None:
    report_id = stage.generate(**_day(now))["report_id"]
    stage.work_off()
    aws.client("s3").delete_object(Bucket=BUCKET, Key=stage.keys()[0])
    answer = stage.client.call("GET", f"/reports/{report_id}/download")
    assert (answer.status, answer.code) == (404, "REPORT_FILE_NOT_FOUND")
    never = stage.client.call("GET", f"/reports/{report_id}/download", query={"format": "csv"})
    assert (never.status, never.code) == (404, "REPORT_FILE_NOT_FOUND")


def _scheduled(stage: Stage, **changes: Any) -> str:
    body = {
        "name": "Every morning",
        "kind": "uptime",
        "cadence": "daily",
        "at": "06:00",
        "time_zone": "Africa/Nairobi",
        "formats": ["json"],
        **changes,
    }
    answer = stage.client.call("POST", "/report-schedules", body=body)
    assert answer.status == 201, answer.text
    return str(answer.data["id"])


def _make_due(stage: Stage, schedule_id: str, *, minutes: int) -> None:
    with psycopg.connect(stage.postgres.owner_url) as connection:
        connection.execute(
            "UPDATE netpulse.report_schedules SET next_run_at = now() - %s * interval '1 minute' "
            "WHERE id = %s",
            (minutes, schedule_id),
        )


def test_what_is_due_is_made_once_and_names_whom_it_is_for(stage: Stage) -> None:
    email = stage.colleague()
    schedule_id = _scheduled(stage, recipients=[email.upper()])
    call = {"organization_id": str(stage.organization_id), "schedule_id": schedule_id}
    assert on_due.handler(call, None) == {"queued": False}
    assert stage.requested() == []
    _make_due(stage, schedule_id, minutes=1)
    assert [on_due.handler(call, None)["queued"] for _ in range(2)] == [True, False]
    every_minute.handler({}, None)
    [ready] = stage.work_off()
    [fact] = ready["detail"]["facts"]
    assert fact["data"]["recipients"] == [email]
    assert fact["data"]["schedule_id"] == schedule_id
    assert ["Devices", "0"] in fact["data"]["highlights"]
    [file] = fact["data"]["files"]
    assert (file["key"], file["size_bytes"]) == (
        stage.keys()[0],
        len(stage.body(fact["data"]["report_id"], "json")),
    )
    [made] = stage.client.call("GET", "/reports", query={"schedule_id": schedule_id}).data
    assert made["name"].startswith("Every morning 20")
    shown = stage.client.call("GET", f"/report-schedules/{schedule_id}").data
    assert shown["last_report_id"] == made["id"]
    assert shown["next_run_at"].endswith("T03:00:00Z")


def test_the_sweep_makes_up_for_a_call_that_never_came(stage: Stage) -> None:
    schedule_id = _scheduled(stage)
    _make_due(stage, schedule_id, minutes=1)
    every_minute.handler({}, None)
    assert stage.requested() == []
    _make_due(stage, schedule_id, minutes=3)
    for _ in range(2):
        every_minute.handler({}, None)
    assert len(stage.requested()) == 1


def test_eventbridge_scheduler_is_kept_in_step_with_a_schedule(stage: Stage) -> None:
    def alarm() -> dict[str, Any] | None:
        stage.set_alarms()
        clocks = aws.client("scheduler")
        if not clocks.list_schedules(GroupName=GROUP)["Schedules"]:
            return None
        return dict(clocks.get_schedule(GroupName=GROUP, Name=schedule_id))

    schedule_id = _scheduled(stage, at="06:00")
    path = f"/report-schedules/{schedule_id}"
    due = stage.client.call("GET", path).data["next_run_at"]
    found = alarm()
    assert found is not None
    assert found["ScheduleExpression"] == f"at({due.removesuffix('Z')})"
    assert found["ScheduleExpressionTimezone"] == "UTC"
    assert found["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert (found["Target"]["Arn"], found["Target"]["RoleArn"]) == (TARGET, ROLE)
    call = json.loads(found["Target"]["Input"])
    assert call == {"organization_id": str(stage.organization_id), "schedule_id": schedule_id}
    # called late, it asks for the report and is set to the next turn
    _make_due(stage, schedule_id, minutes=1)
    assert on_due.handler(call, None) == {"queued": True}
    again = alarm()
    assert again is not None
    assert again["ScheduleExpression"].endswith("T03:00:00)")
    stage.client.call("PATCH", path, body={"enabled": False})
    assert alarm() is None
    stage.client.call("PATCH", path, body={"enabled": True})
    assert alarm()
    stage.client.call("DELETE", path)
    assert alarm() is None
    assert on_due.handler(call, None) == {"queued": False}


def test_a_report_whose_maker_vanished_has_failed(stage: Stage, now: datetime) -> None:
    made = stage.generate(**_day(now))
    with psycopg.connect(stage.postgres.owner_url) as connection:
        connection.execute(
            "UPDATE netpulse.jobs SET state = 'running', started_at = now() - interval '20 min' "
            "WHERE id = %s",
            (made["job_id"],),
        )
    assert every_minute.handler({}, None)["failed"] >= 1
    assert stage.report(made["report_id"])["error"]["code"] == "REPORT_TIMED_OUT"


def test_another_organisation_sees_reaches_and_uses_nothing(stage: Stage, now: datetime) -> None:
    device = put_device(stage.postgres, stage.organization_id, "ours", "192.0.2.1", created_at=now)
    report_id = stage.generate(**_day(now))["report_id"]
    body = {"name": "Daily", "kind": "uptime", "cadence": "daily"}
    schedule_id = stage.client.call("POST", "/report-schedules", body=body).data["id"]
    stage.work_off()
    stage.log_in(new_organization(stage.postgres, "Other"))
    calls = [
        ("GET", f"/reports/{report_id}", None),
        ("GET", f"/reports/{report_id}/download", None),
        ("DELETE", f"/reports/{report_id}", None),
        ("GET", f"/report-schedules/{schedule_id}", None),
        ("PATCH", f"/report-schedules/{schedule_id}", {"name": "Mine"}),
        ("DELETE", f"/report-schedules/{schedule_id}", None),
    ]
    for method, path, sent in calls:
        assert stage.client.call(method, path, body=sent).status == 404, path
    assert stage.client.call("GET", "/reports").data == []
    assert stage.client.call("GET", "/report-schedules").data == []
    theirs = {"kind": "uptime", "device_ids": [str(device)], **_day(now)}
    assert stage.client.call("POST", "/reports/generate", body=theirs).status == 422
    theirs = {**body, "device_ids": [str(device)]}
    assert stage.client.call("POST", "/report-schedules", body=theirs).status == 422
    assert len(stage.keys()) == 1


def test_viewers_read_and_only_operators_write(stage: Stage, now: datetime) -> None:
    report_id = stage.generate(**_day(now))["report_id"]
    stage.log_in(stage.organization_id, Role.VIEWER)
    assert stage.client.call("GET", f"/reports/{report_id}").status == 200
    assert stage.client.call("GET", "/report-schedules").status == 200
    body = {"kind": "uptime", **_day(now)}
    assert stage.client.call("POST", "/reports/generate", body=body).status == 403
    assert stage.client.call("DELETE", f"/reports/{report_id}").status == 403
    stage.log_in(stage.organization_id, Role.API_USER)
    assert stage.client.call("GET", "/reports").status == 403
    stage.log_in(stage.organization_id, Role.OPERATOR)
    assert stage.client.call("POST", "/reports/generate", body=body).status == 202
