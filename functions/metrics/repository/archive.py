"""One organisation's rows, as an archive has them; in transactions of netpulse_system."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from netpulse import timeseries
from netpulse.timeseries.model import Place
from psycopg import sql

from functions.metrics.domain.archive import Block
from functions.metrics.domain.foreign import Foreign, foreign
from functions.metrics.domain.promql.plan import NAME
from functions.metrics.repository.foreign import PostgresForeign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from netpulse.db import Transaction
    from netpulse.timeseries.model import Column

    from functions.metrics.domain.archive import Table

_PAGE = 1000


class PostgresArchive:
    """What is kept of one organisation."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def organization(self) -> dict[str, Any]:
        """Return the organisation's own row, as JSON has it."""
        return dict(
            self._transaction.value(
                "SELECT jsonb_build_object('id', id, 'name', name, 'slug', slug, "
                "'time_zone', time_zone) FROM netpulse.organizations WHERE id = %s",
                (self._transaction.organization_id,),
            )
        )

    def raw_days(self) -> int:
        """Return for how many days samples are kept."""
        found = self._transaction.value(
            "SELECT raw_days FROM netpulse.retention_policies WHERE organization_id = %s",
            (self._transaction.organization_id,),
        )
        return int(found or 90)

    def rows(self, table: Table) -> Iterator[str]:
        """Yield a table's rows as JSON texts."""
        query = sql.SQL(
            "SELECT (to_jsonb(r) - %s::text[])::text AS row FROM netpulse.{} r "
            "WHERE r.organization_id = %s"
        ).format(sql.Identifier(table.name))
        left_out = list(table.left_out)
        with self._transaction.connection.cursor() as cursor:
            cursor.execute(query, (left_out, self._transaction.organization_id))
            for row in cursor:
                yield str(row["row"])

    def restore(self, table: Table, rows: Sequence[dict[str, Any]]) -> int:
        """Insert rows that are not there yet; return how many."""
        if not rows:
            return 0
        known = self._transaction.rows(
            "SELECT column_name AS name FROM information_schema.columns "
            "WHERE table_schema = 'netpulse' AND table_name = %s AND is_generated = 'NEVER' "
            "AND is_identity = 'NO' ORDER BY ordinal_position",
            (table.name,),
        )
        given = set().union(*rows) - set(table.left_out)
        names = sql.SQL(", ").join(
            sql.Identifier(row["name"]) for row in known if row["name"] in given
        )
        query = sql.SQL(
            "INSERT INTO netpulse.{table} ({names}) SELECT {names} "
            "FROM jsonb_populate_recordset(NULL::netpulse.{table}, %s::jsonb) r "
            "WHERE " + table.restored + " ON CONFLICT DO NOTHING"
        ).format(table=sql.Identifier(table.name), names=names)
        return self._transaction.run(query, (json.dumps(rows),))

    def device_ids(self) -> set[str]:
        """Return the ids of the organisation's devices."""
        rows = self._transaction.rows(
            "SELECT id FROM netpulse.devices WHERE organization_id = %s AND retired_at IS NULL",
            (self._transaction.organization_id,),
        )
        return {str(row["id"]) for row in rows}

    def series(self) -> list[dict[str, Any]]:
        """Return the devices' series."""
        return self._transaction.rows(
            "SELECT r.id, r.device_id::text, r.device_number, r.entity, r.metric, r.unit, r.kind, "
            "r.block, r.position FROM netpulse.series r JOIN netpulse.devices d "
            "ON d.id = r.device_id WHERE r.organization_id = %s AND d.retired_at IS NULL "
            "ORDER BY r.id",
            (self._transaction.organization_id,),
        )

    def foreign(self) -> list[dict[str, Any]]:
        """Return the series that a Prometheus wrote."""
        return self._transaction.rows(
            "SELECT f.id, f.source_number, s.job, s.instance, f.name, f.labels, f.block, "
            "f.position FROM netpulse.foreign_series f "
            "JOIN netpulse.metric_sources s ON s.number = f.source_number "
            "WHERE f.organization_id = %s ORDER BY f.id",
            (self._transaction.organization_id,),
        )

    def samples(self, block: Block, *, begin: datetime, end: datetime) -> list[Column]:
        """Return a block's samples in [begin, end), a column a series."""
        places = [
            Place(number, block.number, block.block, position) for number, position in block.series
        ]
        found = timeseries.read(self._transaction, places, begin=begin, end=end)
        return [found[place.series_id] for place in places]

    def restore_series(self, rows: Sequence[dict[str, Any]]) -> None:
        """Insert series of restored devices that are not there yet."""
        for start in range(0, len(rows), _PAGE):
            part = rows[start : start + _PAGE]
            self._transaction.run(
                "SELECT netpulse.register_series(array_agg(d.organization_id), array_agg(d.id), "
                "array_agg(d.number), array_agg(n.entity), array_agg(n.metric), "
                "array_agg(n.unit), array_agg(n.kind), array_agg(n.block), array_agg(n.position)) "
                "FROM jsonb_to_recordset(%s::jsonb) AS n (device_id uuid, entity text, "
                "metric text, unit text, kind text, block smallint, position smallint) "
                "JOIN netpulse.devices d ON d.id = n.device_id AND d.organization_id = %s",
                (json.dumps(part), self._transaction.organization_id),
            )

    def restored_numbers(self, foreign: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Give foreign series their places, and return every owner's number in the store."""
        rows = self._transaction.rows(
            "SELECT id::text AS id, number FROM netpulse.devices WHERE organization_id = %s",
            (self._transaction.organization_id,),
        )
        found = {f"device-{row['id']}": int(row["number"]) for row in rows}
        written = PostgresForeign(self._transaction)
        for each in foreign:
            owner = f"source-{each['source_number']}"
            if owner not in found:
                found[owner], _ = written.lock_source((each["job"], each["instance"]))
            written.place(found[owner], _foreign(each), each["block"], each["position"])
        return found

    def record(
        self, number: int, block: int, rows: Sequence[tuple[int, list[float]]]
    ) -> timeseries.Written:
        """Write samples by instant (µs) of a block; again is no harm."""
        organization = self._transaction.value(
            "SELECT number FROM netpulse.organizations WHERE id = %s",
            (self._transaction.organization_id,),
        )
        return timeseries.write(
            self._transaction.connection,
            [timeseries.Row(at, number, organization, block, values) for at, values in rows],
        )

    def blocks(self) -> list[Block]:
        """Return which series share rows."""
        return _blocks(self.series(), self.foreign())


def _foreign(row: dict[str, Any]) -> Foreign:
    return foreign([(NAME, row["name"]), *row["labels"].items()])


def _blocks(series: Sequence[dict[str, Any]], written: Sequence[dict[str, Any]]) -> list[Block]:
    found: dict[tuple[str, int, int], list[tuple[int, int]]] = defaultdict(list)
    for each in series:
        key = (f"device-{each['device_id']}", each["device_number"], each["block"])
        found[key].append((each["id"], each["position"]))
    for each in written:
        key = (f"source-{each['source_number']}", each["source_number"], each["block"])
        found[key].append((each["id"], each["position"]))
    return [Block(*key, tuple(members)) for key, members in found.items()]
