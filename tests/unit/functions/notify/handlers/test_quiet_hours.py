from __future__ import annotations

from typing import Any

import pytest

from tests.unit.functions.notify.handlers.api import SMS, Api

NIGHTS = {"time_zone": "Africa/Nairobi", "from_time": "22:00", "to_time": "06:00"}


def test_a_channels_quiet_hours_are_set_kept_and_taken_away(api: Api) -> None:
    made = api.create({**SMS, "quiet_hours": NIGHTS})
    shown = {
        "time_zone": "Africa/Nairobi",
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "from_time": "22:00:00",
        "to_time": "06:00:00",
        "even_critical": False,
    }
    assert made["quiet_hours"] == shown
    path = f"/notification-channels/{made['id']}"
    # what a change does not mention stays
    assert api.call("PATCH", path, body={"enabled": False}).data["quiet_hours"] == shown
    weekend = {**NIGHTS, "weekdays": [5, 6], "to_time": "22:00", "even_critical": True}
    assert api.call("PATCH", path, body={"quiet_hours": weekend}).data["quiet_hours"][
        "weekdays"
    ] == [
        5,
        6,
    ]
    assert api.call("PATCH", path, body={"quiet_hours": None}).data["quiet_hours"] is None
    assert api.call("PUT", path, body={**SMS, "quiet_hours": NIGHTS}).data["quiet_hours"] == shown
    assert api.call("PUT", path, body=SMS).data["quiet_hours"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_zone": "Nairobi"}, "quiet_hours.time_zone"),
        ({"time_zone": "../etc/passwd"}, "quiet_hours.time_zone"),
        ({"weekdays": [7]}, "quiet_hours.weekdays.0"),
        ({"weekdays": []}, "quiet_hours.weekdays"),
        ({"from_time": "22:00+03:00"}, "quiet_hours"),
        ({"to_time": "25:00"}, "quiet_hours.to_time"),
        ({"to_time": "22:00"}, "quiet_hours"),
        ({"until": "06:00"}, "quiet_hours.until"),
    ],
)
def test_hours_that_make_no_sense_are_refused(api: Api, change: dict[str, Any], field: str) -> None:
    answer = api.call(
        "POST", "/notification-channels", body={**SMS, "quiet_hours": NIGHTS | change}
    )
    assert answer.status == 422
    assert [each["field"] for each in answer.json["error"]["details"]["fields"]] == [field]
