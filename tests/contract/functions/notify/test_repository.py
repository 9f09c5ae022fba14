"""One suite for notify's repositories, over memory and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import AlertId, DeliveryId, ReportId

from functions.notify.domain.brake import MOST_A_MINUTE
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose, Reason
from functions.notify.domain.gathered import Gathered
from functions.notify.domain.grouping import Grouping
from functions.notify.domain.news import Event, News
from functions.notify.domain.quiet_hours import QuietHours
from functions.notify.ports import ChannelExistsError, DeliveryFilter, NotifyWork
from tests.support.clock import NOON
from tests.support.notify import a_channel, a_delivery, a_notice, a_problem, its_recovery

Open = Callable[[], AbstractContextManager[NotifyWork]]
SECOND = timedelta(seconds=1)


def queued(work: Open, news: list[News] | None = None, **changes: Any) -> Delivery:
    channel = changes.pop("channel", None) or a_channel(ChannelKind.SMS)
    delivery = a_delivery(channel, purpose=Purpose.PROBLEM, **changes)
    with work() as w:
        w.deliveries.add(delivery, news or [a_problem()])
    return delivery


def found(work: Open, delivery: Delivery) -> Delivery:
    with work() as w:
        return w.deliveries.get(delivery.id)


def test_a_channel_comes_back_as_it_was_saved(work: Open) -> None:
    channels = [a_channel(kind) for kind in ChannelKind]
    with work() as w:
        for channel in channels:
            w.channels.save(channel)
    changed = replace(channels[0], name="other", enabled=False, updated_at=NOON + SECOND)
    with work() as w:
        w.channels.save(changed)
    with work() as w:
        assert w.channels.get(changed.id) == changed
        assert {c.name for c in w.channels.all()} == {"other", "sms channel", "webhook channel"}
        assert w.channels.page(page=2, per_page=2, kind=None) == ([channels[2]], 3)
        assert w.channels.page(page=1, per_page=2, kind=ChannelKind.SMS) == ([channels[1]], 1)
        w.channels.remove(changed.id)
    with work() as w, pytest.raises(NotFoundError) as caught:
        w.channels.get(changed.id)
    assert caught.value.code == "NOTIFICATION_CHANNEL_NOT_FOUND"


def test_two_channels_of_one_name_are_refused(work: Open) -> None:
    with work() as w:
        w.channels.save(a_channel(ChannelKind.SMS, name="ops"))
    with pytest.raises(ChannelExistsError), work() as w:
        w.channels.save(a_channel(ChannelKind.EMAIL, name="ops"))


def test_only_newer_transitions_are_news(work: Open) -> None:
    one, other = a_problem(), a_problem()
    with work() as w:
        assert w.deliveries.heard([one, other], now=NOON) == {one.alert_id, other.alert_id}
        assert w.deliveries.heard([one], now=NOON) == set()
        late = replace(one, alert_seq=3)
        assert w.deliveries.heard([late, other], now=NOON) == {one.alert_id}
        assert w.deliveries.heard([its_recovery(one, seq=2)], now=NOON) == set()


def test_a_delivery_comes_back_with_the_alerts_it_tells_of(work: Open) -> None:
    news = [a_problem(metric="cpu_usage", value=97.5, entity="cpu:1"), a_problem()]
    delivery = queued(work, news)
    ids = tuple(sorted(one.alert_id for one in news))
    assert found(work, delivery) == replace(delivery, alert_ids=ids)
    with work() as w:
        items = w.deliveries.items(delivery.id)
        assert sorted((i.news for i in items), key=lambda n: n.alert_id) == sorted(
            news, key=lambda n: n.alert_id
        )
        assert not any(item.alert_over for item in items)
        w.deliveries.heard([its_recovery(news[0])], now=NOON)
        over = {i.news.alert_id: i.alert_over for i in w.deliveries.items(delivery.id)}
    assert over == {news[0].alert_id: True, news[1].alert_id: False}


def test_an_unknown_delivery_is_not_found(work: Open) -> None:
    with work() as w, pytest.raises(NotFoundError) as caught:
        w.deliveries.get(DeliveryId(uuid4()))
    assert caught.value.code == "NOTIFICATION_NOT_FOUND"


def test_a_delivery_is_claimed_once_and_only_when_due(work: Open) -> None:
    delivery = queued(work, due_at=NOON + 10 * SECOND)
    with work() as w:
        assert w.deliveries.claim(delivery.id, now=NOON) is None
        # clocks differ by a second or two
        claimed = w.deliveries.claim(delivery.id, now=NOON + 9 * SECOND)
        assert claimed is not None
        assert (claimed.state, claimed.attempts) == (DeliveryState.SENDING, 1)
        assert w.deliveries.claim(delivery.id, now=NOON + 9 * SECOND) is None
        again = w.deliveries.claim(delivery.id, now=NOON + timedelta(minutes=3))
        assert again is not None
        assert again.attempts == 2
        assert not w.deliveries.save(replace(claimed, state=DeliveryState.SENT), attempt=1)
        assert w.deliveries.save(replace(again, state=DeliveryState.SENT, sent_at=NOON), attempt=2)
        assert w.deliveries.claim(delivery.id, now=NOON + timedelta(days=1)) is None


def test_how_an_attempt_ended_is_kept(work: Open) -> None:
    delivery = queued(work)
    with work() as w:
        claimed = w.deliveries.claim(delivery.id, now=NOON)
        assert claimed is not None
        ended = replace(
            claimed,
            state=DeliveryState.FAILED,
            due_at=NOON + SECOND,
            last_error="busy",
            provider_message_id="p-1",
            cost="KES 0.8",
            subject="S",
            body="B",
            updated_at=NOON + SECOND,
        )
        assert w.deliveries.save(ended, attempt=1)
    assert replace(found(work, delivery), alert_ids=()) == ended


def test_news_gathers_in_one_collecting_delivery_a_recipient(work: Open) -> None:
    channel = a_channel(ChannelKind.SMS)
    first, second, third = (
        a_delivery(channel, purpose=Purpose.BATCH, collecting=True, due_at=NOON + 30 * SECOND)
        for _ in range(3)
    )
    with work() as w:
        assert w.deliveries.collect(first, [a_problem()]) == first.id
        assert w.deliveries.collect(second, [a_problem()]) == first.id
        assert len(w.deliveries.items(first.id)) == 2
        other = replace(second, recipient="+254700000002")
        assert w.deliveries.collect(other, [a_problem()]) == second.id
        assert w.deliveries.claim(first.id, now=NOON + 30 * SECOND)
        assert w.deliveries.collect(third, [a_problem()]) == third.id


def test_who_was_told_leaves_out_dead_dropped_and_taken_back(work: Open) -> None:
    problem = a_problem()
    states = [
        DeliveryState.SENT,
        DeliveryState.QUEUED,
        DeliveryState.FAILED,
        DeliveryState.DEAD,
        DeliveryState.DROPPED,
        DeliveryState.LOGGED,
    ]
    channels = {state: a_channel(ChannelKind.SMS) for state in states}
    for state, channel in channels.items():
        queued(work, [problem], channel=channel, state=state)
    with work() as w:
        w.deliveries.add(a_delivery(a_channel(ChannelKind.SMS)), [its_recovery(problem)])
        told = w.deliveries.told([problem.alert_id])
        assert {t.channel_id for t in told} == {
            channels[state].id
            for state in (DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.FAILED)
        }
        assert {(t.severity, t.waiting) for t in told} == {("critical", False)}


def test_a_message_with_nothing_left_to_tell_is_dropped(work: Open) -> None:
    channel = a_channel(ChannelKind.SMS)
    batch = a_delivery(channel, purpose=Purpose.BATCH, collecting=True)
    one, other = a_problem(severity="warning"), a_problem(severity="warning")
    with work() as w:
        w.deliveries.collect(batch, [one, other])
        for told in w.deliveries.told([one.alert_id]):
            assert told.waiting
            w.deliveries.take_back(told, reason=Reason.OVER_BEFORE_TOLD, now=NOON)
        assert w.deliveries.get(batch.id).state is DeliveryState.QUEUED
        assert [t.alert_id for t in w.deliveries.told([one.alert_id, other.alert_id])] == [
            other.alert_id
        ]
        [last] = w.deliveries.told([other.alert_id])
        w.deliveries.take_back(last, reason=Reason.OVER_BEFORE_TOLD, now=NOON)
        dropped = w.deliveries.get(batch.id)
        assert (dropped.state, dropped.reason) == (DeliveryState.DROPPED, Reason.OVER_BEFORE_TOLD)
        assert not dropped.collecting


def test_deliveries_are_listed_newest_first_and_filtered(work: Open) -> None:
    channel, problem = a_channel(ChannelKind.SMS), a_problem()
    old = queued(work, [problem], channel=channel)
    new = queued(work, state=DeliveryState.DEAD, created_at=NOON + SECOND)

    def listed(**wanted: Any) -> list[DeliveryId]:
        with work() as w:
            page, total = w.deliveries.page(DeliveryFilter(**wanted), page=1, per_page=10)
        assert total == len(page)
        return [d.id for d in page]

    assert listed() == [new.id, old.id]
    assert listed(state="dead") == [new.id]
    assert listed(channel_id=channel.id) == [old.id]
    assert listed(alert_id=AlertId(problem.alert_id)) == [old.id]
    assert listed(alert_id=AlertId(uuid4())) == []
    with work() as w:
        assert [d.id for d in w.deliveries.page(DeliveryFilter(), page=2, per_page=1)[0]] == [
            old.id
        ]


def test_only_what_failed_is_queued_again(work: Open) -> None:
    dead, sent = (
        queued(work, state=DeliveryState.DEAD, attempts=9),
        queued(work, state=DeliveryState.SENT),
    )
    later = NOON + timedelta(days=2)
    with work() as w:
        assert w.deliveries.again(dead.id, now=NOON, gives_up_at=later)
        assert not w.deliveries.again(sent.id, now=NOON, gives_up_at=later)
    queued_anew = found(work, dead)
    assert (queued_anew.state, queued_anew.attempts, queued_anew.forced) == (
        DeliveryState.QUEUED,
        0,
        True,
    )
    assert (queued_anew.due_at, queued_anew.gives_up_at) == (NOON, later)


def test_what_a_deleted_channel_had_not_sent_is_dropped(work: Open) -> None:
    channel = a_channel(ChannelKind.SMS)
    waiting = queued(work, channel=channel, state=DeliveryState.FAILED)
    sent = queued(work, channel=channel, state=DeliveryState.SENT)
    with work() as w:
        dropped = w.deliveries.drop_open_of(channel.id, reason=Reason.CHANNEL_DELETED, now=NOON)
        assert dropped == 1
    assert found(work, waiting).state is DeliveryState.DROPPED
    assert found(work, sent).state is DeliveryState.SENT


def test_what_is_due_or_was_lost_is_found(work: Open) -> None:
    due = queued(work)
    queued(work, due_at=NOON + timedelta(minutes=10))
    queued(work, state=DeliveryState.SENT)
    lost = queued(work, state=DeliveryState.SENDING, claimed_at=NOON - timedelta(minutes=3))
    queued(work, state=DeliveryState.SENDING, claimed_at=NOON)
    with work() as w:
        assert {one for _, one in w.deliveries.due(now=NOON, limit=10)} == {due.id, lost.id}
        assert len(w.deliveries.due(now=NOON, limit=1)) == 1


def test_what_was_over_long_ago_is_forgotten(work: Open) -> None:
    old, waiting, new = (
        queued(work, state=DeliveryState.SENT),
        queued(work),
        queued(work, state=DeliveryState.SENT, created_at=NOON + 2 * SECOND),
    )
    lasting = a_problem()
    told = queued(work, [lasting], state=DeliveryState.SENT)
    with work() as w:
        w.deliveries.heard([lasting], now=NOON + 2 * SECOND)
        assert w.deliveries.forget_before(NOON + SECOND, limit=10) == 1
        left, _ = w.deliveries.page(DeliveryFilter(), page=1, per_page=10)
        assert {one.id for one in left} == {waiting.id, new.id, told.id}
        assert w.deliveries.items(old.id) == []


def a_report_mail(recipient: str, report_id: UUID, **changes: Any) -> Delivery:
    return a_delivery(
        a_channel(),
        channel_id=None,
        channel_name="",
        recipient=recipient,
        purpose=Purpose.REPORT,
        report=a_notice(report_id=report_id),
        **changes,
    )


def test_a_report_is_brought_to_each_recipient_once_and_read_as_it_was_written(
    work: Open,
) -> None:
    report_id = uuid4()
    first = a_report_mail("amina@example.org", report_id)
    with work() as w:
        assert w.deliveries.bring(first)
        assert not w.deliveries.bring(a_report_mail("Amina@example.org", report_id))
        assert w.deliveries.bring(a_report_mail("baraka@example.org", report_id))
        assert w.deliveries.bring(a_report_mail("amina@example.org", uuid4()))
    assert found(work, first) == first
    with work() as w:
        wanted = DeliveryFilter(report_id=ReportId(report_id))
        listed, total = w.deliveries.page(wanted, page=1, per_page=10)
        assert (total, {each.report_id for each in listed}) == (2, {report_id})
        claimed = w.deliveries.claim(first.id, now=NOON)
        assert claimed is not None
        assert claimed.report == first.report


def test_a_channels_grouping_comes_back_as_it_was_saved(work: Open) -> None:
    grouping = Grouping(
        group_by=("site", "..."),
        group_wait=timedelta(),
        group_interval=SECOND,
        repeat_interval=timedelta(days=1),
    )
    channel = a_channel(ChannelKind.SMS, grouping=grouping, critical_at_once=False)
    with work() as w:
        w.channels.save(channel)
        assert w.channels.get(channel.id) == channel


def a_group(work: Open, *names: str) -> tuple[Gathered, list[News]]:
    channel = a_channel(ChannelKind.SMS)
    news = [a_problem(severity="warning", device_name=name) for name in names]
    group = Gathered.of(channel, news[0])
    with work() as w:
        w.channels.save(channel)
        for one in news:
            group.join(one, channel, now=NOON)
        w.groups.write([group], now=NOON)
    return group, news


def test_a_channels_quiet_hours_come_back_as_they_were_saved(work: Open) -> None:
    hours = QuietHours(
        time_zone="Africa/Nairobi",
        weekdays=frozenset({4, 5}),
        from_time=time(22, 30),
        to_time=time(6),
        even_critical=True,
    )
    channel = a_channel(quiet_hours=hours)
    with work() as w:
        w.channels.save(channel)
    with work() as w:
        assert w.channels.get(channel.id) == channel
        w.channels.save(replace(channel, quiet_hours=None))
    with work() as w:
        assert w.channels.get(channel.id).quiet_hours is None


def test_a_group_is_found_by_its_labels_and_by_its_alerts(work: Open) -> None:
    group, news = a_group(work, "a", "b")
    with work() as w:
        assert w.groups.find([group.key], []) == [group]
        assert w.groups.find([], [news[1].alert_id]) == [group]
        assert w.groups.find([replace(group.key, at_once=True)], [uuid4()]) == []
        assert w.groups.find([], []) == []


def test_a_group_is_written_as_it_becomes(work: Open) -> None:
    group, news = a_group(work, "a", "b")
    channel = a_channel(ChannelKind.SMS)
    with work() as w:
        [found] = w.groups.find([group.key], [])
        found.hear(its_recovery(news[0]), channel, now=NOON + SECOND)
        found.speak(channel, now=NOON + 30 * SECOND)
        w.groups.write([found], now=NOON + 30 * SECOND)
    with work() as w:
        [again] = w.groups.find([group.key], [])
        assert again == found
        assert list(again.news) == [str(news[1].alert_id)]
        assert again.group.logged is not None


def test_groups_that_are_due_are_found_and_empty_ones_forgotten(work: Open) -> None:
    group, news = a_group(work, "a")
    due = NOON + 30 * SECOND
    with work() as w:
        assert w.groups.due(due - SECOND) == []
        assert w.groups.due(due) == [group]
        assert len(w.groups.waiting(now=due)) == 1
        assert w.groups.forget_idle(due, limit=9) == 0
        [found] = w.groups.due(due)
        found.leave(news[0].alert_id)
        w.groups.write([found], now=due)
        assert w.groups.due(due) == []
        assert w.groups.forget_idle(due, limit=9) == 0
        assert w.groups.forget_idle(due + SECOND, limit=9) == 1
        assert w.groups.find([group.key], []) == []


def test_how_many_messages_a_minute_is_ours_to_say_until_somebody_does(work: Open) -> None:
    with work() as w:
        assert w.settings.most_a_minute() == MOST_A_MINUTE
        w.settings.limit_to(7, at=NOON)
        w.settings.limit_to(8, at=NOON)
        assert w.settings.most_a_minute() == 8


def test_messages_of_the_last_minute_are_counted_by_person(work: Open) -> None:
    webhook = a_channel(ChannelKind.WEBHOOK)
    mail = a_channel(ChannelKind.EMAIL, config={"to": ["Amina@example.org"]})
    other = a_channel(ChannelKind.EMAIL, name="other")
    for channel in (webhook, mail, other):
        queued(work, channel=channel)
    queued(work, channel=mail, created_at=NOON - 60 * SECOND)
    queued(work, channel=mail, state=DeliveryState.DROPPED)
    with work() as w:
        w.deliveries.add(a_delivery(mail, purpose=Purpose.TEST), [])
        w.deliveries.lock()
        assert w.deliveries.sent_since(NOON - 60 * SECOND) == {
            str(webhook.id): 1,
            "amina@example.org": 2,
        }


def test_what_goes_on_is_told_as_often_as_its_group_speaks(work: Open) -> None:
    ongoing = a_problem(event=Event.ONGOING)
    channel = a_channel(ChannelKind.SMS)
    labels = {"site": "x"}
    for _ in range(2):
        delivery = queued(work, [ongoing], channel=channel, group_labels=labels, unlisted=3)
    found_again = found(work, delivery)
    assert (found_again.group_labels, found_again.unlisted) == (labels, 3)
    with work() as w:
        assert {t.channel_id for t in w.deliveries.told([ongoing.alert_id])} == {channel.id}
        assert all(t.pending for t in w.deliveries.told([ongoing.alert_id]))


def sent_of(work: Open, news: News, **changes: Any) -> Delivery:
    """Return a message that tells of an alert, as its provider took it."""
    delivery = queued(work, [news], **changes)
    ended(work, delivery)
    return delivery


def ended(work: Open, delivery: Delivery, state: DeliveryState = DeliveryState.SENT) -> None:
    with work() as w:
        begun = w.deliveries.claim(delivery.id, now=delivery.due_at)
        assert begun is not None
        assert w.deliveries.save(replace(begun, state=state), attempt=begun.attempts)


def knowing(work: Open, news: News) -> set[tuple[DeliveryId, bool]]:
    with work() as w:
        return {(t.delivery_id, t.pending) for t in w.deliveries.told([news.alert_id])}


def test_who_knows_is_read_from_as_many_rows_however_often_they_were_told(work: Open) -> None:
    channel, problem = a_channel(ChannelKind.SMS), a_problem()
    ongoing = replace(problem, event=Event.ONGOING)
    first = sent_of(work, problem, channel=channel)
    for _ in range(5):
        sent_of(work, ongoing, channel=channel)
    assert knowing(work, problem) == {(first.id, False)}
    # one that has not got through yet: nothing is repeated until then
    waiting = queued(work, [ongoing], channel=channel)
    assert knowing(work, problem) == {(first.id, False), (waiting.id, True)}
    ended(work, waiting, DeliveryState.DEAD)
    assert knowing(work, problem) == {(first.id, False)}
    # somebody else is told of it for the first time by what is repeated
    other = sent_of(work, ongoing, channel=a_channel(ChannelKind.SMS))
    assert knowing(work, problem) == {(first.id, False), (other.id, False)}
    # the first word of how grave it is now
    graver = sent_of(work, replace(ongoing, severity="warning"), channel=channel)
    assert (graver.id, False) in knowing(work, problem)


def test_whoever_is_told_at_last_when_somebody_sends_it_again_knows(work: Open) -> None:
    ongoing = a_problem(event=Event.ONGOING)
    lost = queued(work, [ongoing])
    ended(work, lost, DeliveryState.DEAD)
    assert knowing(work, ongoing) == set()
    with work() as w:
        assert w.deliveries.again(lost.id, now=NOON, gives_up_at=NOON + timedelta(days=1))
    assert knowing(work, ongoing) == {(lost.id, True)}
    ended(work, lost)
    assert knowing(work, ongoing) == {(lost.id, False)}


def test_what_an_alert_that_lasts_was_repeated_by_is_forgotten_in_time(work: Open) -> None:
    lasting, channel = a_problem(), a_channel(ChannelKind.SMS)
    first = sent_of(work, lasting, channel=channel)
    for _ in range(3):
        sent_of(work, replace(lasting, event=Event.ONGOING), channel=channel)
    with work() as w:
        w.deliveries.heard([lasting], now=NOON)
        assert w.deliveries.forget_before(NOON + SECOND, limit=10) == 3
    assert knowing(work, lasting) == {(first.id, False)}
