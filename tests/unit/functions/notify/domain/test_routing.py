"""Who is told of what, and when."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from netpulse.ids import DeliveryId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.domain.delivery import Reason, Told
from functions.notify.domain.news import News
from functions.notify.domain.routing import Route, route
from tests.support.notify import a_channel, a_problem, its_acknowledgement, its_recovery

EMAIL, SMS, WEBHOOK = (a_channel(kind) for kind in ChannelKind)


def told(
    channel: Channel, problem: News, *, waiting: bool = False, recipient: str | None = None
) -> Told:
    return Told(
        alert_id=problem.alert_id,
        channel_id=channel.id,
        recipient=recipient or channel.recipients[0],
        severity=problem.severity,
        delivery_id=DeliveryId(uuid4()),
        waiting=waiting,
    )


def names(found: Route) -> list[tuple[str, str]]:
    return [(out.channel.name, out.recipient) for out in found.outgoing]


def joined(found: Route) -> list[str]:
    return [channel.name for channel in found.joins]


def test_a_problem_has_its_place_in_the_groups_of_all_channels_that_want_it() -> None:
    assert joined(route(a_problem(), [EMAIL, SMS], [])) == ["email channel", "sms channel"]
    assert joined(route(a_problem(severity="warning"), [SMS], [])) == ["sms channel"]


def test_info_is_only_logged() -> None:
    everything = replace(SMS, severities=("info", "warning", "critical"))
    found = route(a_problem(severity="info"), [everything], [])
    assert (found.outgoing, found.reason) == ([], Reason.SEVERITY_INFO)


def test_channels_that_are_off_or_want_other_severities_hear_nothing() -> None:
    off, other = replace(EMAIL, enabled=False), replace(SMS, severities=("warning",))
    assert route(a_problem(), [off, other], []).reason is Reason.NO_CHANNEL


def test_a_suppressed_problem_is_told_to_nobody() -> None:
    assert route(a_problem(state="suppressed"), [SMS], []).reason is Reason.SUPPRESSED


def test_a_change_that_is_no_worse_is_not_told_again() -> None:
    problem = a_problem()
    change = replace(problem, alert_seq=2, changed=True, value=9.0)
    assert route(change, [SMS], [told(SMS, problem)]).reason is Reason.ALREADY_TOLD


def test_a_problem_that_grows_worse_is_told_again_and_leaves_its_batch() -> None:
    problem = a_problem(severity="warning")
    worse = replace(problem, alert_seq=2, severity="critical", changed=True)
    waiting = told(SMS, problem, waiting=True)
    found = route(worse, [SMS, EMAIL], [waiting, told(EMAIL, problem)])
    assert joined(found) == ["sms channel", "email channel"]
    assert [(back.told, back.reason) for back in found.taken_back] == [(waiting, Reason.GREW_WORSE)]


def test_a_change_that_overtook_the_opening_tells_of_the_problem() -> None:
    change = a_problem(alert_seq=2, changed=True)
    assert joined(route(change, [SMS], [])) == ["sms channel"]


def test_a_taken_on_problem_is_told_only_to_those_who_thought_it_less_grave() -> None:
    problem = a_problem(severity="warning")
    worse = replace(problem, alert_seq=3, severity="critical", changed=True, state="acknowledged")
    assert joined(route(worse, [SMS, EMAIL], [told(SMS, problem)])) == ["sms channel"]
    assert joined(route(worse, [SMS, EMAIL], [], {EMAIL.id: "warning"})) == ["email channel"]


def test_recovery_is_told_exactly_to_those_who_were_told_of_the_problem() -> None:
    problem = a_problem()
    found = route(its_recovery(problem), [EMAIL, SMS, WEBHOOK], [told(SMS, problem)])
    assert names(found) == [("sms channel", "+254700000001")]


def test_recovery_of_what_nobody_was_told_is_told_to_nobody() -> None:
    problem = a_problem()
    assert route(its_recovery(problem), [EMAIL, SMS], []).reason is Reason.NOBODY_WAS_TOLD


def test_a_problem_that_still_waits_in_a_batch_is_dropped_with_its_recovery() -> None:
    problem = a_problem(severity="warning")
    waiting = told(SMS, problem, waiting=True)
    found = route(its_recovery(problem), [SMS], [waiting])
    assert found.outgoing == []
    assert [(b.told, b.reason) for b in found.taken_back] == [(waiting, Reason.OVER_BEFORE_TOLD)]


def test_the_end_of_what_a_group_has_is_left_to_the_group() -> None:
    warning = a_problem(severity="warning")
    found = route(its_recovery(warning), [SMS], [told(SMS, warning)], {SMS.id: "warning"})
    assert (found.outgoing, found.reason) == ([], None)


def test_a_channel_knows_a_problem_when_all_whom_it_tells_do() -> None:
    two = a_channel(config={"to": ["amina@example.org", "baraka@example.org"]})
    problem = a_problem()
    change = replace(problem, alert_seq=2, changed=True)
    one = told(two, problem)
    assert joined(route(change, [two], [one])) == [two.name]
    other = told(two, problem, recipient="baraka@example.org")
    assert route(change, [two], [one, other]).reason is Reason.ALREADY_TOLD


def test_those_who_left_a_channel_or_whose_channel_is_off_do_not_hear_of_the_end() -> None:
    problem = a_problem()
    left = told(SMS, problem, recipient="+254700000009")
    off = replace(EMAIL, enabled=False)
    assert route(its_recovery(problem), [SMS, off], [left, told(EMAIL, problem)]).outgoing == []


def test_a_webhook_that_moved_to_another_host_hears_of_the_end() -> None:
    problem = a_problem()
    knowing = told(WEBHOOK, problem)
    moved = replace(WEBHOOK, config={"url": "https://new.example.org/in"})
    assert names(route(its_recovery(problem), [moved], [knowing])) == [
        ("webhook channel", "new.example.org")
    ]


def test_acknowledgement_is_told_to_webhooks_that_know_of_the_problem_alone() -> None:
    problem = a_problem()
    stranger = a_channel(ChannelKind.WEBHOOK, name="stranger")
    everyone = [EMAIL, SMS, WEBHOOK, stranger]
    knowing = [told(channel, problem) for channel in (EMAIL, SMS, WEBHOOK)]
    assert names(route(its_acknowledgement(problem), everyone, knowing)) == [
        ("webhook channel", "hooks.example.org")
    ]


def test_an_escalation_tells_its_channels_alone_at_once_and_though_they_know() -> None:
    problem = replace(a_problem(severity="warning"), channel_ids=(SMS.id,))
    found = route(problem, [EMAIL, SMS, WEBHOOK], [told(SMS, problem)])
    assert names(found) == [(SMS.name, SMS.recipients[0])]
    nobody = route(replace(problem, channel_ids=(uuid4(),)), [EMAIL, SMS], [])
    assert nobody.reason is None
    assert joined(nobody) == [EMAIL.name, SMS.name]
    taken = replace(problem, channel_ids=(uuid4(),), severity="info")
    assert route(taken, [EMAIL], []).reason is Reason.NO_CHANNEL
