"""Notify's PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.notify.ports import Organization
from functions.notify.repository.channels import PostgresChannels
from functions.notify.repository.deliveries import PostgresDeliveries

if TYPE_CHECKING:
    from netpulse.db import Transaction
    from netpulse.outbox import Outbox

__all__ = ["PostgresChannels", "PostgresDeliveries", "PostgresNotifyWork", "PostgresOrganizations"]


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


class PostgresNotifyWork:
    """The repositories of one transaction, and its facts."""

    def __init__(self, transaction: Transaction, outbox: Outbox) -> None:
        self.channels = PostgresChannels(transaction)
        self.deliveries = PostgresDeliveries(transaction)
        self.organizations = PostgresOrganizations(transaction)
        self.outbox = outbox
