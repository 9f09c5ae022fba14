"""What becomes of a visit: a verdict, samples to be recorded, a result worth telling."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pollers.domain.device import Device, Sample
from pollers.domain.verdict import judge
from pollers.metrics import Metrics
from pollers.outcome import outcome_of
from pollers.ports import Announcer, Cycle, Result, SampleSink, StateSink
from pollers.probes.result import ProbeResult
from pollers.tracked import Tracked, Visit, Visiting

REFRESH_S = 60.0
# More than a result is split into, less than the time between two slots: see announcer.py.
_STEP = timedelta(milliseconds=1)


class Reporter:
    """Takes finished visits, and tells those who want to know."""

    def __init__(
        self,
        samples: SampleSink,
        announcer: Announcer,
        metrics: Metrics,
        states: StateSink | None = None,
    ) -> None:
        self._samples = samples
        self._announcer = announcer
        self._metrics = metrics
        self._states = states
        # what was told last of each device, without its values
        self._told: dict[UUID, Result] = {}

    def report(self, visiting: Visiting) -> None:
        """Judge a device by a visit, record it and tell it."""
        tracked = visiting.tracked
        at = datetime.fromtimestamp(visiting.at, UTC)
        outcome = outcome_of(visiting)
        samples = list(visiting.samples)
        primary = visiting.results.get(str(visiting.device.check))
        if outcome is not None:
            tracked.verdict = judge(tracked.verdict, outcome, at=at, rule=tracked.device.rule)
            samples.append(Sample("availability", float(outcome.reachable), "", kind="status"))
            if self._states is not None:
                self._states.keep(tracked.device, tracked.verdict)
        if primary is not None and primary.response_ms is not None:
            samples.append(Sample("response_time_ms", primary.response_ms, "ms"))
        if visiting.visit is not Visit.CONFIRMATION:
            self._record(visiting, samples)
        if outcome is not None or not visiting.blind:
            # A poller that sees nothing says nothing: its silence makes its devices unknown.
            self._announce(visiting, at, samples, primary)

    def standing(self, device_id: UUID) -> Result | None:
        """Return what was told last of a device; None when it is not polled here."""
        return self._told.get(device_id)

    def tell(self, device_id: UUID, values: tuple[Sample, ...]) -> None:
        """Tell values that were read apart from the device's own visits.

        The alert service takes a device's results in the order of their slots: these go between
        the last one and the next.
        """
        told = self._told.get(device_id)
        if told is not None and values:
            told = replace(told, slot_at=told.slot_at + _STEP)
            self._told[device_id] = told
            self._announcer.announce(replace(told, values=values))

    def forget(self, device: Device) -> None:
        """Take note that a device is not polled here any more."""
        self._told.pop(device.id, None)
        if self._states is not None:
            self._states.forget(device.id)

    def _record(self, visiting: Visiting, samples: list[Sample]) -> None:
        device = visiting.device
        if visiting.visit in (Visit.SLOT, Visit.AGAIN) and samples:
            took_ms = (time.monotonic() - visiting.began) * 1000
            samples.append(Sample("poll_lag_ms", round(visiting.lag_s * 1000, 1), "ms"))
            samples.append(Sample("poll_duration_ms", round(took_ms, 1), "ms"))
        self._metrics.add("netpulse_poller_samples_total", value=len(samples))
        self._samples.record(
            Cycle.of(
                device.id,
                device.organization_id,
                device.number,
                device.organization_number,
                visiting.at,
                samples,
            )
        )

    def _announce(
        self,
        visiting: Visiting,
        at: datetime,
        samples: list[Sample],
        primary: ProbeResult | None,
    ) -> None:
        tracked, device = visiting.tracked, visiting.tracked.device
        watched = device.watched
        values = tuple(s for s in samples if s.metric in watched) if watched else ()
        if not _is_news(tracked) and not values:
            return
        tracked.told, tracked.told_at = _standing(tracked), time.monotonic()
        icmp = visiting.results.get("icmp")
        result = Result(
            device.id,
            device.organization_id,
            at,
            tracked.verdict,
            rtt_ms=primary.response_ms if primary else None,
            loss_ratio=icmp.loss_ratio if icmp else None,
            values=values,
            # as it was when the probe was sent
            epoch=visiting.device.epoch,
        )
        self._told[device.id] = replace(result, values=())
        self._announcer.announce(result)


def _standing(tracked: Tracked) -> tuple[object, ...]:
    return (tracked.verdict.state, tracked.verdict.hard, tracked.device.epoch)


def _is_news(tracked: Tracked) -> bool:
    return _standing(tracked) != tracked.told or time.monotonic() - tracked.told_at >= REFRESH_S
