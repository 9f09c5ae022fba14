"""Parent links that neighbours suggest, and what people decide of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page

from functions.devices.domain.errors import ParentCycleError, unknown
from functions.devices.domain.topology import proposals
from functions.devices.models.device import DevicePatch
from functions.devices.models.found import EvidenceView, LinkView, ProposalView

if TYPE_CHECKING:
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId

    from functions.devices.domain.listing import Slice
    from functions.devices.domain.topology import Proposal
    from functions.devices.models.found import LinkIn
    from functions.devices.ports.field import FieldWork, OpenFieldWork
    from functions.devices.service.devices import DeviceService


class TopologyService:
    """The organisation's links: seen by devices, confirmed by people."""

    def __init__(self, work: OpenFieldWork, devices: DeviceService, clock: Clock) -> None:
        self._work = work
        self._devices = devices
        self._clock = clock

    def proposals(
        self, organization_id: OrganizationId, part: Slice, *, device_id: DeviceId | None
    ) -> Page[ProposalView]:
        """Return one page of the links nobody has decided on, of one device or of all."""
        with self._work(organization_id) as work:
            if device_id is not None:
                work.inventory.view(device_id)
            sights = work.topology.sights()
            nodes, names = work.topology.nodes(sights)
            found = proposals(sights, nodes, work.topology.parents(), work.topology.dismissed())
        wanted = [each for each in found if device_id in {None, each.device_id, each.parent_id}]
        items = [_view(each, names) for each in wanted[part.offset : part.offset + part.per_page]]
        return Page(items=items, page=part.page, per_page=part.per_page, total=len(wanted))

    def confirm(self, organization_id: OrganizationId, link: LinkIn) -> LinkView:
        """Put a device below another; raise ParentCycleError when it is above it already."""
        with self._work(organization_id) as work:
            device = work.devices.get(link.device_id)
            self._check_parent(work, link)
            if link.parent_id not in device.parent_ids:
                above = sorted({*device.parent_ids, link.parent_id})
                self._devices.change(work, device, DevicePatch(parent_ids=above).over(device))
            work.topology.reconsider(link.device_id, link.parent_id)
        return LinkView(device_id=link.device_id, parent_id=link.parent_id)

    def dismiss(
        self, organization_id: OrganizationId, link: LinkIn, *, by: UUID | None
    ) -> LinkView:
        """Propose a link between two devices no more, whichever is above."""
        with self._work(organization_id) as work:
            work.inventory.view(link.device_id)
            work.inventory.view(link.parent_id)
            work.topology.dismiss(link.device_id, link.parent_id, by=by, at=self._clock.now())
        return LinkView(device_id=link.device_id, parent_id=link.parent_id)

    def _check_parent(self, work: FieldWork, link: LinkIn) -> None:
        if link.parent_id not in work.devices.existing([link.parent_id]):
            raise unknown("parent_id", "device", [link.parent_id])
        work.devices.lock_topology()
        above = work.devices.ancestors([link.parent_id])
        if link.device_id in {link.parent_id, *above}:
            raise ParentCycleError(
                "The device is above this one already",
                details={"device_id": str(link.device_id), "parent_id": str(link.parent_id)},
            )


def _view(proposal: Proposal, names: dict[UUID, str]) -> ProposalView:
    return ProposalView(
        device_id=proposal.device_id,
        device_name=names[proposal.device_id],
        parent_id=proposal.parent_id,
        parent_name=names[proposal.parent_id],
        seen_from_both=proposal.seen_from_both,
        evidence=[
            EvidenceView(
                device_id=sight.device_id,
                local_if_name=sight.local_if_name,
                remote_port=sight.remote_port,
                protocol=sight.protocol,
                matched_by=sight.matched_by,
            )
            for sight in proposal.sights
        ],
    )
