"""Prometheus' query API over an organisation's series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.metrics.domain.promql import limits, notation
from functions.metrics.domain.promql.errors import BadQueryError, ExecutionError
from functions.metrics.domain.promql.evaluation import LOOKBACK_MS, Evaluation
from functions.metrics.domain.promql.lookup import stretch
from functions.metrics.domain.promql.matching import chooser
from functions.metrics.domain.promql.plan import Aggregation, Call, Selector, selectors
from functions.metrics.domain.promql.vectors import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.domain.promql.plan import Matcher, Node
    from functions.metrics.domain.promql.vectors import Labels, Samples
    from functions.metrics.ports import Labelled, MetricsWork, Work

_CATALOGUE = 100_000
_INTERVAL_S = 15


class PrometheusService:
    """Answers in Prometheus' own words; raises PromqlError."""

    def __init__(
        self,
        work: Work,
        clock: Clock,
        *,
        parse: Callable[[str], Node],
        parse_selector: Callable[[str], Selector],
    ) -> None:
        self._work = work
        self._clock = clock
        self._parse = parse
        self._parse_selector = parse_selector

    @property
    def now_ms(self) -> int:
        """The instant that a query without a time is about."""
        return round(self._clock.now().timestamp() * 1000)

    def query(self, organization_id: OrganizationId, text: str, at_ms: int) -> dict[str, Any]:
        """Return what a query is worth at one instant."""
        node = self._parse(text)
        samples = self._samples(organization_id, node, at_ms, at_ms)
        if isinstance(node, Selector) and node.window_ms is not None:
            end = at_ms - node.offset_ms
            return notation.raw(samples[node], end - node.window_ms, end)
        value = Evaluation(grid(at_ms, at_ms, 1), samples).value(node)
        return notation.vector(value, at_ms, descending=_descending(node))

    def query_range(
        self, organization_id: OrganizationId, text: str, start_ms: int, end_ms: int, step_ms: int
    ) -> dict[str, Any]:
        """Return what a query is worth at the instants of a grid."""
        limits.check_steps(start_ms, end_ms, step_ms)
        node = self._parse(text)
        if isinstance(node, Selector) and node.window_ms is not None:
            raise BadQueryError(
                'invalid parameter "query": invalid expression type "range vector" for range '
                "query, must be Scalar or instant Vector"
            )
        instants = grid(start_ms, end_ms, step_ms)
        samples = self._samples(organization_id, node, start_ms, end_ms)
        limits.check_values(sum(map(len, samples.values())), len(instants))
        return notation.matrix(Evaluation(instants, samples).value(node), instants)

    def label_names(self, organization_id: OrganizationId, match: Sequence[str]) -> list[str]:
        """Return the names of all labels of the matching series."""
        return sorted({name for labels in self._labels(organization_id, match) for name in labels})

    def label_values(
        self, organization_id: OrganizationId, name: str, match: Sequence[str]
    ) -> list[str]:
        """Return the values that a label has in the matching series."""
        found = self._labels(organization_id, match)
        return sorted({labels[name] for labels in found if name in labels})

    def series(self, organization_id: OrganizationId, match: Sequence[str]) -> list[Labels]:
        """Return the labels of the matching series."""
        if not match:
            raise BadQueryError("no match[] parameter provided")
        return self._labels(organization_id, match)

    def metadata(
        self, organization_id: OrganizationId, metric: str | None, limit: int | None
    ) -> dict[str, list[dict[str, str]]]:
        """Return what metrics are."""
        with self._work(organization_id) as work:
            found = work.labelled.metadata()
        names = sorted(found) if metric is None else [metric] if metric in found else []
        return {
            name: [dict(zip(("type", "help", "unit"), found[name], strict=True))]
            for name in names[:limit]
        }

    def _labels(self, organization_id: OrganizationId, match: Sequence[str]) -> list[Labels]:
        chosen = [self._parse_selector(text).matchers for text in match] or [()]
        found: dict[tuple[tuple[str, str], ...], Labels] = {}
        with self._work(organization_id) as work:
            for matchers in chosen:
                for each in _fitting(work, matchers):
                    found[tuple(sorted(each.labels.items()))] = each.labels
        return list(found.values())

    def _samples(
        self, organization_id: OrganizationId, node: Node, start_ms: int, end_ms: int
    ) -> dict[Selector, list[Samples]]:
        found: dict[Selector, list[Samples]] = {}
        wanted = set(selectors(node))
        if not wanted:
            return found
        with self._work(organization_id) as work:
            chosen = {each: _fitting(work, each.matchers) for each in wanted}
            stretches = {
                each: stretch(each, start_ms, end_ms, _lookback(chosen[each])) for each in wanted
            }
            raw_ms = round(work.labelled.since()[0].timestamp() * 1000)
            limits.check_samples(
                limits.samples_in(*stretches[each], raw_ms, one.interval_s or _INTERVAL_S)
                for each in wanted
                for one in chosen[each]
            )
            for each in wanted:
                begin, end = stretches[each]
                found[each] = work.labelled.samples(chosen[each], begin_ms=begin, end_ms=end)
        return found


def _lookback(series: Iterable[Labelled]) -> int:
    return max((each.lookback_ms or LOOKBACK_MS for each in series), default=LOOKBACK_MS)


def _fitting(work: MetricsWork, matchers: Sequence[Matcher]) -> list[Labelled]:
    fits = chooser(matchers)
    found = work.labelled.series(matchers, limit=_CATALOGUE + 1)
    if len(found) > _CATALOGUE:
        raise ExecutionError(
            f'more than {_CATALOGUE} series to look through: name the metric, as in a{{b=~"c"}}'
        )
    return [each for each in found if fits(each.labels)]


def _descending(node: Node) -> bool | None:
    """Return how the answer is sorted: as `sort` says, and topk's highest first."""
    if isinstance(node, Call):
        return {"sort": False, "sort_desc": True}.get(node.function)
    if isinstance(node, Aggregation):
        return {"topk": True, "bottomk": False}.get(node.operator)
    return None
