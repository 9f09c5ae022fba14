from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from netpulse.errors import ConflictError, InvalidError, NotFoundError
from netpulse.ids import UserId

from functions.alerts.models.alerts import AcknowledgeIn, AssignIn
from tests.support.clock import NOON
from tests.unit.functions.alerts.desk import AMINA, FIRST, MINUTE, Desk
from tests.unit.functions.alerts.domain.builders import down, up

if TYPE_CHECKING:
    from netpulse.ids import IncidentId

    from functions.alerts.domain.device import Device


class Outage(Desk):
    """A core with two switches behind it, all down."""

    def __init__(self, *, begins: bool = True) -> None:
        super().__init__()
        self.left, self.right = (
            self.device(name, parents=[self.core.id]) for name in ("left", "right")
        )
        self.take(*(up(each, NOON) for each in self.all))
        if begins:
            self.at(1)
            self.take(*(down(each, self.clock.now()) for each in self.all))

    @property
    def all(self) -> tuple[Device, ...]:
        return self.core, self.left, self.right

    @property
    def incident_id(self) -> IncidentId:
        return next(iter(self.work.incidents.rows))

    def story(self, device: Device) -> str:
        (found,) = (
            each for each in self.work.alerts.rows.values() if each.subject.device_id == device.id
        )
        who = f" by {found.acknowledged_by_name}" if found.acknowledged_at else ""
        return f"{found.state.value}: {found.reason.value}{who}"

    def stories(self) -> list[str]:
        return [self.story(each) for each in self.all]

    def go(self, minutes: float, *results: Any) -> None:
        self.at(minutes)
        self.take(*results)

    def acknowledge(self, **given: Any) -> Any:
        body = AcknowledgeIn(**given)
        return self.incidents.acknowledge(self.organization_id, self.incident_id, body, by=AMINA)

    def kinds(self) -> list[str]:
        return [each.kind for each in self.work.incidents.entries]


@pytest.fixture
def outage() -> Outage:
    return Outage()


def test_taking_an_incident_on_takes_on_its_root_and_what_is_folded_into_it(outage: Outage) -> None:
    outage.policy((5, [FIRST]))
    view = outage.acknowledge(note="on my way")
    assert (view.acknowledged, view.acknowledge_note) == (True, "on my way")
    assert outage.stories() == [
        "acknowledged: acknowledged by Amina",
        "suppressed: parent_down by Amina",
        "suppressed: parent_down by Amina",
    ]
    outage.at(30)
    assert outage.escalated() == []
    assert outage.kinds()[-1] == "acknowledged"
    steps = [each[-1] for each in outage.work.alerts.steps.values()]
    assert {(step.reason.value, step.note) for step in steps} == {("acknowledged", "on my way")}
    # nobody was told of what is folded: nobody hears that it is somebody's
    assert outage.facts().count("AlertAcknowledged") == 1
    assert "AlertChanged" not in outage.facts()


def test_an_escalation_that_runs_ends_as_the_incident_is_taken_on() -> None:
    outage = Outage(begins=False)
    outage.policy((5, [FIRST]), (5, [FIRST]))
    outage.go(1, *(down(each, NOON + MINUTE) for each in outage.all))
    outage.at(6)
    assert outage.escalated() == [(FIRST,)]
    outage.acknowledge()
    outage.at(60)
    assert outage.escalated() == [(FIRST,)]


def test_what_is_still_down_when_the_root_returns_is_theirs_who_took_the_incident_on(
    outage: Outage,
) -> None:
    outage.acknowledge()
    at = NOON + 3 * MINUTE
    outage.go(3, up(outage.core, at), up(outage.right, at), down(outage.left, at))
    outage.go(5, down(outage.left, NOON + 5 * MINUTE))
    assert outage.story(outage.left) == "acknowledged: parent_returned by Amina"
    assert outage.facts().count("AlertOpened") == 1
    # nobody was told that it was down: nobody hears that it is back
    outage.go(6, up(outage.left, NOON + 6 * MINUTE))
    assert outage.facts().count("AlertResolved") == 1


def test_what_is_folded_later_is_theirs_too_and_what_fires_by_itself_is_told(
    outage: Outage,
) -> None:
    late = outage.device("late", parents=[outage.core.id])
    outage.take(up(late, NOON))
    outage.acknowledge(until_worse=True)
    outage.go(2, down(late, NOON + 2 * MINUTE))
    assert outage.story(late).startswith("suppressed: parent_down by")
    before = outage.facts().count("AlertOpened")
    other = outage.device("beside", parents=[])
    outage.go(3, up(other, NOON), down(other, NOON + 3 * MINUTE))
    assert outage.facts().count("AlertOpened") == before + 1
    assert outage.story(other) == "firing: breached"


def test_an_incident_is_taken_on_until_a_time(outage: Outage) -> None:
    outage.acknowledge(until=NOON + 10 * MINUTE)
    outage.at(10)
    assert outage.stories() == [
        "firing: acknowledgement_ended",
        "suppressed: parent_down",
        "suppressed: parent_down",
    ]
    shown = outage.work.incidents.get(outage.incident_id).incident
    assert not shown.is_acknowledged(outage.clock.now())
    with pytest.raises(InvalidError):
        outage.acknowledge(until=NOON)


def test_an_incident_whose_root_hangs_on_another_one_is_nobodys_again() -> None:
    outage = Outage(begins=False)
    outage.go(1, down(outage.left, NOON + MINUTE))
    outage.go(3)
    outage.acknowledge()
    outage.go(4, down(outage.core, NOON + 4 * MINUTE, since=NOON + 2 * MINUTE))
    incident = outage.work.incidents.get(outage.incident_id).incident
    assert incident.root_device_id == outage.core.id
    assert not incident.is_acknowledged(outage.clock.now())
    # its new root is told like any other trouble, the old one stays theirs
    assert outage.story(outage.core) == "firing: breached"
    assert outage.story(outage.left) == "acknowledged: acknowledged by Amina"


def test_an_incident_is_given_back_and_its_alerts_fire_again(outage: Outage) -> None:
    outage.policy((5, [FIRST]))
    outage.acknowledge()
    outage.at(10)
    view = outage.incidents.unacknowledge(outage.organization_id, outage.incident_id, by=AMINA)
    assert not view.acknowledged
    assert outage.stories() == [
        "firing: unacknowledged",
        "suppressed: parent_down",
        "suppressed: parent_down",
    ]
    with pytest.raises(ConflictError):
        outage.incidents.unacknowledge(outage.organization_id, outage.incident_id, by=AMINA)
    outage.at(15)
    assert outage.escalated() == [(FIRST,)]


def test_an_incident_is_given_to_a_member_with_its_alerts_and_spoken_of(outage: Outage) -> None:
    member, where = UserId(uuid4()), (outage.organization_id, outage.incident_id)
    with pytest.raises(NotFoundError):
        outage.incidents.assign(*where, AssignIn(user_id=member), by=AMINA)
    outage.work.alerts.members.add(member)
    given = outage.incidents.assign(*where, AssignIn(user_id=member, note="yours"), by=AMINA)
    assert given.assigned_to == member
    assert {each.assigned_to for each in outage.work.alerts.rows.values()} == {member}
    assert outage.incidents.assign(*where, AssignIn(user_id=None), by=AMINA).assigned_to is None
    said = outage.incidents.comment(*where, "a digger", by=AMINA)
    assert outage.incidents.comments(*where) == [said]
    assert (said.text, said.author_name) == ("a digger", "Amina")


def test_an_incident_that_is_declared_over_stays_quiet_until_its_devices_were_back(
    outage: Outage,
) -> None:
    where = outage.organization_id, outage.incident_id
    view = outage.incidents.resolve(*where, by=AMINA, note="known")
    assert (view.state, view.reason, view.affected) == ("resolved", "resolved_by_hand", 0)
    assert outage.stories() == ["resolved: resolved_by_hand"] * 3
    outage.go(3, *(down(each, NOON + 3 * MINUTE) for each in outage.all))
    assert outage.stories() == ["resolved: resolved_by_hand"] * 3
    for done in (outage.acknowledge, lambda: outage.incidents.resolve(*where, by=AMINA, note="")):
        with pytest.raises(ConflictError):
            done()
    outage.go(4, *(up(each, NOON + 4 * MINUTE) for each in outage.all))
    outage.go(5, down(outage.core, NOON + 5 * MINUTE))
    assert outage.facts().count("AlertOpened") == 2
    assert len(outage.work.incidents.rows) == 2


def test_an_incidents_most_pressing_promise_is_shown_with_it(outage: Outage) -> None:
    shown = outage.service_levels.of_incident(outage.organization_id, outage.incident_id)
    assert shown.alert_id is None
    promised = Outage(begins=False)
    promised.level()
    promised.go(1, *(down(each, NOON + MINUTE) for each in promised.all))
    promised.at(11)
    shown = promised.service_levels.of_incident(promised.organization_id, promised.incident_id)
    assert (shown.name, shown.respond_percent, shown.restore_percent) == ("Gold", 50.0, 16.7)
    promised.acknowledge()
    shown = promised.service_levels.of_incident(promised.organization_id, promised.incident_id)
    assert shown.responded_at == NOON + 11 * MINUTE
