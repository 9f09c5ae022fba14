"""One organisation in an open format: a zip of JSON lines and CSV.

Secrets are in none of its tables, and columns that hold or name one are left out. Restored rows
get ids made of the organisation's and the old ones, so restoring again finds them there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import numpy as np
from netpulse.timeseries.model import Column, instant, micros

if TYPE_CHECKING:
    from functions.metrics.domain.buckets import Floats, Integers

FORMAT, VERSION = "netpulse-archive", 1
MAX_BYTES = 64 * 1024**3
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Table:
    """A table of the archive: what is left out of it, which rows are restored, and how."""

    name: str
    left_out: tuple[str, ...] = ()
    # a condition that the restored rows fulfil, in SQL over `r`
    restored: str = "true"
    # what restored rows have instead of what they had
    given: Mapping[str, Any] = field(default_factory=dict)


def _of(table: str, column: str) -> str:
    """Return the condition that what a row belongs to was restored."""
    return f"EXISTS (SELECT FROM netpulse.{table} o WHERE o.id = r.{column})"


# In the order in which rows may refer to each other. Who did what is left out: people stay where
# they are. What sends or asks without anybody's doing is restored switched off.
TABLES = (
    Table("retention_policies"),
    Table("notification_settings"),
    Table("check_policies"),
    Table("devices", left_out=("credential_id", "number")),
    Table("device_groups"),
    Table("device_group_members"),
    Table("device_parents"),
    Table("dismissed_parents", left_out=("dismissed_by",)),
    Table("discovery_ignored", left_out=("ignored_by",)),
    Table("device_identities"),
    Table("interfaces"),
    Table("sensors"),
    Table("storages"),
    Table("neighbours"),
    Table("device_checks", left_out=("credential_id",)),
    Table("status_periods"),
    Table("alert_rules", restored="NOT r.built_in"),
    Table("alert_rule_versions", left_out=("saved_by",), restored=_of("alert_rules", "rule_id")),
    Table("silences", left_out=("created_by",)),
    Table("maintenance_windows", left_out=("created_by",)),
    Table("inhibition_rules"),
    Table("on_call_schedules"),
    Table("escalation_policies"),
    Table("service_levels", left_out=("channel_ids",)),
    Table(
        "report_schedules",
        left_out=("channel_ids", "created_by", "next_run_at", "last_run_at", "last_report_id"),
        given={"enabled": False},
    ),
    # what is still open was told by an organisation that goes on elsewhere
    Table(
        "incidents",
        left_out=("merged_into", "assigned_to", "acknowledged_by"),
        restored="r.resolved_at IS NOT NULL",
    ),
    Table("incident_devices", restored=_of("incidents", "incident_id")),
    Table(
        "incident_events",
        left_out=("id", "actor_id"),
        restored=_of("incidents", "incident_id")
        + " AND NOT EXISTS (SELECT FROM netpulse.incident_events e WHERE e.incident_id = "
        "r.incident_id AND (e.at, e.kind, e.text) = (r.at, r.kind, r.text))",
    ),
    Table(
        "alerts",
        left_out=(
            "rule_id",
            "incident_id",
            "acknowledged_by",
            "acknowledged_by_name",
            "resolved_by",
            "assigned_to",
        ),
        restored="r.resolved_at IS NOT NULL",
    ),
    Table("alert_history", left_out=("actor_id",), restored=_of("alerts", "alert_id")),
    Table("alert_comments", left_out=("author_id",), restored=_of("alerts", "alert_id")),
    Table("foreign_metrics"),
)


def restored_id(organization_id: UUID, old: str) -> str:
    """Return the id that a thing gets in the organisation it is restored into."""
    return str(uuid5(organization_id, old))


def restored_row(
    row: Mapping[str, Any], organization_id: UUID, known: Collection[str]
) -> dict[str, Any]:
    """Return a row as it is restored: ids of what is in the archive replaced, wherever they are."""

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return _UUID.sub(
                lambda found: (
                    restored_id(organization_id, found[0]) if found[0] in known else found[0]
                ),
                value,
            )
        if isinstance(value, list):
            return [replaced(each) for each in value]
        if isinstance(value, dict):
            return {name: replaced(each) for name, each in value.items()}
        return value

    return {
        **{name: replaced(value) for name, value in row.items()},
        "organization_id": str(organization_id),
    }


@dataclass(frozen=True)
class Block:
    """Series that share rows: of a device, or of a source that a Prometheus scrapes."""

    # `device-<id>` or `source-<number>`
    owner: str
    number: int
    block: int
    # ids of series and their positions
    series: tuple[tuple[int, int], ...]

    @property
    def path(self) -> str:
        """The file its samples are in."""
        return f"samples/{self.owner}/{self.block}.csv"


def csv_head(block: Block) -> str:
    """Return the first line of a block's file: time, and the ids of its series."""
    return ",".join(("time", *(str(number) for number, _ in block.series))) + "\r\n"


def csv_lines(columns: Sequence[Column]) -> Iterator[str]:
    """Yield samples of series that share slots as lines; a cell without a value is empty."""
    times: Integers = np.unique(np.concatenate([column.times for column in columns]))
    table: Floats = np.full((len(times), len(columns)), np.nan)
    for place, column in enumerate(columns):
        table[np.searchsorted(times, column.times), place] = column.values
    for at, row in zip(times.tolist(), table.tolist(), strict=True):
        cells = ("" if value != value else repr(value) for value in row)  # noqa: PLR0124  # what NaN is not
        yield ",".join((_text(at), *cells)) + "\r\n"


def _text(at: int) -> str:
    return instant(at).isoformat().replace("+00:00", "Z")


def rows_of(
    lines: Iterator[Sequence[str]], positions: Mapping[str, int]
) -> Iterator[tuple[int, list[float]]]:
    """Yield instants in microseconds and values by position out of a block's CSV."""
    head = next(lines, None)
    if not head or head[0] != "time":
        raise ValueError("a file of samples begins with `time`")
    places = [positions.get(number) for number in head[1:]]
    width = max((place for place in places if place), default=0)
    for line in lines:
        values = [float("nan")] * width
        for place, cell in zip(places, line[1:], strict=True):
            if place and cell:
                values[place - 1] = float(cell)
        yield micros(datetime.fromisoformat(line[0]).astimezone(UTC)), values
