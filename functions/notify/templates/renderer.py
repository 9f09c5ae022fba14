"""Messages from templates: Jinja2 in a sandbox, given plain dicts only."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from functions.notify.domain import sms, webhook
from functions.notify.domain.channel import ChannelKind
from functions.notify.domain.delivery import Delivery, Purpose, purpose_of
from functions.notify.domain.message import Message
from functions.notify.domain.news import News
from functions.notify.ports import Organization
from functions.notify.templates.context import context_of
from functions.notify.templates.report import report_context

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = Path(__file__).parent
# what an empty block leaves behind
_GAP = re.compile(r"\n{3,}")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # imported late: only the process that renders pays for it
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _rendered(name: str, context: dict[str, Any]) -> str:
    text = _environment().get_template(name).render(context).strip()
    return _GAP.sub("\n\n", text)


def _purpose(delivery: Delivery, news: Sequence[News]) -> Purpose:
    if delivery.report:
        return Purpose.REPORT
    if delivery.purpose is Purpose.DIGEST and len(news) > 1:
        return Purpose.DIGEST
    return purpose_of(tuple(news)) if news else Purpose.TEST


class TemplateRenderer:
    """Renders what channels send; links lead to the dashboard at `public_url`."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url.rstrip("/")

    def render(
        self, delivery: Delivery, news: Sequence[News], organization_id: UUID, org: Organization
    ) -> Message:
        """Return the message that tells `news` in the delivery's kind of channel."""
        purpose = _purpose(delivery, news)
        kind = ChannelKind(delivery.channel_kind)
        context = self._context(purpose, delivery, news, org)
        html = ""
        match kind:
            case ChannelKind.EMAIL:
                body = _rendered(f"email/{purpose}.txt.j2", context)
                html = _rendered(f"email/{purpose}.html.j2", context)
            case ChannelKind.SMS:
                body = sms.fitted(
                    _rendered(f"sms/{purpose}.txt.j2", context),
                    signature=context["signature"],
                    tail=f"Ack: {context['reply']}" if context["reply"] else "",
                )
            case ChannelKind.WEBHOOK:
                body = self._webhook(purpose, delivery, news, organization_id)
        return Message(
            delivery_id=delivery.id,
            organization_id=organization_id,
            recipient=delivery.recipient,
            subject=context["subject"],
            body=body,
            html=html,
            thread=str(news[0].alert_id) if len(news) == 1 else "",
            event=purpose.value,
        )

    def _context(
        self, purpose: Purpose, delivery: Delivery, news: Sequence[News], org: Organization
    ) -> dict[str, Any]:
        if delivery.report:
            return report_context(
                delivery.report,
                organization=org.name,
                public_url=self._public_url,
                channel=delivery.channel_name,
            )
        return context_of(
            purpose,
            news,
            organization=org.name,
            time_zone=org.time_zone,
            public_url=self._public_url,
            channel=delivery.channel_name,
            for_sms=delivery.channel_kind == ChannelKind.SMS,
            unlisted=delivery.unlisted,
            at=delivery.created_at,
            reply_code=delivery.reply_code,
        )

    def _webhook(
        self, purpose: Purpose, delivery: Delivery, news: Sequence[News], organization_id: UUID
    ) -> str:
        body = webhook.payload(
            news,
            event=purpose.value,
            channel=delivery.channel_name,
            delivery_id=delivery.id,
            organization_id=organization_id,
            public_url=self._public_url,
            group_labels=delivery.group_labels,
            unlisted=delivery.unlisted,
        )
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
