from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from netpulse.errors import InvalidError, NotFoundError
from netpulse.ids import UserId

from functions.alerts.models.alerts import AssignIn
from functions.alerts.models.calling import EscalationPolicyIn, OnCallScheduleIn
from functions.alerts.ports import NameTakenError
from functions.alerts.service.calling import ScheduleInUseError
from tests.support.clock import NOON
from tests.unit.functions.alerts.desk import AMINA, FIRST, MINUTE, PHONE, SECOND, Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_alert_is_taken_on_until_a_time_and_fires_again_then(desk: Desk) -> None:
    alert_id = desk.slow()
    desk.take_on(alert_id, until=NOON + 30 * MINUTE)
    desk.slow(29)
    assert desk.state(alert_id) == "acknowledged: acknowledged"
    desk.at(30)
    assert desk.state(alert_id) == "firing: acknowledgement_ended"
    assert desk.work.alerts.rows[alert_id].acknowledged_at is None
    with pytest.raises(InvalidError):
        desk.take_on(alert_id, until=NOON)


def test_an_alert_is_taken_on_until_it_grows_worse(desk: Desk) -> None:
    alert_id = desk.slow()
    desk.take_on(alert_id, until_worse=True)
    desk.slow(1)
    assert desk.state(alert_id) == "acknowledged: acknowledged"
    desk.slow(2, 250.0)
    assert desk.state(alert_id) == "firing: grew_worse"


def test_an_alert_is_taken_on_until_its_trouble_is_over(desk: Desk) -> None:
    alert_id = desk.slow()
    desk.take_on(alert_id)
    desk.slow(1, 250.0)
    assert desk.state(alert_id) == "acknowledged: level_changed"
    desk.slow(2, 10.0)
    assert desk.state(alert_id) == "resolved: cleared"


def test_an_alert_is_given_to_a_member_and_spoken_of(desk: Desk) -> None:
    alert_id, member = desk.slow(), UserId(uuid4())
    with pytest.raises(NotFoundError):
        desk.desk.assign(desk.organization_id, alert_id, AssignIn(user_id=member), by=AMINA)
    desk.work.alerts.members.add(member)
    given = desk.desk.assign(desk.organization_id, alert_id, AssignIn(user_id=member), by=AMINA)
    assert given.assigned_to == member
    back = desk.desk.assign(desk.organization_id, alert_id, AssignIn(user_id=None), by=AMINA)
    assert back.assigned_to is None
    desk.desk.comment(desk.organization_id, alert_id, "the fan is dusty", by=AMINA)
    (said,) = desk.desk.comments(desk.organization_id, alert_id)
    assert (said.text, said.author_name, said.at) == ("the fan is dusty", "Amina", NOON)


def test_what_nobody_takes_on_is_told_to_more_people_step_by_step_and_again(desk: Desk) -> None:
    desk.policy((5, [FIRST]), (10, [SECOND, PHONE]), repeats=1)
    desk.slow()
    desk.at(4)
    assert desk.escalated() == []
    desk.at(5)
    assert desk.escalated() == [(FIRST,)]
    desk.at(14)
    assert len(desk.escalated()) == 1
    desk.at(15)
    assert desk.escalated()[1:] == [(SECOND, PHONE)]
    for minutes in (20, 30, 60, 120):
        desk.at(minutes)
    assert desk.escalated() == [(FIRST,), (SECOND, PHONE)] * 2
    assert desk.work.policies.steps == {}


def test_an_escalation_ends_when_somebody_takes_the_alert_on_and_begins_anew_after_that(
    desk: Desk,
) -> None:
    desk.policy((5, [FIRST]))
    alert_id = desk.slow()
    desk.take_on(alert_id, until=NOON + 10 * MINUTE)
    desk.slow(9)
    assert desk.escalated() == []
    desk.at(10)
    desk.at(14)
    assert desk.escalated() == []
    desk.at(15)
    assert desk.escalated() == [(FIRST,)]


def test_an_escalation_ends_with_its_alert(desk: Desk) -> None:
    desk.policy((5, [FIRST]))
    desk.slow()
    desk.slow(2, 10.0)
    desk.at(20)
    assert desk.escalated() == []
    assert desk.work.timers.rows == {}


def test_an_alert_escalates_by_the_first_policy_that_matches(desk: Desk) -> None:
    only = [{"name": "severity", "value": "critical"}]
    desk.policy((1, [FIRST]), name="grave", matchers=only, priority=1)
    desk.policy((1, [SECOND]), name="all", priority=2)
    desk.slow()
    desk.at(1)
    assert desk.escalated() == [(SECOND,)]


def a_schedule(**given: Any) -> OnCallScheduleIn:
    member = {"name": "Amina", "channel_ids": [PHONE]}
    layer = {"members": [member], "starts_at": datetime(2026, 1, 5, 9)}  # noqa: DTZ001
    body = {"name": "NOC", "time_zone": "Africa/Nairobi", "layers": [layer]}
    return OnCallScheduleIn.model_validate({**body, **given})


def test_a_step_may_ask_whoever_is_on_call_then(desk: Desk) -> None:
    schedule = desk.calling.save_schedule(desk.organization_id, None, a_schedule())
    step = {"after_seconds": 60, "schedule_ids": [schedule.id], "channel_ids": [FIRST]}
    body = EscalationPolicyIn.model_validate({"name": "call", "steps": [step]})
    desk.calling.save_policy(desk.organization_id, None, body)
    desk.slow()
    desk.at(1)
    assert desk.escalated() == [(FIRST, PHONE)]
    with pytest.raises(ScheduleInUseError):
        desk.calling.remove_schedule(desk.organization_id, schedule.id)
    told = desk.calling.on_call(desk.organization_id, schedule.id, at=None, days=1)
    assert told.on_call is not None
    assert told.on_call.name == "Amina"
    with pytest.raises(NameTakenError):
        desk.calling.save_schedule(desk.organization_id, None, a_schedule())


def test_a_schedule_with_a_hole_is_refused_unless_it_is_meant(desk: Desk) -> None:
    layers = [
        {
            "members": [{"name": "Amina", "channel_ids": [PHONE]}],
            "starts_at": datetime(2026, 1, 5, 9),  # noqa: DTZ001
            "from_time": "08:00",
            "to_time": "18:00",
        }
    ]
    with pytest.raises(InvalidError) as refused:
        desk.calling.save_schedule(desk.organization_id, None, a_schedule(layers=layers))
    (field,) = refused.value.details["fields"]
    assert "Nobody is on call from" in field["message"]
    meant = a_schedule(layers=layers, allow_holes=True)
    assert desk.calling.save_schedule(desk.organization_id, None, meant).name == "NOC"


def test_channels_and_schedules_that_are_not_there_are_refused(desk: Desk) -> None:
    with pytest.raises(InvalidError):
        desk.policy((1, [uuid4()]))
    step = {"after_seconds": 1, "schedule_ids": [uuid4()]}
    body = EscalationPolicyIn.model_validate({"name": "x", "steps": [step]})
    with pytest.raises(InvalidError):
        desk.calling.save_policy(desk.organization_id, None, body)
