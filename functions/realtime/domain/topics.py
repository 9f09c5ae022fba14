"""What a socket can listen to, and what one must be allowed to for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from netpulse.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Collection


class Topic(StrEnum):
    """A kind of facts that is listened to as one."""

    STATUS = "status"
    DEVICES = "devices"
    ALERTS = "alerts"
    NOTIFICATIONS = "notifications"
    REPORTS = "reports"
    USERS = "users"


NEEDS: dict[Topic, Permission] = {
    Topic.STATUS: Permission.DEVICE_READ,
    Topic.DEVICES: Permission.DEVICE_READ,
    Topic.ALERTS: Permission.ALERT_READ,
    Topic.NOTIFICATIONS: Permission.NOTIFICATION_READ,
    Topic.REPORTS: Permission.REPORT_READ,
    Topic.USERS: Permission.USER_READ,
}
ALL_TOPICS = frozenset(Topic)


def visible(
    permissions: Collection[Permission], topics: Collection[Topic] = ALL_TOPICS
) -> frozenset[Topic]:
    """Return those of `topics` that someone with these permissions may hear of."""
    return frozenset(topic for topic in topics if NEEDS[topic] in permissions)
