"""What the look-alike providers were sent, and the faults they were told to have."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PROVIDERS = ("sendgrid", "africastalking", "webhook")
MODES = ("status", "timeout", "recipient")
_KEPT = 10_000


class UnknownFaultError(ValueError):
    """A fault that the sandbox cannot play."""


@dataclass(frozen=True)
class Message:
    """One message to one recipient, as the provider understood it."""

    channel: str
    to: str
    subject: str
    body: str
    at: datetime
    raw: Any

    def view(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        return {
            "channel": self.channel,
            "to": self.to,
            "subject": self.subject,
            "body": self.body,
            "at": self.at.isoformat(),
            "raw": self.raw,
        }


@dataclass
class Fault:
    """A way to fail, a number of times or until it is taken back."""

    provider: str
    mode: str = "status"
    status: int = 500
    count: int | None = None
    retry_after: int | None = None
    seconds: float = 30
    reason: str = "Failed"

    @classmethod
    def parse(cls, wish: Any) -> "Fault":
        """Return the fault that somebody asks for."""
        if not isinstance(wish, Mapping) or not {"provider"} <= set(wish) <= _FIELDS:
            raise UnknownFaultError(f"a fault has a provider and maybe {sorted(_FIELDS)}")
        fault = cls(**wish)
        if fault.provider not in PROVIDERS or fault.mode not in MODES:
            raise UnknownFaultError(f"providers are {PROVIDERS}, modes are {MODES}")
        return fault


_FIELDS = set(Fault.__dataclass_fields__)


@dataclass
class Inbox:
    """All messages and all faults."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    messages: deque[Message] = field(default_factory=lambda: deque(maxlen=_KEPT))
    faults: list[Fault] = field(default_factory=list)

    def keep(self, channel: str, to: str, *, subject: str, body: str, raw: Any) -> None:
        """Keep one message."""
        self.messages.append(Message(channel, to, subject, body, self.now(), raw))

    def select(self, wishes: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the messages of a channel, to a recipient, since an instant; oldest first."""
        since = datetime.fromisoformat(wishes["since"]) if wishes.get("since") else None
        return [
            message.view()
            for message in self.messages
            if wishes.get("channel") in (None, "", message.channel)
            and wishes.get("to") in (None, "", message.to)
            and (since is None or message.at >= since)
        ]

    def next_fault(self, provider: str) -> Fault | None:
        """Return the fault that this request meets, counting it."""
        for fault in self.faults:
            if fault.provider == provider:
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count <= 0:
                        self.faults.remove(fault)
                return fault
        return None
