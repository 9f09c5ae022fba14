"""Links in messages, from the delivery that notify wrote to the alert that somebody is on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from netpulse import replies

from functions.alerts.handlers.http import application
from functions.alerts.handlers.services import Services
from functions.alerts.repository import PostgresReplies
from functions.alerts.service.desk import AlertDesk
from functions.alerts.service.replying import Replying
from functions.alerts.service.rules import RuleService
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState
from functions.notify.repository import PostgresDeliveries
from tests.integration.functions.alerts.callers import a_firing_alert
from tests.integration.functions.alerts.place import Place, up
from tests.support.clock import NOON
from tests.support.http import Answer, Client, FakeAccess
from tests.support.notify import a_channel, a_delivery, a_problem


def a_stranger(place: Place) -> Client:
    """Return somebody without a login."""
    desk = AlertDesk(place.work, place.recorder, place.wakeups, place.clock)
    replying = Replying(PostgresReplies(place.database).find, place.work, desk, place.clock)
    rules = RuleService(place.work, place.recorder, place.clock)
    services = Services(desk=lambda: desk, rules=lambda: rules, replying=lambda: replying)
    return Client(application(lambda: FakeAccess(None), services, clock=place.clock))


def sent(place: Place, *alert_ids: str) -> str:
    """Write a message that tells of alerts down as notify does; return its link's code."""
    code = replies.new_code()
    delivery = a_delivery(a_channel(ChannelKind.SMS), state=DeliveryState.SENT)
    news = [a_problem(UUID(each)) for each in alert_ids]
    with place.database.transaction(place.organization_id) as transaction:
        deliveries = PostgresDeliveries(transaction)
        deliveries.add(replace(delivery, created_at=place.clock.now()), news)
        deliveries.expect_reply(delivery.id, replies.hash_of(code))
    return code


def follow(place: Place, code: str, *, method: str = "GET") -> Answer:
    return a_stranger(place).call(method, f"//a/{code}")


def test_to_follow_a_link_changes_nothing_and_its_button_takes_the_alert_on(place: Place) -> None:
    code = sent(place, a_firing_alert(place))
    page = follow(place, code)
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "core-router-1" in page.text
    assert '<form method="post">' in page.text
    assert [each["state"] for each in place.alerts()] == ["firing"]
    after = follow(place, code, method="POST")
    assert "Acknowledged by +254700000001" in after.text
    assert "<form" not in after.text
    (alert,) = place.alerts()
    assert (alert["state"], alert["acknowledged_by_name"]) == ("acknowledged", "+254700000001")
    assert alert["acknowledge_note"] == "By the link in the message to +254700000001"
    assert "AlertAcknowledged" in [each.partition(".")[0] for each in place.facts()]
    # pressed twice, or by two people: it is theirs already
    assert follow(place, code, method="POST").status == 200


def test_one_link_takes_on_all_that_its_message_told_of_and_still_fires(place: Place) -> None:
    first, second = a_firing_alert(place), a_firing_alert(place, "edge-2")
    code = sent(place, first, second)
    assert "2 alerts fire" in follow(place, code).text
    device_id = next(each["device_id"] for each in place.alerts() if str(each["id"]) == first)
    assert {each["state"] for each in place.alerts()} == {"firing"}
    place.take(up(device_id, place.clock.now() + timedelta(minutes=1)))
    page = follow(place, code, method="POST")
    assert "It is over" in page.text
    states = {str(each["id"]): each["state"] for each in place.alerts()}
    assert states == {first: "resolved", second: "acknowledged"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_nobody_was_sent_leads_nowhere(place: Place, method: str) -> None:
    sent(place, a_firing_alert(place))
    for code in (replies.new_code(), "%00", "a" * 101, "' OR true --"):
        page = follow(place, code, method=method)
        assert page.status in (404, 422)
        assert "core-router-1" not in page.text
    assert [each["state"] for each in place.alerts()] == ["firing"]


def test_a_link_holds_for_a_week(place: Place) -> None:
    code = sent(place, a_firing_alert(place))
    place.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert follow(place, code).status == 200
    place.clock.advance(timedelta(seconds=1))
    assert follow(place, code, method="POST").status == 404


def test_a_link_reaches_nothing_of_another_organisation(place: Place) -> None:
    theirs = str(uuid4())
    page = follow(place, sent(place, theirs))
    assert page.status == 200
    assert "<li>" not in page.text


def test_a_code_is_kept_as_its_hash_alone(place: Place) -> None:
    code = sent(place, a_firing_alert(place))
    rows = place.sql(
        "SELECT d::text AS row FROM netpulse.deliveries d WHERE organization_id = %s",
        place.organization_id,
    )
    assert rows
    assert all(code not in each["row"] for each in rows)
    assert place.clock.now() >= NOON
