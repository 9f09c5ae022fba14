"""A role's password changes under processes that are at work, as Secrets Manager asks for it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from moto.secretsmanager.models import secretsmanager_backends
from netpulse import aws
from netpulse.db import Database
from netpulse.errors import UnavailableError
from netpulse.logins import conninfos
from netpulse.settings import DatabaseSettings

from functions.auth.channels.rotated_secret import NotRotatedError
from functions.auth.handlers import rotate_password
from pollers.database import PollerDatabase
from tests.support.aws import REGION, make_secret, set_settings

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

_MOTOS_ACCOUNT = "123456789012"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class House:
    """A role that PostgreSQL asks for its password, and the secret of its login."""

    def __init__(self, postgres: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
        self.role = f"rotated_{uuid4().hex[:12]}"
        # everybody else comes in by the socket without one
        rules = Path(postgres.server.pgdata) / "pg_hba.conf"
        rules.write_text(f"local all {self.role} scram-sha-256\n{rules.read_text()}")
        self.owner_url = postgres.owner_url
        with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE ROLE {self.role} LOGIN PASSWORD 'first'")
        login = {"username": self.role, "password": "first"}
        self.secret_id = make_secret(f"database-{self.role}", login)
        told = {**postgres.settings(), "database_secret": self.secret_id}
        set_settings(monkeypatch, **told)
        self.settings = DatabaseSettings.model_validate(told)
        self.token = str(uuid4())

    def take(self, *steps: str) -> None:
        """Let Secrets Manager's calls come."""
        for step in steps:
            event = {
                "SecretId": self.secret_id,
                "ClientRequestToken": self.token,
                "Step": step,
            }
            rotate_password.handler(event, None)

    def begin(self) -> None:
        """Do what Secrets Manager does before it calls: name the version that is to come."""
        backend: Any = secretsmanager_backends[_MOTOS_ACCOUNT][REGION]
        backend.secrets[self.secret_id].versions[self.token] = {
            "version_id": self.token,
            "version_stages": ["AWSPENDING"],
            "createdate": 0,
        }

    def password(self) -> str:
        answer = aws.client("secretsmanager").get_secret_value(
            SecretId=self.secret_id, VersionStage="AWSCURRENT"
        )
        return str(json.loads(answer["SecretString"])["password"])

    def end_connections(self) -> None:
        """End every connection of the role, as a failover does."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
                (self.role,),
            )


@pytest.fixture
def house(postgres: TestDatabase, aws_in_process: None, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(postgres, monkeypatch)


def asked(database: Database) -> int:
    with database.transaction(None) as transaction:
        return int(transaction.value("SELECT 1"))


def test_the_old_password_lets_nobody_in_afterwards(house: House) -> None:
    house.begin()
    house.take(*STEPS)
    assert len(house.password()) >= 40
    old, new = house.settings, {"username": house.role, "password": house.password()}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            f"host={old.database_host} dbname={old.database_name} user={house.role} password=first"
        )
    with psycopg.connect(
        host=old.database_host,
        dbname=old.database_name,
        user=new["username"],
        password=new["password"],
    ) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (house.role,)


def test_a_connection_from_before_lives_on_and_the_next_one_finds_the_new_password(
    house: House,
) -> None:
    database = Database.from_settings(house.settings)
    assert asked(database) == 1
    house.begin()
    house.take(*STEPS)
    assert asked(database) == 1
    # the process remembers the old password for minutes yet
    assert aws.secret(house.secret_id)["password"] == "first"
    house.end_connections()
    assert asked(database) == 1
    database.close()


def test_who_connects_between_postgresql_and_the_secret_comes_in_as_well(house: House) -> None:
    database = Database.from_settings(house.settings)
    house.begin()
    house.take("createSecret", "setSecret")
    assert house.password() == "first"
    assert asked(database) == 1
    house.take("testSecret", "finishSecret")
    database.close()


def test_a_poller_finds_the_new_password_too(house: House) -> None:
    database = PollerDatabase(lambda: conninfos(house.settings))

    async def at_work() -> None:
        async with database.transaction() as connection:
            await connection.execute("SELECT 1")
        house.begin()
        house.take(*STEPS)
        house.end_connections()
        await database.close()
        async with database.transaction() as connection:
            await connection.execute("SELECT 1")
        await database.close()

    asyncio.run(at_work())


def test_a_wrong_password_everywhere_is_an_outage_and_no_endless_loop(house: House) -> None:
    with psycopg.connect(house.owner_url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {house.role} PASSWORD 'changed by hand'")
    with pytest.raises(UnavailableError):
        asked(Database.from_settings(house.settings))


def test_a_version_that_secrets_manager_did_not_begin_is_refused(house: House) -> None:
    with pytest.raises(NotRotatedError):
        house.take("createSecret")
    assert house.password() == "first"
