"""How PostgreSQL finds series among many: by an index, whatever else there is."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
import pytest

from functions.metrics.domain.series import Wanted
from functions.metrics.repository import catalogue
from functions.metrics.repository.labelled import _FOREIGN, _OWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Transaction
    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase

DEVICES, ENTITIES = 300, 60


@pytest.fixture
def transaction(postgres: TestDatabase, organization: OrganizationId) -> Iterator[Transaction]:
    """An organisation of 300 devices and 36,000 series."""
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type) "
            "SELECT %s, 'd' || n, '10.0.0.0'::inet + n, 'router' FROM generate_series(1, %s) n",
            (organization, DEVICES),
        )
        owner.execute(
            "INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, "
            "metric, kind, block, position) SELECT d.organization_id, d.id, d.number, 'if:' || e, "
            "m.name, 'rate', e, m.position FROM netpulse.devices d, generate_series(1, %s) e, "
            "(VALUES ('if_in_bps', 1), ('if_out_bps', 2)) AS m (name, position) "
            "WHERE d.organization_id = %s",
            (ENTITIES, organization),
        )
        owner.execute("UPDATE netpulse.series SET metric = 'cpu' WHERE block = 7 AND position = 1")
        owner.execute("ANALYZE netpulse.series, netpulse.devices")
    with closing(postgres.database()) as database, database.transaction(organization) as opened:
        yield opened
    with psycopg.connect(postgres.owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM netpulse.devices WHERE organization_id = %s", (organization,))


def _plan(transaction: Transaction, sql: str, parameters: dict[str, object]) -> str:
    rows = transaction.rows(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", parameters)
    return "\n".join(row["QUERY PLAN"] for row in rows)


def test_a_devices_series_are_found_without_looking_at_others(transaction: Transaction) -> None:
    device = transaction.value("SELECT id FROM netpulse.devices LIMIT 1")
    wanted = Wanted(metrics=("if_out_bps",), device_ids=(UUID(str(device)),))
    asked = {**catalogue._parameters(wanted), "limit": 2001}
    sql = f"SELECT {catalogue._COLUMNS} {catalogue._SERIES} {catalogue._ORDER} LIMIT %(limit)s"
    plan = _plan(transaction, sql, asked)
    assert "Seq Scan on series" not in plan, plan
    assert len(transaction.rows(sql, asked)) == ENTITIES


def test_a_metric_of_all_devices_is_found_by_its_name(transaction: Transaction) -> None:
    asked = {**catalogue._parameters(Wanted(metrics=("cpu",))), "limit": 2001}
    sql = f"SELECT {catalogue._COLUMNS} {catalogue._SERIES} {catalogue._ORDER} LIMIT %(limit)s"
    plan = _plan(transaction, sql, asked)
    assert "Seq Scan on series" not in plan, plan
    assert len(transaction.rows(sql, asked)) == DEVICES


def test_patterns_and_names_find_the_same(transaction: Transaction) -> None:
    def found(*metrics: str) -> int:
        asked = {**catalogue._parameters(Wanted(metrics=metrics)), "limit": 100_000}
        sql = f"SELECT {catalogue._COLUMNS} {catalogue._SERIES} LIMIT %(limit)s"
        return len(transaction.rows(sql, asked))

    assert found("c*") == found("cpu") == DEVICES
    assert found("if_*_bps", "cpu") == 2 * DEVICES * ENTITIES
    assert found("cp?") == DEVICES
    assert found("if%") == found("if_i?_bps_") == 0


def test_promql_finds_a_metric_by_its_name(transaction: Transaction) -> None:
    asked = {"any": False, "names": ["cpu"], "limit": 100_001}
    for sql in (_OWN, _FOREIGN):
        plan = _plan(transaction, sql, asked)
        assert "Seq Scan on series" not in plan, plan
