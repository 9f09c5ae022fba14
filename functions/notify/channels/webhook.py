"""Webhooks: signed JSON, sent to the address that was checked, with no redirects."""

from __future__ import annotations

from typing import Any

from netpulse.clock import Clock
from netpulse.outgoing import AddressRefusedError, Outgoing, OutgoingError

from functions.notify.channels.failures import refused, retry_after_of, unreachable
from functions.notify.channels.quiet import hush
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt
from functions.notify.domain.signature import signature_of

PROVIDER = "The webhook"
MAX_ANSWER_BYTES = 4096
_OK = range(200, 300)
# nothing but 2xx, 5xx and the "later" statuses: a redirect or a client error repeats itself
_PERMANENT = range(300, 500)


class WebhookSender:
    """Posts to a receiver's URL; accepted means its 2xx."""

    def __init__(self, outgoing: Outgoing, clock: Clock) -> None:
        self._outgoing = outgoing
        self._clock = clock
        hush()

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        """Hand the message to the receiver; raise DeliveryError when it is not accepted."""
        try:
            reply = self._outgoing.send(
                "POST",
                config["url"],
                headers=self._headers(message, config),
                body=message.body.encode(),
            )
        except AddressRefusedError as error:
            raise DeliveryError(f"The webhook: {error}", permanent=True) from error
        except OutgoingError as error:
            raise unreachable(PROVIDER, error.__cause__ or error) from error
        answer = Answer(status=reply.status, body=reply.body.decode(errors="replace"))
        if reply.status not in _OK:
            raise refused(
                PROVIDER,
                answer,
                permanent_statuses=_PERMANENT,
                retry_after=retry_after_of(reply.headers, now=self._clock.now()),
            )
        return Receipt(provider_message_id=str(message.delivery_id), answer=answer)

    def _headers(self, message: Message, config: dict[str, Any]) -> dict[str, str]:
        timestamp = int(self._clock.now().timestamp())
        body = message.body.encode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "NetPulse-Webhook/1",
            # the same in every attempt, so that a receiver can drop what it has seen
            "X-NetPulse-Delivery": str(message.delivery_id),
            "X-NetPulse-Event": message.event,
            "X-NetPulse-Timestamp": str(timestamp),
            "X-NetPulse-Signature": signature_of(
                body, secret=config["secret"], timestamp=timestamp
            ),
        }
