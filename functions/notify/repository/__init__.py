"""Notify's PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.notify.ports import Organization
from functions.notify.repository.channels import PostgresChannels
from functions.notify.repository.deliveries import PostgresDeliveries
from functions.notify.repository.groups import PostgresGroups, PostgresPreferences

if TYPE_CHECKING:
    from netpulse.db import Transaction
    from netpulse.outbox import Outbox

__all__ = [
    "PostgresChannels",
    "PostgresDeliveries",
    "PostgresGroups",
    "PostgresNotifyWork",
    "PostgresOrganizations",
    "PostgresPreferences",
]


class PostgresOrganizations:
    """The organisation of the transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def current(self) -> Organization:
        """Return the organisation's name and time zone."""
        row = self._transaction.row(
            "SELECT name, time_zone FROM netpulse.organizations WHERE id = %s",
            (self._transaction.organization_id,),
        )
        return Organization(row["name"], row["time_zone"]) if row else Organization("", "UTC")

    def has_member(self, email: str) -> bool:
        """Whether the address is one's who may log in to the organisation."""
        return bool(
            self._transaction.value(
                "SELECT EXISTS (SELECT FROM netpulse.users u "
                "JOIN netpulse.memberships m ON m.user_id = u.id "
                "WHERE u.email = lower(%s) AND u.is_active AND m.is_active)",
                (email,),
            )
        )


class PostgresNotifyWork:
    """The repositories of one transaction, and its facts."""

    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        self.channels = PostgresChannels(transaction)
        self.deliveries = PostgresDeliveries(transaction)
        self.groups = PostgresGroups(transaction)
        self.settings = PostgresPreferences(transaction)
        self.organizations = PostgresOrganizations(transaction)
        self.outbox = outbox
