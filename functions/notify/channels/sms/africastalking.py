"""SMS through Africa's Talking's SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from netpulse.clock import Clock

from functions.notify.channels.failures import refused, retry_after_of, unreachable
from functions.notify.channels.quiet import hush
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt

PROVIDER = "Africa's Talking"
TIMEOUT_S = (3.05, 10.0)
_OK = range(200, 300)
_ACCEPTED = frozenset({100, 101, 102})
# invalid sender id, invalid number, unsupported type, blacklisted, do not disturb
_HOPELESS = frozenset({402, 403, 404, 406, 409})
# the codes' lists in circulation disagree, the words do not
_HOPELESS_WORDS = frozenset(
    {
        "InvalidSenderId",
        "InvalidPhoneNumber",
        "UnsupportedNumberType",
        "UserInBlacklist",
        "DoNotDisturbRejection",
    }
)
# 401 is about our key, which can be put right within a day
_PERMANENT = frozenset({400, 404, 405, 413, 415, 422})


@cache
def _service_class() -> Any:
    # imported late: only the process that sends SMS pays for the SDK
    from africastalking.SMS import SMSService  # noqa: PLC0415

    class Service(SMSService):  # type: ignore[misc]
        """The SDK's SMS service at a chosen address, which remembers what was answered."""

        def __init__(self, username: str, api_key: str, base_url: str) -> None:
            super().__init__(username, api_key)
            self._baseUrl = f"{base_url}/version1"
            self.response: Any = None

        # The SDK turns every refusal into an exception that keeps only the text; the status and
        # Retry-After decide whether to try again.
        def _Service__make_post_request(self, **arguments: Any) -> Any:  # noqa: N802 - the SDK's
            self.response = SMSService._Service__make_post_request(**arguments)
            return self.response

    return Service


class AfricasTalkingSender:
    """Hands SMS to Africa's Talking; accepted means a recipient's status 100 to 102."""

    def __init__(
        self, credentials: Callable[[], Mapping[str, Any]], base_url: str, clock: Clock
    ) -> None:
        self._credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        hush()

    def send(self, message: Message, config: dict[str, Any]) -> Receipt:
        """Hand the message to the provider; raise DeliveryError when it is not accepted."""
        credentials = self._credentials()
        username = credentials.get("africastalking_username")
        key = credentials.get("africastalking_api_key")
        if not username or not key:
            raise DeliveryError("Africa's Talking is not configured: no user name or no API key")
        service = _service_class()(username, key, self._base_url)
        return self._receipt(
            service,
            self._sent(service, message, credentials.get("africastalking_sender_id") or None),
        )

    def _sent(self, service: Any, message: Message, sender_id: str | None) -> Any:
        from africastalking.Service import AfricasTalkingException  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        try:
            return service.send(
                message.body, [message.recipient], sender_id=sender_id, timeout=TIMEOUT_S
            )
        except AfricasTalkingException:
            raise self._refused(service.response) from None
        # RequestException is also what an answer that is no JSON raises: then a status was read
        except RequestException as error:
            if service.response is not None:
                raise self._refused(service.response) from error
            raise unreachable(PROVIDER, error) from error
        except ValueError as error:
            raise DeliveryError(f"Not a phone number: {error}", permanent=True) from error

    def _refused(self, response: Any) -> DeliveryError:
        return refused(
            PROVIDER,
            Answer(status=response.status_code, body=response.text),
            permanent_statuses=_PERMANENT,
            retry_after=retry_after_of(response.headers, now=self._clock.now()),
        )

    def _receipt(self, service: Any, result: Any) -> Receipt:
        answer = Answer(status=service.response.status_code, body=service.response.text)
        recipient, said = _recipient(result)
        code, status = recipient.get("statusCode"), str(recipient.get("status", said))
        if code not in _ACCEPTED:
            raise DeliveryError(
                f"{PROVIDER} did not accept it: {status} ({code})",
                permanent=code in _HOPELESS or status in _HOPELESS_WORDS,
                answer=answer,
            )
        return Receipt(
            provider_message_id=str(recipient.get("messageId", "")),
            answer=answer,
            cost=str(recipient.get("cost", "")),
        )


def _recipient(result: Any) -> tuple[dict[str, Any], str]:
    """Return the answer's only recipient, or nothing and what was said instead."""
    # the SDK returns text unless the content type is exactly application/json
    try:
        data = json.loads(result) if isinstance(result, str) else result
        summary = data["SMSMessageData"]
        recipients = summary["Recipients"]
        return (recipients[0] if recipients else {}), str(summary.get("Message", ""))
    except (ValueError, KeyError, TypeError, IndexError):
        return {}, "an answer that cannot be read"
