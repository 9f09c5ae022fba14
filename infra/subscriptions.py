"""Which facts go to which handler: plain data, one queue and one rule a line."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A handler and the facts it wants to hear of."""

    domain: str
    entry: str
    events: tuple[str, ...]
    batch_size: int = 10


# Fact's class name without its version -> the domain that says it.
SOURCES = {
    "DeviceRegistered": "devices",
    "DeviceUpdated": "devices",
    "DeviceRetired": "devices",
    "DeviceStatusChanged": "alerts",
    "AlertOpened": "alerts",
    "AlertChanged": "alerts",
    "AlertAcknowledged": "alerts",
    "AlertResolved": "alerts",
    "NotificationSent": "notify",
    "NotificationFailed": "notify",
    "UserInvited": "auth",
    "SessionRevoked": "auth",
}

SUBSCRIPTIONS = (
    Subscription(
        domain="notify",
        entry="on_alert",
        events=("AlertOpened", "AlertChanged", "AlertAcknowledged", "AlertResolved"),
    ),
    Subscription(
        domain="realtime",
        entry="on_fact",
        events=(
            "DeviceRegistered",
            "DeviceUpdated",
            "DeviceRetired",
            "DeviceStatusChanged",
            "AlertOpened",
            "AlertChanged",
            "AlertAcknowledged",
            "AlertResolved",
            "NotificationSent",
            "NotificationFailed",
            "SessionRevoked",
        ),
    ),
)


def pattern(subscription: Subscription) -> dict[str, list[str]]:
    """Return the source and detail-type values that a rule for this subscription matches."""
    return {
        "source": sorted({f"netpulse.{SOURCES[event]}" for event in subscription.events}),
        "detail_type": [f"{event}.v1" for event in subscription.events],
    }
