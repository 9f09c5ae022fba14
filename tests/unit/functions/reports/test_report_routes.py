"""Reports over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse.permissions import Role

from tests.unit.functions.reports.builders import BEGIN, NOW
from tests.unit.functions.reports.world import World, fields

DAY = timedelta(days=1)


def test_a_report_is_of_the_last_thirty_days_of_the_organisations_time_zone(world: World) -> None:
    ids = world.generate()
    shown = world.call("GET", f"/reports/{ids['report_id']}").data
    assert (shown["from"], shown["to"]) == ("2026-03-01T21:00:00Z", "2026-03-31T21:00:00Z")
    assert shown["time_zone"] == "Africa/Nairobi"
    assert shown["name"] == "Uptime report 2026-03-02 to 2026-03-31"
    assert (shown["state"], shown["progress"], shown["files"]) == ("queued", 0, [])
    assert shown["formats"] == ["pdf"]


def test_a_report_of_another_time_zone_has_that_ones_days(world: World) -> None:
    ids = world.generate(period="yesterday", time_zone="Asia/Kathmandu")
    shown = world.call("GET", f"/reports/{ids['report_id']}").data
    assert (shown["from"], shown["to"]) == ("2026-03-30T18:15:00Z", "2026-03-31T18:15:00Z")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "sla"}, "kind"),
        ({"formats": []}, "formats"),
        ({"formats": ["docx"]}, "formats.0"),
        ({"time_zone": "Nairobi"}, "time_zone"),
        ({"time_zone": "../etc"}, "time_zone"),
        ({"metrics": ["cpu usage"]}, "metrics.0"),
        ({"from": "2026-03-01T00:00:00", "to": "2026-03-02T00:00:00Z"}, "from"),
        ({"name": " "}, "name"),
        ({"period": "last_decade"}, "period"),
        ({"organization_id": str(UUID(int=7))}, "organization_id"),
        ({"from": (NOW + DAY).isoformat(), "to": (NOW + 2 * DAY).isoformat()}, "from"),
    ],
)
def test_what_no_report_can_be_made_of_is_refused(
    world: World, body: dict[str, Any], field: str
) -> None:
    answer = world.call("POST", "/reports/generate", body={"kind": "uptime", **body})
    assert answer.status == 422
    assert field in fields(answer)


@pytest.mark.parametrize(
    "body",
    [
        {"period": "today", "from": BEGIN.isoformat(), "to": NOW.isoformat()},
        {"from": BEGIN.isoformat()},
        {"from": NOW.isoformat(), "to": BEGIN.isoformat()},
        {"from": (NOW - 401 * DAY).isoformat(), "to": NOW.isoformat()},
    ],
)
def test_a_report_has_one_period_of_a_sane_length(world: World, body: dict[str, Any]) -> None:
    answer = world.call("POST", "/reports/generate", body={"kind": "uptime", **body})
    assert answer.status == 422


def test_a_period_that_has_just_begun_has_nothing_to_tell(world: World) -> None:
    world.later(BEGIN + 31 * DAY - NOW)
    answer = world.call("POST", "/reports/generate", body={"kind": "uptime", "period": "today"})
    assert "period" in fields(answer)


@pytest.mark.parametrize("field", ["device_ids", "group_ids"])
def test_what_is_not_there_is_named(world: World, field: str) -> None:
    missing = str(uuid4())
    answer = world.call("POST", "/reports/generate", body={"kind": "uptime", field: [missing]})
    assert answer.status == 422
    assert missing in answer.json["error"]["details"]["fields"][0]["message"]


def test_reports_are_listed_and_filtered(world: World) -> None:
    made, waiting = world.generate(), world.generate(kind="alerts")
    world.make(made)

    def ids(**query: str) -> set[str]:
        return {each["id"] for each in world.call("GET", "/reports", query=query).data}

    assert ids() == {made["report_id"], waiting["report_id"]}
    assert ids(state="succeeded") == {made["report_id"]}
    assert ids(kind="alerts") == {waiting["report_id"]}
    assert ids(schedule_id=str(uuid4())) == set()
    assert world.call("GET", "/reports", query={"state": "lost"}).status == 422


def test_a_made_report_is_downloaded_by_a_link_that_expires(world: World) -> None:
    ids = world.generate(formats=["csv", "pdf"], name="March")
    path = f"/reports/{ids['report_id']}/download"
    early = world.call("GET", path)
    assert (early.status, early.code) == (409, "REPORT_NOT_READY")
    world.make(ids)
    link = world.call("GET", path).data
    assert link["url"].endswith("/March.csv")
    assert link["expires_at"] == "2026-04-01T03:05:00Z"
    assert (link["file_name"], link["size_bytes"]) == ("March.csv", 4)
    assert world.call("GET", path, query={"format": "pdf"}).data["format"] == "pdf"
    never = world.call("GET", path, query={"format": "json"})
    assert (never.status, never.code) == (404, "REPORT_FILE_NOT_FOUND")


def test_deleting_a_report_cancels_it(world: World) -> None:
    ids = world.generate()
    assert world.call("DELETE", f"/reports/{ids['report_id']}").status == 200
    assert not world.make(ids)
    assert world.call("DELETE", f"/reports/{ids['report_id']}").status == 404


@pytest.mark.parametrize("key", ["x", str(UUID(int=7))])
def test_what_is_no_report_is_not_found(world: World, key: str) -> None:
    answer = world.call("GET", f"/reports/{key}")
    assert (answer.status, answer.code) == (404, "REPORT_NOT_FOUND")


def test_who_may_read_reports_may_not_all_write_them(world: World) -> None:
    body = {"kind": "uptime"}
    for role, status in ((Role.VIEWER, 403), (Role.API_USER, 403), (Role.OPERATOR, 202)):
        assert world.call("POST", "/reports/generate", role=role, body=body).status == status
    assert world.call("GET", "/reports", role=Role.VIEWER).status == 200
    assert world.call("GET", "/reports", role=Role.API_USER).status == 403
