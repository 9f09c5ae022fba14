from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from netpulse.migrate import FOLDER
from psycopg import errors, sql
from psycopg.rows import tuple_row

from functions.alerts.domain.history import Years
from functions.alerts.repository.alerts import HISTORY
from functions.alerts.repository.work import PostgresSweep
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.database import TestDatabase

MINUTE = timedelta(minutes=1)
# years of a far future, that no other test writes into
FAR = 2200
BY_YEAR = "0340_alert_history_by_year"


@pytest.fixture
def sweep(postgres: TestDatabase) -> PostgresSweep:
    return PostgresSweep(postgres.database("netpulse_system"))


@pytest.fixture
def owner(postgres: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """The schema's owner, whose changes are taken back."""
    with psycopg.connect(postgres.owner_url, row_factory=tuple_row) as connection:
        yield connection
        connection.rollback()


def a_told_alert(place: Place) -> Any:
    core = place.device()
    place.take(down(core, NOON))
    place.take(up(core, NOON + 3 * MINUTE))
    return place.alerts()[0]["id"]


def write_step(owner: psycopg.Connection[Any], place: Place, alert_id: Any, at: datetime) -> None:
    owner.execute(
        "INSERT INTO netpulse.alert_history (organization_id, alert_id, seq, at, to_state, reason) "
        "VALUES (%s, %s, %s, %s, 'firing', 'held')",
        (place.organization_id, alert_id, 1000 + at.year, at),
    )


def in_year(owner: psycopg.Connection[Any], alert_id: Any) -> list[str]:
    rows = owner.execute(
        "SELECT tableoid::regclass::text FROM netpulse.alert_history WHERE alert_id = %s "
        "ORDER BY at",
        (alert_id,),
    )
    return [str(name).removeprefix("netpulse.alert_history_") for (name,) in rows.fetchall()]


def test_a_year_is_there_before_it_begins_and_making_it_twice_makes_one(
    sweep: PostgresSweep, postgres: TestDatabase
) -> None:
    years = Years(first=FAR, last=FAR + 1, kept_from=1)
    assert sweep.keep_history(years) == 2
    assert sweep.keep_history(years) == 0
    with psycopg.connect(postgres.owner_url) as connection:
        for year in (FAR, FAR + 1):
            name = sql.Identifier(f"alert_history_{year}")
            connection.execute(sql.SQL("DROP TABLE netpulse.{}").format(name))


def test_a_year_takes_over_what_the_rest_holds_of_it_and_goes_as_a_whole(
    place: Place, owner: psycopg.Connection[Any]
) -> None:
    alert_id = a_told_alert(place)
    early = datetime(1990, 5, 1, tzinfo=UTC)
    write_step(owner, place, alert_id, early)
    write_step(owner, place, alert_id, early.replace(year=1991))
    assert in_year(owner, alert_id)[:2] == ["rest", "rest"]
    owner.execute("SELECT netpulse.ensure_alert_history_years(1990, 1991)")
    assert in_year(owner, alert_id)[:2] == ["1990", "1991"]
    owner.execute("SELECT netpulse.drop_alert_history_years(1991)")
    assert in_year(owner, alert_id)[0] == "1991"
    # only the steps go, not the alert that the figures are made of
    assert len(place.alerts()) == 1


def test_no_role_reaches_a_partition_but_through_its_parent(
    place: Place, owner: psycopg.Connection[Any]
) -> None:
    a_told_alert(place)
    rows = owner.execute(
        "SELECT c.relname, c.relrowsecurity FROM pg_inherits i "
        "JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = 'netpulse.alert_history'::regclass"
    ).fetchall()
    assert len(rows) >= 3
    assert all(is_protected for _, is_protected in rows)
    for role in ("netpulse_app", "netpulse_auth", "netpulse_system"):
        database = place.postgres.database(role)
        for name, _ in rows:
            with (
                pytest.raises(errors.InsufficientPrivilege),
                database.transaction(place.organization_id) as transaction,
            ):
                transaction.rows(f"SELECT * FROM netpulse.{name}")


def test_an_organisation_sees_the_steps_of_its_own_alerts_only(
    place: Place, postgres: TestDatabase
) -> None:
    a_told_alert(place)
    other = Place(postgres)
    a_told_alert(other)
    with place.database.transaction(place.organization_id) as transaction:
        rows = transaction.rows("SELECT DISTINCT organization_id AS it FROM netpulse.alert_history")
    assert [row["it"] for row in rows] == [place.organization_id]
    other.database.close()


@pytest.mark.parametrize("is_over", [True, False])
def test_an_alerts_steps_are_looked_for_in_the_years_of_its_life(
    place: Place, owner: psycopg.Connection[Any], *, is_over: bool
) -> None:
    owner.execute("SELECT netpulse.ensure_alert_history_years(%s, %s)", (FAR, FAR + 3))
    middle = datetime(FAR + 1, 6, 1, tzinfo=UTC)
    given = {
        "id": uuid4(),
        "since": middle,
        "until": middle + timedelta(days=2) if is_over else None,
        "after": 0,
        "limit": 50,
    }
    plan = "\n".join(row[0] for row in owner.execute(f"EXPLAIN {HISTORY}".encode(), given))
    read = [year for year in range(FAR, FAR + 4) if f"alert_history_{year}" in plan]
    assert read == [FAR + 1] if is_over else [FAR + 1, FAR + 2, FAR + 3]
    assert f"alert_history_{NOON.year} " not in plan


def test_what_there_was_is_moved_into_its_years(
    place: Place, owner: psycopg.Connection[Any]
) -> None:
    alert_id = a_told_alert(place)
    # the table as it was before, with what is in it now
    owner.execute("ALTER TABLE netpulse.alert_history RENAME TO kept")
    owner.execute("ALTER INDEX netpulse.alert_history_pkey RENAME TO kept_pkey")
    for (name,) in owner.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = 'netpulse.kept'::regclass"
    ).fetchall():
        owner.execute(f"ALTER TABLE netpulse.{name} RENAME TO kept_{name}".encode())
    owner.execute("DROP FUNCTION netpulse.ensure_alert_history_years(integer, integer)")
    owner.execute("DROP FUNCTION netpulse.drop_alert_history_years(integer)")
    owner.execute(
        "CREATE TABLE netpulse.alert_history (id bigint GENERATED ALWAYS AS IDENTITY "
        "CONSTRAINT alert_history_pkey PRIMARY KEY, LIKE netpulse.kept INCLUDING DEFAULTS)"
    )
    columns = (
        "organization_id, alert_id, seq, at, from_state, to_state, reason, actor_id, note, value"
    )
    owner.execute(
        f"INSERT INTO netpulse.alert_history ({columns}) "
        f"SELECT {columns} FROM netpulse.kept".encode()
    )
    before = owner.execute("SELECT count(*) FROM netpulse.kept").fetchall()
    owner.execute((FOLDER / f"{BY_YEAR}.sql").read_bytes())
    assert owner.execute("SELECT count(*) FROM netpulse.alert_history").fetchall() == before
    assert set(in_year(owner, alert_id)) == {str(NOON.year)}
