"""Takes what a Prometheus writes."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from typing import TYPE_CHECKING

from netpulse.observability import count, emit

from functions.metrics.domain.foreign import MAX_SAMPLES, accepted, rows_of
from functions.metrics.domain.promql.errors import BadQueryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.ids import OrganizationId

    from functions.metrics.domain.foreign import Accepted, Foreign, Place, Source, WriteRequest
    from functions.metrics.ports.foreign import ForeignSeries, ForeignWork

_REMEMBERED = 200_000
_SHOWN = 3


class WriteService:
    """Records samples of foreign series; remembers where those stand that came before."""

    def __init__(self, work: ForeignWork) -> None:
        self._work = work
        self._known: OrderedDict[tuple[UUID, bytes], Place] = OrderedDict()

    def write(self, organization_id: OrganizationId, request: WriteRequest) -> None:
        """Record a request; raise BadQueryError for what is not taken, after the rest was."""
        total = sum(len(each.samples) for each in request.series)
        if total > MAX_SAMPLES:
            raise BadQueryError(f"a request may bring at most {MAX_SAMPLES} samples")
        taken = accepted(request)
        with self._work(organization_id) as series:
            if request.metadata:
                series.describe([each for each in request.metadata if each.name])
            places = self._places(organization_id, series, taken)
            rows = rows_of(taken.samples, places)
            written = series.record(series.organization_number(), rows) if rows else None
        for fingerprint, place in places.items():
            self._known[organization_id, fingerprint] = place
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        emit({"domain": "metrics"}, remote_write_samples_total=count(total))
        if written and written.quarantined:
            taken.refused.append(
                f"{written.quarantined} rows are from the future or older than what is kept"
            )
        if taken.refused:
            more = len(taken.refused) - _SHOWN
            shown = "; ".join(taken.refused[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
            raise BadQueryError(f"not all was taken: {shown}")

    def _places(
        self, organization_id: OrganizationId, series: ForeignSeries, taken: Accepted
    ) -> dict[bytes, Place]:
        places = {
            fingerprint: self._known[organization_id, fingerprint]
            for fingerprint in taken.series
            if (organization_id, fingerprint) in self._known
        }
        unknown = taken.series.keys() - places.keys()
        if unknown:
            places |= series.places(unknown)
        new = [taken.series[each] for each in sorted(unknown - places.keys())]
        if new:
            self._add(series, new, taken)
            places |= series.places([each.fingerprint for each in new])
        return places

    def _add(self, series: ForeignSeries, new: Sequence[Foreign], taken: Accepted) -> None:
        room = series.room()
        if room < len(new):
            taken.refused.append(f"the quota of series is used up: {len(new) - room} new ones")
        by_source: dict[Source, list[Foreign]] = defaultdict(list)
        for each in new[:room]:
            by_source[each.source].append(each)
        # always in one order, so that two requests never wait for each other
        for source in sorted(by_source):
            number, used = series.lock_source(source)
            wanted = by_source[source]
            there = series.places([each.fingerprint for each in wanted])
            missing = [each for each in wanted if each.fingerprint not in there]
            series.add(number, used, missing)
