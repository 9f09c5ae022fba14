"""Metrics whose place is known from a profile: which of them a device has, and their values."""

from collections.abc import Iterable, Sequence

from pollers.domain.device import Sample
from pollers.domain.profile import MetricSource
from pollers.domain.text import number_of, text_of
from pollers.snmp.ber import encode_oid
from pollers.snmp.message import Value
from pollers.snmp.session import Index, SnmpSession, Table

_MAX_ROWS = 64


async def settle_sources(
    session: SnmpSession, candidates: Sequence[MetricSource]
) -> tuple[MetricSource, ...]:
    """Return the sources that give values here; of several for one metric and entity, the first."""
    scalars, tables = await _read(session, candidates)
    chosen: dict[tuple[str, str], MetricSource] = {}
    single: set[str] = set()
    for source in candidates:
        if _is_reduced(source) and source.metric in single:
            continue
        if not _samples(source, scalars, tables):
            continue
        chosen.setdefault((source.metric, source.value or source.used or source.total), source)
        if _is_reduced(source):
            single.add(source.metric)
    return tuple(chosen.values())


async def metric_samples(session: SnmpSession, sources: Sequence[MetricSource]) -> list[Sample]:
    """Return the values of the sources; tables give one a row and their mean for the device."""
    if not sources:
        return []
    scalars, tables = await _read(session, sources)
    samples: list[Sample] = []
    for source in sources:
        samples += _samples(source, scalars, tables)
    return samples


def _is_reduced(source: MetricSource) -> bool:
    """Return whether a source gives the device as a whole a value (sensors do not)."""
    return source.unit == "%"


async def _read(
    session: SnmpSession, sources: Iterable[MetricSource]
) -> tuple[dict[bytes, Value], Table]:
    scalars = {encode_oid(oid) for source in sources if not source.table for oid in source.oids}
    got = await session.get(sorted(scalars)) if scalars else {}
    table: Table = {}
    for source in sources:
        if source.table:
            wanted = (*source.oids, source.label) if source.label else source.oids
            columns = [c for oid in wanted if (c := encode_oid(oid)) not in table]
            if columns:
                table.update(await session.table(columns))
    return got, table


def _samples(source: MetricSource, scalars: dict[bytes, Value], table: Table) -> list[Sample]:
    if source.table:
        return _row_samples(source, table)
    value = source.compute({oid: number_of(scalars.get(encode_oid(oid))) for oid in source.oids})
    if value is None:
        return []
    entity = "" if _is_reduced(source) else f"sensor:{source.entity or source.metric}"
    return [Sample(source.metric, round(value, 4), source.unit, entity)]


def _row_samples(source: MetricSource, table: Table) -> list[Sample]:
    columns = {oid: table.get(encode_oid(oid), {}) for oid in source.oids}
    labels = table.get(encode_oid(source.label), {}) if source.label else {}
    indexes = sorted({index for rows in columns.values() for index in rows})[:_MAX_ROWS]
    found: list[tuple[Index, float]] = []
    for index in indexes:
        value = source.compute({oid: number_of(rows.get(index)) for oid, rows in columns.items()})
        if value is not None:
            found.append((index, value))
    prefix = source.entity if _is_reduced(source) else "sensor"
    samples = [
        Sample(source.metric, round(value, 4), source.unit, f"{prefix}:{_label(labels, index)}")
        for index, value in found
    ]
    if _is_reduced(source) and found:
        mean = sum(value for _, value in found) / len(found)
        samples.insert(0, Sample(source.metric, round(mean, 4), source.unit))
    return samples


def _label(labels: dict[Index, Value], index: Index) -> str:
    number = ".".join(map(str, index))
    text = text_of(labels.get(index), 80)
    return f"{text} {number}" if text else number
