"""What is known of devices: lists, status, ports and availability."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from netpulse.availability import StatusPeriod, availability
from netpulse.http import Page

from functions.devices.domain.polling import coverage, spread, window
from functions.devices.models.polling import PollingView, SpreadView
from functions.devices.models.views import AvailabilityView, StatusView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.listing import DeviceFilter, Slice
    from functions.devices.models.snapshot import SnapshotView
    from functions.devices.models.views import DeviceView
    from functions.devices.ports import Work


class MonitoringService:
    """Reads what monitoring found out about an organisation's devices."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, wanted: DeviceFilter, part: Slice
    ) -> Page[DeviceView]:
        """Return one page of the wanted devices."""
        with self._work(organization_id) as work:
            items, total = work.inventory.page(wanted, part)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, device_id: DeviceId) -> DeviceView:
        """Return a device with what is known of it."""
        with self._work(organization_id) as work:
            return work.inventory.view(device_id)

    def snapshot(self, organization_id: OrganizationId) -> SnapshotView:
        """Return every active device's name and status, in columns."""
        with self._work(organization_id) as work:
            return work.inventory.snapshot(self._clock.now())

    def status(
        self, organization_id: OrganizationId, device_id: DeviceId, *, periods: int
    ) -> StatusView:
        """Return a device's status and its last periods, newest first."""
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            last = work.inventory.last_periods(device_id, limit=periods)
        return StatusView(
            device_id=device.id,
            status=device.status,
            maintenance=device.maintenance,
            reason=device.status_reason,
            since=device.status_since,
            last_seen_at=device.last_seen_at,
            response_time_ms=device.response_time_ms,
            loss_ratio=device.loss_ratio,
            periods=last,
        )

    def polling(self, organization_id: OrganizationId, device_id: DeviceId) -> PollingView:
        """Return how late and how completely a device is polled lately."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            interval = timedelta(seconds=device.interval_seconds)
            slots = work.polling.slots(device_id, since=now - window(interval))
            state, shard = work.polling.state(device_id), work.polling.shard(device_id)
        covered = coverage(slots, interval=interval, now=now)
        return PollingView(
            device_id=device.id,
            interval_seconds=device.interval_seconds,
            shard=shard,
            verdict=state,
            window_seconds=int(window(interval).total_seconds()),
            expected_slots=covered.expected,
            recorded_slots=covered.recorded,
            missing_slots=covered.missing,
            last_slot_at=covered.last_at,
            next_slot_at=covered.next_at if device.is_active else None,
            lag_ms=_spread([slot.lag_ms for slot in slots]),
            duration_ms=_spread([slot.duration_ms for slot in slots]),
        )

    def availability(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        *,
        begin: datetime,
        end: datetime,
    ) -> AvailabilityView:
        """Return how much of a stretch of time a device was up."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            device = work.inventory.view(device_id)
            periods = work.inventory.periods(device_id, begin=begin, end=end)
        found = availability(
            [StatusPeriod(p.status, p.began_at, p.ended_at, p.maintenance) for p in periods],
            begin=begin,
            end=end,
            existed_from=device.created_at,
            now=now,
        )
        return AvailabilityView(
            device_id=device.id,
            begin=begin,
            end=end,
            availability=found.ratio,
            up_seconds=found.up_seconds,
            down_seconds=found.down_seconds,
            unreachable_seconds=found.unreachable_seconds,
            maintenance_seconds=found.maintenance_seconds,
            unknown_seconds=found.unknown_seconds,
            outages=found.outages,
            longest_outage_seconds=found.longest_outage_seconds,
        )


def _spread(values: Sequence[float | None]) -> SpreadView | None:
    found = spread(values)
    return SpreadView.model_validate(found) if found else None
