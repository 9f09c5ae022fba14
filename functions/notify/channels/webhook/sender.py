"""Webhooks: signed JSON, sent to the address that was checked, with no redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.clock import Clock
from netpulse.networks import AddressPolicy

from functions.notify.channels.failures import refused, retry_after_of, unreachable
from functions.notify.channels.quiet import hush
from functions.notify.channels.webhook.addresses import (
    AddressRefusedError,
    Resolve,
    chosen,
    parsed,
    port_of,
    resolved,
)
from functions.notify.channels.webhook.deadline import DeadlineError, within
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt
from functions.notify.domain.signature import signature_of

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from requests import Response

PROVIDER = "The webhook"
CONNECT_TIMEOUT_S, READ_TIMEOUT_S, DEADLINE_S = 3.05, 10.0, 15.0
_MAX_ANSWER_BYTES = 4096
_OK = range(200, 300)
# nothing but 2xx, 5xx and the "later" statuses: a redirect or a client error repeats itself
_PERMANENT = range(300, 500)


class WebhookSender:
    """Posts to a receiver's URL; accepted means its 2xx."""

    def __init__(self, policy: AddressPolicy, clock: Clock, resolve: Resolve = resolved) -> None:
        self._policy = policy
        self._clock = clock
        self._resolve = resolve
        hush()

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        """Hand the message to the receiver; raise DeliveryError when it is not accepted."""
        from requests import RequestException  # noqa: PLC0415

        try:
            parts = parsed(config["url"], self._policy)
            response, body = within(DEADLINE_S, lambda: self._post(parts, message, config))
        except AddressRefusedError as error:
            raise DeliveryError(str(error), permanent=True) from error
        except (RequestException, OSError, DeadlineError) as error:
            raise unreachable(PROVIDER, error) from error
        answer = Answer(status=response.status_code, body=body)
        if response.status_code not in _OK:
            raise refused(
                PROVIDER,
                answer,
                permanent_statuses=_PERMANENT,
                retry_after=retry_after_of(response.headers, now=self._clock.now()),
            )
        return Receipt(provider_message_id=str(message.delivery_id), answer=answer)

    def _post(
        self, parts: SplitResult, message: Message, config: dict[str, Any]
    ) -> tuple[Response, str]:
        from requests import Session  # noqa: PLC0415

        from functions.notify.channels.webhook.pinned import PinnedAdapter  # noqa: PLC0415

        host = parts.hostname or ""
        # Resolved once: what was checked is what is connected to, whatever the name says next.
        address = chosen(self._resolve(host, port_of(parts)), self._policy)
        with Session() as session:
            # no proxy, no .netrc: nothing of the machine's goes along
            session.trust_env = False
            tls = parts.scheme == "https"
            session.mount(f"{parts.scheme}://", PinnedAdapter(host, address, tls=tls))
            with session.post(
                parts.geturl(),
                data=message.body.encode(),
                headers=self._headers(message, config),
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                allow_redirects=False,
                stream=True,
            ) as response:
                return response, _beginning(response)

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


def _beginning(response: Response) -> str:
    chunk = next(response.iter_content(_MAX_ANSWER_BYTES), b"")
    return chunk.decode(errors="replace")
