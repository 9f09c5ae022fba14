from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from netpulse.db import Database
from netpulse.errors import UnavailableError

from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase


@pytest.fixture
def database(postgres: TestDatabase) -> Iterator[Database]:
    found = postgres.database()
    yield found
    found.close()


def test_a_transaction_sees_the_organisation_it_was_opened_for(
    database: Database, postgres: TestDatabase
) -> None:
    first, second = new_organization(postgres), new_organization(postgres)
    for organization_id in (first, second, first):
        with database.transaction(organization_id) as transaction:
            assert transaction.rows("SELECT id FROM netpulse.organizations") == [
                {"id": organization_id}
            ]


def test_the_organisation_does_not_outlive_its_transaction(
    database: Database, postgres: TestDatabase
) -> None:
    with database.transaction(new_organization(postgres)):
        pass
    with database.transaction(None) as transaction:
        assert transaction.value("SELECT netpulse.current_organization()") is None
        assert transaction.rows("SELECT id FROM netpulse.organizations") == []


def test_what_raises_is_rolled_back(database: Database, postgres: TestDatabase) -> None:
    organization_id = new_organization(postgres)
    group = "INSERT INTO netpulse.device_groups (organization_id, name) VALUES (%s, 'core')"

    class OopsError(Exception):
        pass

    def break_off() -> None:
        with database.transaction(organization_id) as transaction:
            transaction.run(group, (organization_id,))
            raise OopsError

    with pytest.raises(OopsError):
        break_off()
    with database.transaction(organization_id) as transaction:
        assert transaction.value("SELECT count(*) FROM netpulse.device_groups") == 0


def test_transactions_do_not_nest(database: Database, postgres: TestDatabase) -> None:
    first, second = new_organization(postgres), new_organization(postgres)
    with database.transaction(first) as transaction:
        with pytest.raises(RuntimeError, match="do not nest"), database.transaction(second):
            pass
        assert transaction.value("SELECT netpulse.current_organization()") == first


def test_a_connection_the_server_closed_is_made_anew(
    database: Database, postgres: TestDatabase
) -> None:
    with database.transaction(None) as transaction:
        pid = transaction.value("SELECT pg_backend_pid()")
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    with database.transaction(None) as transaction:
        assert transaction.value("SELECT pg_backend_pid()") != pid


def test_a_connection_lost_on_the_way_is_a_retryable_error(
    database: Database, postgres: TestDatabase
) -> None:
    def be_cut_off() -> None:
        with database.transaction(None) as transaction:
            pid = transaction.value("SELECT pg_backend_pid()")
            with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            transaction.value("SELECT 1")

    with pytest.raises(UnavailableError):
        be_cut_off()
    with database.transaction(None) as transaction:
        assert transaction.value("SELECT 1") == 1


def test_a_database_that_is_away_is_a_retryable_error() -> None:
    database = Database(f"postgresql://x@/x?host=/nowhere/{uuid4().hex}")
    with pytest.raises(UnavailableError), database.transaction(None):
        pass


def test_a_rotated_password_is_read_when_connecting_again(postgres: TestDatabase) -> None:
    asked: list[str] = []

    def conninfo() -> tuple[str]:
        asked.append("x")
        return (postgres.url("netpulse_app"),)

    database = Database(conninfo)
    for _ in range(2):
        with database.transaction(None):
            pass
        database.close()
    assert len(asked) == 2
