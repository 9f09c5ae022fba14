"""Which facts go to which handler: plain data, one queue and one rule a line."""

from dataclasses import dataclass

from netpulse import events
from netpulse.events import Fact


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A handler and the facts it wants to hear of."""

    domain: str
    entry: str
    facts: tuple[type[Fact], ...]
    batch_size: int = 10


SUBSCRIPTIONS = (
    Subscription(
        domain="alerts",
        entry="on_device",
        facts=(events.DeviceUpdated, events.DeviceRetired),
    ),
    Subscription(
        domain="notify",
        entry="on_alert",
        facts=(
            events.AlertOpened,
            events.AlertChanged,
            events.AlertAcknowledged,
            events.AlertEscalated,
            events.AlertResolved,
        ),
    ),
    Subscription(
        domain="notify",
        entry="on_report",
        facts=(events.ReportReady,),
    ),
    Subscription(
        domain="reports",
        entry="on_request",
        facts=(events.ReportRequested,),
        # a report may take minutes: one must not wait for, or fail with, another
        batch_size=1,
    ),
    Subscription(
        domain="reports",
        entry="on_schedule",
        facts=(events.ReportScheduleChanged,),
    ),
    Subscription(
        domain="metrics",
        entry="on_archive",
        facts=(events.ArchiveRequested,),
        # an archive may take minutes: one must not wait for, or fail with, another
        batch_size=1,
    ),
    Subscription(
        domain="realtime",
        entry="on_fact",
        # all, so that a gap in the numbers a socket gets always means that something was missed
        facts=events.FACTS,
    ),
)


def sources(subscription: Subscription) -> list[str]:
    """Return the event sources that a rule for this subscription matches."""
    return sorted({fact.source() for fact in subscription.facts})


def detail_types(subscription: Subscription) -> list[str]:
    """Return the detail-types that a rule for this subscription matches."""
    return [fact.type_name() for fact in subscription.facts]
