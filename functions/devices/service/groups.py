"""Groups of devices, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.events import DeviceUpdated
from netpulse.http import Page
from netpulse.ids import GroupId

from functions.devices.domain.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.listing import Slice
    from functions.devices.models.groups import GroupIn, GroupView
    from functions.devices.ports import DevicesWork, Work


class GroupService:
    """The organisation's groups of devices."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    def page(self, organization_id: OrganizationId, search: str, part: Slice) -> Page[GroupView]:
        """Return one page of the groups."""
        with self._work(organization_id) as work:
            items, total = work.groups.page(search, part)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, group_id: GroupId) -> GroupView:
        """Return a group."""
        with self._work(organization_id) as work:
            return work.groups.view(group_id)

    def create(self, organization_id: OrganizationId, given: GroupIn) -> GroupView:
        """Make an empty group."""
        group_id = GroupId(uuid4())
        with self._work(organization_id) as work:
            work.groups.add(group_id, given, at=self._clock.now())
            return work.groups.view(group_id)

    def replace(
        self, organization_id: OrganizationId, group_id: GroupId, given: GroupIn
    ) -> GroupView:
        """Name and describe a group anew."""
        with self._work(organization_id) as work:
            work.groups.save(group_id, given, at=self._clock.now())
            return work.groups.view(group_id)

    def remove(self, organization_id: OrganizationId, group_id: GroupId) -> None:
        """Delete a group; its devices stay."""
        with self._work(organization_id) as work:
            members = work.groups.members(group_id)
            work.groups.remove(group_id)
            _announce(work, members)

    def set_members(
        self, organization_id: OrganizationId, group_id: GroupId, device_ids: Collection[DeviceId]
    ) -> GroupView:
        """Give a group exactly these devices."""
        wanted = set(device_ids)
        with self._work(organization_id) as work:
            work.groups.view(group_id)
            if missing := wanted - work.devices.existing(wanted).keys():
                raise unknown("device_ids", "device", missing)
            changed = wanted ^ work.groups.members(group_id)
            work.groups.set_members(group_id, wanted)
            _announce(work, changed)
            return work.groups.view(group_id)


def _announce(work: DevicesWork, device_ids: Collection[DeviceId]) -> None:
    """Tell of each device that its groups are others: rules may watch it now, or no more."""
    for device in work.devices.existing(device_ids).values():
        work.outbox.add(
            DeviceUpdated(
                device_id=device.id,
                number=device.number,
                name=device.name,
                ip_address=device.ip_address,
                device_type=device.device_type,
                is_active=device.is_active,
                changed=("group_ids",),
            )
        )
