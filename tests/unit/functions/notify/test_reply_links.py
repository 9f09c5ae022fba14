"""The link by which whoever is woken takes on what a message tells of."""

from __future__ import annotations

import re
from datetime import timedelta

from netpulse import replies

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import DeliveryState
from functions.notify.domain.message import DeliveryError
from functions.notify.domain.sms import segments_of
from tests.support.notify import a_channel, a_problem, its_acknowledgement, its_recovery
from tests.unit.functions.notify.world import World

LINK = re.compile(r"https://netpulse\.example\.org/a/([0-9A-Za-z]{12})")


def the_code(text: str) -> str:
    found = LINK.search(text)
    assert found, text
    return found[1]


def test_a_problem_brings_a_link_of_which_only_the_hash_is_kept() -> None:
    world = World().with_channels(a_channel(ChannelKind.SMS))
    world.tell(a_problem())
    world.work_off()
    code = the_code(world.sender.sent[0].body)
    assert segments_of(world.sender.sent[0].body) == 1
    (delivery,) = world.work.deliveries.rows.values()
    assert world.work.deliveries.reply_hashes == {delivery.id: replies.hash_of(code)}
    assert code not in delivery.body
    assert delivery.body.endswith("Ack: https://netpulse.example.org/a/…")


def test_a_mail_has_it_as_a_button_and_in_its_text() -> None:
    world = World().with_channels(a_channel(ChannelKind.EMAIL))
    world.tell(a_problem())
    world.work_off()
    (message,) = world.sender.sent
    assert f"Acknowledge: https://netpulse.example.org/a/{the_code(message.body)}" in message.body
    assert the_code(message.html) == the_code(message.body)


def test_machines_and_whoever_hears_of_an_end_have_nothing_to_take_on() -> None:
    hook = a_channel(ChannelKind.WEBHOOK, sealed_secret=None)
    world = World().with_channels(hook, a_channel(ChannelKind.SMS))
    problem = a_problem()
    world.tell(problem)
    world.work_off()
    world.tell(its_acknowledgement(problem))
    world.tell(its_recovery(problem, seq=3))
    world.work_off()
    linked = [m.event for m in world.sender.sent if LINK.search(m.body)]
    assert len(world.sender.sent) == 5
    assert linked == ["problem"]


def test_each_attempt_has_a_link_of_its_own_and_the_last_one_counts() -> None:
    world = World().with_channels(a_channel(ChannelKind.SMS))
    world.sender.refusals = [DeliveryError("busy")]
    world.tell(a_problem())
    world.work_off()
    (failed,) = world.work.deliveries.rows.values()
    assert failed.state is DeliveryState.FAILED
    assert LINK.search(failed.body) is None
    world.later(timedelta(minutes=1))
    code = the_code(world.sender.sent[-1].body)
    assert world.work.deliveries.reply_hashes[failed.id] == replies.hash_of(code)


def test_a_code_has_no_letters_that_are_mistaken_for_one_another() -> None:
    codes = {replies.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("".join(codes)) & set("0O1Il")
