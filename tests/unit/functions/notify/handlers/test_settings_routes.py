"""Grouping and the storm brake over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from netpulse.permissions import Role

from tests.unit.functions.notify.handlers.api import SMS, Api, fields

DEFAULTS = {
    "group_by": ["alertname"],
    "group_wait_seconds": 30,
    "group_interval_seconds": 300,
    "repeat_interval_seconds": 14400,
}


def test_a_channel_groups_as_alertmanager_does_unless_it_is_told_otherwise(api: Api) -> None:
    made = api.create(SMS)
    assert (made["grouping"], made["critical_at_once"]) == (DEFAULTS, True)
    path = f"/notification-channels/{made['id']}"
    own = {**DEFAULTS, "group_by": ["site", "tags"], "group_wait_seconds": 0}
    changed = api.call("PATCH", path, body={"grouping": own, "critical_at_once": False}).data
    assert (changed["grouping"], changed["critical_at_once"]) == (own, False)
    assert api.call("PATCH", path, body={"enabled": False}).data["grouping"] == own
    assert api.call("PUT", path, body=SMS).data["grouping"] == DEFAULTS
    replaced = api.call("PUT", path, body={**SMS, "grouping": {"group_by": ["..."]}})
    assert replaced.data["grouping"] == {**DEFAULTS, "group_by": ["..."]}


@pytest.mark.parametrize(
    ("grouping", "field"),
    [
        ({"group_interval_seconds": 0}, "grouping.group_interval_seconds"),
        ({"repeat_interval_seconds": 0}, "grouping.repeat_interval_seconds"),
        ({"group_wait_seconds": -1}, "grouping.group_wait_seconds"),
        ({"group_by": ["a b"]}, "grouping.group_by.0"),
        ({"group_by": ["a"] * 21}, "grouping.group_by"),
        ({"group_wait": 3}, "grouping.group_wait"),
    ],
)
def test_what_cannot_be_a_grouping_is_refused(
    api: Api, grouping: dict[str, Any], field: str
) -> None:
    answer = api.call("POST", "/notification-channels", body={**SMS, "grouping": grouping})
    assert (answer.status, fields(answer)) == (422, {field: "INVALID_INPUT"})


def test_an_organisation_says_how_many_messages_a_minute_are_enough(api: Api) -> None:
    assert api.call("GET", "/notification-settings").data == {"most_a_minute": 10}
    answer = api.call("PUT", "/notification-settings", body={"most_a_minute": 3})
    assert (answer.status, answer.data) == (200, {"most_a_minute": 3})
    assert api.call("GET", "/notification-settings").data == {"most_a_minute": 3}
    for wrong in (0, 1001, None):
        refused = api.call("PUT", "/notification-settings", body={"most_a_minute": wrong})
        assert refused.status == 422
    forbidden = api.call(
        "PUT", "/notification-settings", body={"most_a_minute": 3}, role=Role.VIEWER
    )
    assert forbidden.status == 403
