"""Reports are mailed: once to each who may have them, with files that are small enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from netpulse.events import NotificationFailed, NotificationSent, ReportFile, ReportReady

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.message import DeliveryError
from functions.notify.domain.notice import MAX_ATTACHED_BYTES
from tests.support.notify import a_channel
from tests.unit.functions.notify.world import ORGANIZATION, World

KB = 1024


def a_file(format_: str = "pdf", size: int = 4) -> ReportFile:
    return ReportFile(format=format_, key=f"{format_}-key", name=f"w.{format_}", size_bytes=size)


def ready(**changes: Any) -> ReportReady:
    given: dict[str, Any] = {
        "report_id": uuid4(),
        "job_id": uuid4(),
        "kind": "uptime",
        "name": "Weekly",
        "formats": ("pdf",),
        "recipients": ("amina@example.org",),
        "highlights": (("Devices", "3"),),
        "files": (a_file(),),
    }
    return ReportReady(**{**given, **changes})


def a_world(**bodies: bytes) -> World:
    world = World()
    world.files.bodies = {f"{name}-key": body for name, body in bodies.items()}
    return world


def announce(world: World, report: ReportReady) -> None:
    world.post.announce(ORGANIZATION, report)
    world.work_off()


def test_a_report_is_mailed_with_its_file_and_a_link_that_lasts() -> None:
    world = a_world(pdf=b"%PDF")
    report = ready()
    announce(world, report)
    [message] = world.sender.sent
    assert (message.recipient, message.subject) == ("amina@example.org", "[REPORT] Weekly")
    [attached] = message.attachments
    assert (attached.name, attached.content_type) == ("w.pdf", "application/pdf")
    assert attached.content == b"%PDF"
    assert f"https://netpulse.example.org/reports?report={report.report_id}" in message.body
    assert "Devices: 3" in message.body
    assert "Devices" in message.html
    sent = world.only()
    assert (sent.state, sent.purpose, sent.report_id) == ("sent", "report", report.report_id)
    [fact] = world.work.outbox.facts
    assert isinstance(fact, NotificationSent)
    assert (fact.report_id, fact.channel_id, fact.alert_id) == (report.report_id, None, None)


def test_a_report_that_is_said_to_be_ready_twice_is_mailed_once() -> None:
    world = a_world(pdf=b"%PDF")
    report = ready(recipients=("amina@example.org", "Amina@example.org"))
    for _ in range(2):
        announce(world, report)
    assert len(world.sender.sent) == 1


def test_email_channels_bring_it_to_those_outside_and_nobody_has_it_twice() -> None:
    world = a_world(pdf=b"%PDF")
    mail = a_channel(config={"to": ["client@example.com", "amina@example.org"]})
    off = a_channel(name="off", enabled=False, config={"to": ["off@example.com"]})
    sms = a_channel(ChannelKind.SMS)
    world.with_channels(mail, off, sms, a_channel(name="other", config={"to": ["x@example.com"]}))
    announce(world, ready(channel_ids=(mail.id, off.id, sms.id)))
    assert sorted(m.recipient for m in world.sender.sent) == [
        "amina@example.org",
        "client@example.com",
    ]
    by_recipient = {d.recipient: d for d in world.work.deliveries.rows.values()}
    assert by_recipient["client@example.com"].channel_id == mail.id
    assert by_recipient["amina@example.org"].channel_id is None


def test_who_has_left_the_organisation_is_sent_nothing() -> None:
    world = a_world(pdf=b"%PDF")
    world.work.organizations.members.clear()
    announce(world, ready())
    assert world.sender.sent == []
    assert (world.only().state, world.only().reason) == ("dropped", "not_a_colleague")


def test_a_deleted_channel_sends_no_report() -> None:
    world = a_world(pdf=b"%PDF")
    channel = a_channel()
    world.with_channels(channel)
    world.post.announce(ORGANIZATION, ready(recipients=(), channel_ids=(channel.id,)))
    world.work.channels.remove(channel.id)
    world.work_off()
    assert (world.only().state, world.only().reason) == ("dropped", "channel_deleted")


def test_a_report_that_was_deleted_meanwhile_is_not_mailed() -> None:
    world = a_world()
    announce(world, ready())
    assert world.sender.sent == []
    assert (world.only().state, world.only().reason) == ("dropped", "report_deleted")


def test_what_is_too_large_to_attach_is_left_to_the_link() -> None:
    world = a_world(csv=b"a,b")
    files = (a_file("pdf", MAX_ATTACHED_BYTES + 1), a_file("csv", 3))
    announce(world, ready(files=files))
    [message] = world.sender.sent
    assert [each.name for each in message.attachments] == ["w.csv"]
    plain = message.body.replace("\u00a0", " ")
    assert "Attached: CSV (3 bytes)." in plain
    assert "Too large to attach: PDF (3.0 MB). Open the report to download it." in plain


def test_a_report_without_files_is_a_link() -> None:
    world = a_world()
    announce(world, ready(files=(), formats=()))
    assert "Open the report to download it." in world.sender.sent[0].body


def test_a_report_mail_is_tried_again_for_a_day_and_may_be_sent_by_hand() -> None:
    world = a_world(pdf=b"%PDF")
    world.sender.refusals = [DeliveryError("away"), DeliveryError("no", permanent=True)]
    announce(world, ready())
    assert world.only().state == "failed"
    world.later(timedelta(minutes=1))
    assert (world.only().state, world.only().last_error) == ("dead", "no")
    [fact] = world.work.outbox.facts
    assert isinstance(fact, NotificationFailed)
    world.deliveries.retry(ORGANIZATION, world.only().id)
    world.work_off()
    assert world.only().state == "sent"


@pytest.mark.parametrize("recipients", [(), ("amina@example.org",)])
def test_a_report_nobody_is_to_have_is_mailed_to_nobody(recipients: tuple[str, ...]) -> None:
    world = a_world(pdf=b"%PDF")
    announce(world, ready(recipients=recipients, channel_ids=(UUID(int=1),)))
    assert len(world.sender.sent) == len(recipients)
