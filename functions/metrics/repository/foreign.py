"""Series that a Prometheus writes, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse import timeseries
from psycopg.types.json import Jsonb

from functions.metrics.domain.foreign import next_places

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from netpulse.db import Transaction

    from functions.metrics.domain.foreign import Foreign, Metadata, Place, Source


class PostgresForeign:
    """One organisation's foreign series, in a transaction of netpulse_system."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def organization_number(self) -> int:
        """Return the organisation's short id."""
        return int(
            self._transaction.value(
                "SELECT number FROM netpulse.organizations WHERE id = %s",
                (self._transaction.organization_id,),
            )
        )

    def room(self) -> int:
        """Return how many more series the organisation's quota lets in, its devices' counted."""
        return int(
            self._transaction.value(
                "SELECT greatest(coalesce((SELECT q.series_limit FROM netpulse.series_quotas q "
                "    WHERE q.organization_id = %(id)s), 100000) "
                "  - (SELECT count(*) FROM netpulse.series WHERE organization_id = %(id)s) "
                "  - (SELECT count(*) FROM netpulse.foreign_series "
                "     WHERE organization_id = %(id)s), 0)",
                {"id": self._transaction.organization_id},
            )
        )

    def places(self, fingerprints: Collection[bytes]) -> dict[bytes, Place]:
        """Return where series stand that are known."""
        rows = self._transaction.rows(
            "SELECT fingerprint, source_number, block, position FROM netpulse.foreign_series "
            "WHERE organization_id = %s AND fingerprint = ANY(%s)",
            (self._transaction.organization_id, list(fingerprints)),
        )
        return {
            bytes(row["fingerprint"]): (row["source_number"], row["block"], row["position"])
            for row in rows
        }

    def lock_source(self, source: Source) -> tuple[int, int]:
        """Return a source's number and how many series it has; nobody else adds one meanwhile."""
        self._transaction.run(
            "INSERT INTO netpulse.metric_sources (organization_id, job, instance) "
            "VALUES (%s, %s, %s) ON CONFLICT (organization_id, job, instance) DO NOTHING",
            (self._transaction.organization_id, *source),
        )
        row = self._transaction.row(
            "SELECT number FROM netpulse.metric_sources "
            "WHERE organization_id = %s AND job = %s AND instance = %s FOR UPDATE",
            (self._transaction.organization_id, *source),
        )
        if row is None:
            raise RuntimeError("the source vanished")
        used = self._transaction.value(
            "SELECT count(*) FROM netpulse.foreign_series WHERE source_number = %s",
            (row["number"],),
        )
        return int(row["number"]), int(used)

    def add(self, source_number: int, used: int, series: Sequence[Foreign]) -> None:
        """Give a locked source's new series their places."""
        self._transaction.run_many(
            "INSERT INTO netpulse.foreign_series (organization_id, source_number, name, labels, "
            "fingerprint, block, position) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    self._transaction.organization_id,
                    source_number,
                    each.name,
                    Jsonb(dict(each.labels)),
                    each.fingerprint,
                    block,
                    position,
                )
                for each, (block, position) in zip(
                    series, next_places(used, len(series)), strict=True
                )
            ],
        )

    def place(self, source_number: int, series: Foreign, block: int, position: int) -> None:
        """Give a series the place it had elsewhere, unless it or the place is taken."""
        self._transaction.run(
            "INSERT INTO netpulse.foreign_series (organization_id, source_number, name, labels, "
            "fingerprint, block, position) VALUES (%s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            (
                self._transaction.organization_id,
                *(source_number, series.name, Jsonb(dict(series.labels))),
                *(series.fingerprint, block, position),
            ),
        )

    def describe(self, metadata: Sequence[Metadata]) -> None:
        """Remember what metrics are."""
        newest = {each.name: each for each in metadata}
        self._transaction.run_many(
            "INSERT INTO netpulse.foreign_metrics VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (organization_id, name) DO UPDATE "
            "SET type = excluded.type, help = excluded.help, unit = excluded.unit",
            [
                (
                    self._transaction.organization_id,
                    *(each.name, each.type, each.help[:2000], each.unit[:50]),
                )
                for each in sorted(newest.values(), key=lambda one: one.name)
            ],
        )

    def record(
        self, number: int, rows: Mapping[tuple[int, int, int], Sequence[float]]
    ) -> timeseries.Written:
        """Write values by source, block and instant in ms; again is no harm."""
        return timeseries.write(
            self._transaction.connection,
            [
                timeseries.Row(at_ms * 1000, source, number, block, values)
                for (source, block, at_ms), values in rows.items()
            ],
        )
