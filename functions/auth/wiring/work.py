"""People and organisations in the real database, for every entry of this domain."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.wiring import database, relay
from netpulse.work import UnitOfWork

from functions.auth.ports import AuthWork
from functions.auth.repository.api_keys import PostgresApiKeys
from functions.auth.repository.audit import PostgresAudit
from functions.auth.repository.directory import PostgresDirectory
from functions.auth.repository.members import PostgresMembers
from functions.auth.repository.people import PostgresOrganizations, PostgresUsers
from functions.auth.repository.providers import PostgresProviders
from functions.auth.repository.resets import PostgresResets
from functions.auth.repository.roles import PostgresRoles
from functions.auth.repository.second_factors import PostgresSecondFactors

if TYPE_CHECKING:
    from netpulse.db import Transaction
    from netpulse.outbox import Outbox


def work_of(transaction: Transaction, outbox: Outbox) -> AuthWork:
    """Return people and organisations as one transaction sees them."""
    return AuthWork(
        users=PostgresUsers(transaction),
        organizations=PostgresOrganizations(transaction),
        members=PostgresMembers(transaction),
        roles=PostgresRoles(transaction),
        directory=PostgresDirectory(transaction),
        providers=PostgresProviders(transaction),
        api_keys=PostgresApiKeys(transaction),
        audit=PostgresAudit(transaction),
        resets=PostgresResets(transaction),
        second_factors=PostgresSecondFactors(transaction),
        outbox=outbox,
    )


@cache
def work() -> UnitOfWork[AuthWork]:
    """Return what opens work."""
    return UnitOfWork(database(), relay(), SYSTEM_CLOCK, work_of)
