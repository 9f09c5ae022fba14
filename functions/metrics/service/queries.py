"""Answers questions about many series."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from netpulse.spreadsheet import csv_of
from netpulse.timeseries.model import SECOND, instant

from functions.metrics.domain.buckets import combined, nulled
from functions.metrics.domain.grouping import grouped
from functions.metrics.models.queries import Key, QueryCurveView, QueryView, Shape
from functions.metrics.service.asking import duration_of, range_of, series_of, span_of
from functions.metrics.service.reading import curves, kind_of, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.domain.buckets import Floats
    from functions.metrics.domain.grouping import Group
    from functions.metrics.domain.series import Series
    from functions.metrics.domain.spans import Span
    from functions.metrics.models.queries import QueryIn
    from functions.metrics.ports import MetricsWork, Work

_Filled = dict[str, Any]


class QueryService:
    """Reads an organisation's series as curves."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def query(self, organization_id: OrganizationId, asked: QueryIn) -> QueryView:
        """Return the curves that are asked for."""
        begin, end = range_of(asked, self._clock.now())
        earlier = duration_of(asked.compare) if asked.compare else None
        with self._work(organization_id) as work:
            series = series_of(work.catalogue, asked.wanted())
            groups = self._groups(work, series, asked)
            span = span_of(
                series,
                begin,
                end,
                step_s=None if asked.step == "auto" else asked.step,
                curves=len(series if groups is None else groups) * (2 if earlier else 1),
                aggregate=asked.aggregate,
                max_points=asked.max_points,
            )
            source = source_of(work.readings, span)
            rows = _rows(work, series, groups, span, asked)
            before = _rows(work, series, groups, span.earlier(earlier), asked) if earlier else None
        return QueryView.model_construct(
            begin=span.begin,
            end=span.end,
            step_seconds=span.step_s,
            source=source,
            compared_seconds=int(earlier.total_seconds()) if earlier else None,
            times=(span.edges[:-1] // SECOND).tolist() if asked.format is Shape.COLUMNS else None,
            series=_views(_heads(series, groups, asked), _Laid(span, asked.format), rows, before),
        )

    def as_csv(self, organization_id: OrganizationId, asked: QueryIn) -> str:
        """Return the curves that are asked for as CSV, a line an instant and curve."""
        rows = asked.model_copy(update={"format": Shape.ROWS})
        return csv_of(_CSV, _lines(self.query(organization_id, rows)))

    def _groups(
        self, work: MetricsWork, series: Sequence[Series], asked: QueryIn
    ) -> list[Group] | None:
        if asked.combine is None:
            return None
        names = (
            work.catalogue.groups([each.device_id for each in series])
            if Key.GROUP in asked.group_by
            else {}
        )
        return grouped(series, [str(key.value) for key in asked.group_by], names)


class _Laid:
    """Lays values out as rows or as columns; an earlier period's at the instants of this one."""

    def __init__(self, span: Span, shape: Shape) -> None:
        self._shape = shape
        self._instants = [instant(at) for at in span.edges[:-1].tolist()]

    def __call__(self, values: Floats, prefix: str = "") -> _Filled:
        plain = nulled(values)
        if self._shape is Shape.COLUMNS:
            return {f"{prefix}values": plain}
        return {f"{prefix}points": list(zip(self._instants, plain, strict=True))}


def _rows(
    work: MetricsWork,
    series: Sequence[Series],
    groups: Sequence[Group] | None,
    span: Span,
    asked: QueryIn,
) -> list[Floats]:
    table = curves(work.readings, series, span, asked.aggregate)
    if groups is None or asked.combine is None:
        return list(table)
    how = asked.combine.aggregate
    return [combined(table[list(group.members)], how) for group in groups]


def _heads(
    series: Sequence[Series], groups: Sequence[Group] | None, asked: QueryIn
) -> list[_Filled]:
    if groups is None:
        return [_head(each, asked) for each in series]
    return [_group_head(group, series, asked) for group in groups]


def _views(
    heads: Sequence[_Filled],
    laid: Callable[..., _Filled],
    rows: Sequence[Floats],
    before: Sequence[Floats] | None,
) -> list[QueryCurveView]:
    views = []
    for place, head in enumerate(heads):
        filled = laid(rows[place])
        if before is not None:
            filled |= laid(before[place], "earlier_")
        views.append(QueryCurveView.model_construct(**head, **filled))
    return views


def _head(series: Series, asked: QueryIn) -> _Filled:
    return {
        "metric": series.metric,
        "unit": series.unit,
        "kind": series.kind,
        "entity": series.entity,
        "device_id": series.device_id,
        "device_name": series.device_name,
        "aggregate": kind_of(series, asked.aggregate),
    }


def _group_head(group: Group, series: Sequence[Series], asked: QueryIn) -> _Filled:
    return {
        "metric": group.metric,
        "unit": group.unit,
        "kind": group.kind,
        "group": dict(group.labels),
        "series_count": len(group.members),
        "aggregate": kind_of(series[group.members[0]], asked.aggregate),
    }


_CSV = ("time", "device", "entity", "metric", "group", "unit", "aggregate", "value", "earlier")


def _lines(found: QueryView) -> Iterator[dict[str, Any]]:
    for curve in found.series:
        head = {
            "device": curve.device_name,
            "entity": curve.entity,
            "metric": curve.metric,
            "group": ", ".join(f"{key}: {name}" for key, name in (curve.group or {}).items()),
            "unit": curve.unit,
            "aggregate": curve.aggregate.value,
        }
        for place, (at, value) in enumerate(curve.points or ()):
            line = {**head, "time": at.isoformat(), "value": value}
            if curve.earlier_points:
                line["earlier"] = curve.earlier_points[place][1]
            yield line
