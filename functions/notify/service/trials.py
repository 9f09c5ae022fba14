"""Try a channel now, and show what its provider says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from netpulse.errors import ExternalServiceError
from netpulse.ids import DeliveryId

from functions.notify.domain.delivery import Delivery, DeliveryState, Purpose
from functions.notify.domain.message import Answer, DeliveryError, Message, Receipt
from functions.notify.service import outcome

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import ChannelId, OrganizationId

    from functions.notify.domain.channel import Channel
    from functions.notify.ports import Work
    from functions.notify.service.dispatch import Dispatcher

# a channel has at most 50 recipients; a request has 29 seconds and an attempt may take 15
_AT_ONCE = 50


@dataclass(frozen=True)
class Trial:
    """What became of a test message to one recipient."""

    delivery: Delivery
    answer: Answer

    @property
    def accepted(self) -> bool:
        """Whether the provider took it."""
        return self.delivery.state is DeliveryState.SENT

    def shown(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        return {
            "notification_id": str(self.delivery.id),
            "recipient": self.delivery.recipient,
            "accepted": self.accepted,
            "provider_message_id": self.delivery.provider_message_id,
            "error": self.delivery.last_error,
            "answer": self.answer.shown(),
        }


class ChannelTrial:
    """Sends test messages."""

    def __init__(self, work: Work, dispatcher: Dispatcher, clock: Clock) -> None:
        self._work = work
        self._dispatcher = dispatcher
        self._clock = clock

    def run(self, organization_id: OrganizationId, channel_id: ChannelId) -> list[Trial]:
        """Send a test message to each recipient; raise ExternalServiceError if one is refused."""
        with self._work(organization_id) as work:
            channel = work.channels.get(channel_id)
            organization = work.organizations.current()
            begun = [self._begun(channel, recipient) for recipient in channel.recipients]
            for delivery in begun:
                work.deliveries.add(delivery, [])
        messages = [
            self._dispatcher.render(organization_id, delivery, [], organization)
            for delivery in begun
        ]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = list(pool.map(lambda m: self._sent(organization_id, m, channel), messages))
        trials = [
            self._judged(delivery, message, answer)
            for delivery, message, answer in zip(begun, messages, answers, strict=True)
        ]
        with self._work(organization_id) as work:
            for trial in trials:
                work.deliveries.save(trial.delivery, attempt=1)
                if fact := outcome.fact_of(trial.delivery, ()):
                    work.outbox.add(fact)
        return _all_accepted(channel, trials)

    def _sent(
        self, organization_id: OrganizationId, message: Message, channel: Channel
    ) -> Receipt | DeliveryError:
        try:
            return self._dispatcher.send(organization_id, message, channel)
        except DeliveryError as error:
            return error

    def _judged(
        self, delivery: Delivery, message: Message, answer: Receipt | DeliveryError
    ) -> Trial:
        now = self._clock.now()
        if isinstance(answer, Receipt):
            return Trial(outcome.accepted(delivery, message, answer, now=now), answer.answer)
        # a person is watching and can press the button again: no retries
        return Trial(outcome.given_up(delivery, str(answer), now=now), answer.answer)

    def _begun(self, channel: Channel, recipient: str) -> Delivery:
        now = self._clock.now()
        return Delivery(
            id=DeliveryId(uuid4()),
            channel_id=channel.id,
            channel_kind=channel.kind,
            channel_name=channel.name,
            recipient=recipient,
            purpose=Purpose.TEST,
            state=DeliveryState.SENDING,
            attempts=1,
            claimed_at=now,
            due_at=now,
            # a trial that died with its process is not sent later, when no one expects it
            gives_up_at=now,
            created_at=now,
            updated_at=now,
        )


def _all_accepted(channel: Channel, trials: list[Trial]) -> list[Trial]:
    refused = [trial for trial in trials if not trial.accepted]
    if refused:
        raise ExternalServiceError(
            f"The test of channel {channel.name} was refused: {refused[0].delivery.last_error}",
            details={"results": [trial.shown() for trial in trials]},
        )
    return trials
