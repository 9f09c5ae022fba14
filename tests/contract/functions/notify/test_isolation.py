"""What PostgreSQL alone guarantees: nobody is told twice, no organisation sees another's."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import ChannelId

from functions.notify.domain.channel import Channel, ChannelKind
from functions.notify.repository import PostgresDeliveries, PostgresNotifyWork
from tests.support.clock import NOON
from tests.support.database import TestDatabase
from tests.support.notify import a_channel, a_delivery, a_problem
from tests.support.notify_memory import MemoryOutbox
from tests.support.organizations import new_organization


def test_nobody_is_told_the_same_twice_whatever_the_code_does(postgres: TestDatabase) -> None:
    organization_id, database, problem = (
        new_organization(postgres),
        postgres.database(),
        a_problem(),
    )
    channel = a_channel(ChannelKind.SMS)
    with database.transaction(organization_id) as transaction:
        PostgresDeliveries(transaction).add(a_delivery(channel), [problem])
    with (
        pytest.raises(psycopg.errors.UniqueViolation),
        database.transaction(organization_id) as transaction,
    ):
        PostgresDeliveries(transaction).add(a_delivery(channel), [problem])
    database.close()


def test_the_sweep_sees_every_organisation_and_tenants_see_their_own(
    postgres: TestDatabase,
) -> None:
    app, system = postgres.database(), postgres.database("netpulse_system")
    ours, theirs = new_organization(postgres), new_organization(postgres)
    channel: Channel = a_channel(ChannelKind.SMS)
    deliveries = {}
    for organization_id in (ours, theirs):
        with app.transaction(organization_id) as transaction:
            delivery = a_delivery(channel)
            work = PostgresNotifyWork(transaction, MemoryOutbox())
            work.channels.save(replace(channel, id=ChannelId(uuid4())))
            work.deliveries.add(delivery, [a_problem()])
            deliveries[organization_id] = delivery.id
    with system.transaction(None) as transaction:
        found = PostgresDeliveries(transaction).due(now=NOON, limit=1000)
    assert {(o, d) for o, d in found if o in deliveries} == set(deliveries.items())
    with app.transaction(ours) as transaction:
        mine = PostgresNotifyWork(transaction, MemoryOutbox())
        assert len(mine.channels.all()) == 1
        assert mine.organizations.current().name == "Kilimo Net"
        assert mine.deliveries.claim(deliveries[theirs], now=NOON) is None
        with pytest.raises(NotFoundError):
            mine.deliveries.get(deliveries[theirs])
    app.close()
    system.close()
