"""One message of each purpose and kind; `python -m tests.contract.functions.notify.messages`
writes what they look like now as the goldens, to be read before they are committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from netpulse.ids import ChannelId, DeliveryId

from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import Purpose
from functions.notify.domain.news import News
from functions.notify.ports import Organization
from functions.notify.templates.renderer import TemplateRenderer
from tests.support.notify import (
    a_channel,
    a_delivery,
    a_notice,
    a_problem,
    its_acknowledgement,
    its_recovery,
)

GOLDENS = Path(__file__).parent / "goldens"
_PROBLEM = a_problem(
    UUID(int=1),
    device_id=UUID(int=2),
    device_name="core-sw1",
    message="CPU usage is 97.25 % (over 90 %) <script>alert(1)</script>",
    rule_name="CPU {{ 7 * 7 }}",
    alert_type="threshold",
    metric="cpu_usage",
    entity="cpu:1",
    value=97.25,
)
_WARNING = a_problem(UUID(int=3), severity="warning", device_name="edge-1")
_DOWN = a_problem(
    UUID(int=9),
    device_name="core-sw1",
    message="core-sw1 (192.0.2.10) is down: no reply to 3 probes; 12 devices behind it cut off",
)
_SILENT = a_problem(
    UUID(int=10),
    device_name="",
    ip_address="",
    rule_name="",
    alert_type="poller_silent",
    message="No poll results of 12 devices: the poller is silent",
)
PURPOSES: dict[str, list[News]] = {
    # an alert that names its device must not have it named twice
    "down": [_DOWN],
    "up": [its_recovery(_DOWN)],
    "by_hand": [replace(its_recovery(_DOWN), reason="resolved_by_hand")],
    "silent": [_SILENT],
    # nobody took it on for two days, and somebody else is asked
    "escalated": [
        replace(
            _DOWN,
            began_at=_DOWN.began_at - timedelta(days=2),
            channel_ids=(UUID(int=6),),
            note="Nobody is on it: Wake somebody, step 2",
        )
    ],
    "problem": [_PROBLEM],
    "recovery": [its_recovery(_PROBLEM)],
    "acknowledged": [its_acknowledgement(_PROBLEM)],
    "batch": [
        its_recovery(a_problem(UUID(int=5), device_name="edge-3", severity="warning")),
        _WARNING,
        replace(_WARNING, alert_id=UUID(int=4), device_name="edge-2"),
    ],
    "test": [],
}


def messages() -> Iterator[tuple[str, str]]:
    """Yield each message's file name and text."""
    renderer = TemplateRenderer("https://netpulse.example.org/")
    organization = Organization("Kilimo Net", "Africa/Nairobi")
    for purpose, news in PURPOSES.items():
        for kind in ChannelKind:
            channel = a_channel(kind, id=ChannelId(UUID(int=6)), name="NOC")
            delivery = a_delivery(channel, id=DeliveryId(UUID(int=7)))
            message = renderer.render(delivery, news, UUID(int=8), organization)
            match kind:
                case ChannelKind.EMAIL:
                    yield f"{purpose}.html", message.html
                    yield f"{purpose}.mail.txt", f"Subject: {message.subject}\n\n{message.body}"
                case ChannelKind.SMS:
                    yield f"{purpose}.sms.txt", message.body
                case ChannelKind.WEBHOOK:
                    yield f"{purpose}.json", json.dumps(json.loads(message.body), indent=2)
    reported = replace(
        a_delivery(a_channel(name="NOC"), id=DeliveryId(UUID(int=7)), channel_name="NOC"),
        purpose=Purpose.REPORT,
        report=a_notice(),
    )
    message = renderer.render(reported, [], UUID(int=8), organization)
    yield "report.html", message.html
    yield "report.mail.txt", f"Subject: {message.subject}\n\n{message.body}"


if __name__ == "__main__":
    for name, text in messages():
        (GOLDENS / name).write_text(text + "\n", encoding="utf-8")
