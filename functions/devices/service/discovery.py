"""Scans of networks: asked for, watched, and what they find accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.errors import NetPulseError
from netpulse.http import Page
from netpulse.networks import parse_address
from netpulse.observability import logger
from netpulse.sweeps import MAX_ADDRESSES, host_count, parse_network, without_overlap

from functions.devices.domain.credential import SNMP_VERSIONS
from functions.devices.domain.device import Check
from functions.devices.domain.discovery import ResultState, ScanRequest
from functions.devices.domain.errors import TooManyScansError, unacceptable, unknown
from functions.devices.models.device import DeviceIn
from functions.devices.models.discovery import (
    AcceptedView,
    AcceptView,
    CandidateView,
    IgnoreView,
    ScanStarted,
)
from functions.devices.models.probes import SnmpProbe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.networks import AddressPolicy, Network

    from functions.devices.domain.discovery import ResultFilter
    from functions.devices.domain.listing import Slice
    from functions.devices.models.discovery import (
        AcceptIn,
        IgnoreIn,
        ResultView,
        ScanIn,
        ScanView,
    )
    from functions.devices.ports.field import FieldWork, OpenFieldWork
    from functions.devices.service.devices import DeviceService

JOB_KIND = "discovery"
MAX_UNDER_WAY = 5


class DiscoveryService:
    """The organisation's scans."""

    def __init__(
        self, work: OpenFieldWork, devices: DeviceService, policy: AddressPolicy, clock: Clock
    ) -> None:
        self._work = work
        self._devices = devices
        self._policy = policy
        self._clock = clock

    def start(
        self, organization_id: OrganizationId, given: ScanIn, *, by: UUID | None
    ) -> ScanStarted:
        """Queue a scan for the pollers."""
        with self._work(organization_id) as work:
            return self.begin(work, given, by=by)

    def begin(self, work: FieldWork, given: ScanIn, *, by: UUID | None) -> ScanStarted:
        """Queue a scan within the open transaction."""
        now = self._clock.now()
        request = self._request(work, given)
        if work.discovery.under_way() >= MAX_UNDER_WAY:
            raise TooManyScansError(
                f"{MAX_UNDER_WAY} scans are under way", details={"limit": MAX_UNDER_WAY}
            )
        scan_id = uuid4()
        job_id = work.jobs.start(JOB_KIND, {"scan_id": str(scan_id)}, by=by, at=now)
        work.discovery.add(scan_id, job_id, request, by=by, at=now)
        logger.info("scan queued", extra={"scan_id": str(scan_id), "addresses": request.addresses})
        return ScanStarted(job_id=job_id, scan_id=scan_id, addresses=request.addresses)

    def check(self, work: FieldWork, given: ScanIn) -> None:
        """Raise what is wrong with a scan that is to be started later."""
        networks = self._networks(work, given)
        # there may be neighbours by then
        if not networks and not given.neighbours:
            raise unacceptable("networks", "There is nothing to scan")
        _count(networks)
        self._check_credentials(work, given)

    def page(
        self, organization_id: OrganizationId, part: Slice, *, schedule_id: UUID | None = None
    ) -> Page[ScanView]:
        """Return one page of the scans, newest first; with a schedule only what it began."""
        with self._work(organization_id) as work:
            items, total = work.discovery.page(part, schedule_id=schedule_id)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, scan_id: UUID) -> ScanView:
        """Return a scan."""
        with self._work(organization_id) as work:
            return work.discovery.view(scan_id)

    def remove(self, organization_id: OrganizationId, scan_id: UUID) -> None:
        """Delete a scan and what it found; one that is under way ends."""
        with self._work(organization_id) as work:
            work.discovery.view(scan_id)
            work.discovery.remove(scan_id)

    def results(
        self,
        organization_id: OrganizationId,
        scan_id: UUID,
        wanted: ResultFilter,
        part: Slice,
    ) -> Page[ResultView]:
        """Return one page of what a scan has found so far."""
        with self._work(organization_id) as work:
            work.discovery.view(scan_id)
            items, total = work.discovery.results(scan_id, wanted, part)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def accept(self, organization_id: OrganizationId, scan_id: UUID, given: AcceptIn) -> AcceptView:
        """Make devices of a scan's results; what is one already stays as it is."""
        addresses = [_plain(address) for address in given.addresses]
        with self._work(organization_id) as work:
            port = work.discovery.view(scan_id).snmp_port
            found = work.discovery.results_at(scan_id, addresses)
            if missing := [address for address in addresses if address not in found]:
                raise unknown("addresses", "result at", missing)
            rows = [self._one(work, found[a], given, port) for a in dict.fromkeys(addresses)]
        view = _summed(rows)
        logger.info("results accepted", extra={"scan_id": str(scan_id), "devices": view.created})
        return view

    def ignore(
        self, organization_id: OrganizationId, scan_id: UUID, given: IgnoreIn, *, by: UUID | None
    ) -> IgnoreView:
        """Offer these addresses no more, or again."""
        addresses = [_plain(address) for address in given.addresses]
        with self._work(organization_id) as work:
            work.discovery.view(scan_id)
            found = work.discovery.results_at(scan_id, addresses)
            if missing := [address for address in addresses if address not in found]:
                raise unknown("addresses", "result at", missing)
            if given.ignored:
                changed = work.discovery.ignore(addresses, by=by, at=self._clock.now())
            else:
                changed = work.discovery.heed(addresses)
        return IgnoreView(changed=changed)

    def candidates(self, organization_id: OrganizationId, part: Slice) -> Page[CandidateView]:
        """Return one page of the neighbours that are no devices yet."""
        with self._work(organization_id) as work:
            found = work.discovery.candidates()
        items = found[part.offset : part.offset + part.per_page]
        return Page(items=items, page=part.page, per_page=part.per_page, total=len(found))

    def _request(self, work: FieldWork, given: ScanIn) -> ScanRequest:
        networks = self._networks(work, given)
        if not networks:
            raise unacceptable("networks", "There is nothing to scan")
        addresses = _count(networks)
        self._check_credentials(work, given)
        return ScanRequest(
            networks=networks,
            credential_ids=list(dict.fromkeys(given.credential_ids)),
            protocols=sorted(set(given.protocols)),
            packets_per_second=given.packets_per_second,
            snmp_port=given.snmp_port,
            dry_run=given.dry_run,
            addresses=addresses,
        )

    def _networks(self, work: FieldWork, given: ScanIn) -> list[Network]:
        networks = []
        for place, text in enumerate(given.networks):
            network = parse_network(text)
            if refusal := self._policy.refusal_of_network(network):
                raise unacceptable(f"networks.{place}", f"{text} is, or holds, {refusal}")
            networks.append(network)
        if given.neighbours:
            # What others announce is not taken on trust: where we must not go is left out.
            networks += [
                parse_network(each.address)
                for each in work.discovery.candidates()
                if self._policy.refusal_of_text(each.address) is None
            ]
        return without_overlap(networks)

    def _check_credentials(self, work: FieldWork, given: ScanIn) -> None:
        for credential_id in given.credential_ids:
            credential = work.credentials.find(credential_id)
            if credential is None or credential.device_id is not None:
                raise unknown("credential_ids", "credential", [credential_id])
            if credential.kind not in SNMP_VERSIONS:
                raise unacceptable("credential_ids", f"This is a {credential.kind} credential")
        if given.protocols == ["snmp"] and not given.credential_ids:
            raise unacceptable("credential_ids", "A scan by SNMP alone needs a credential")

    def _one(self, work: FieldWork, result: ResultView, given: AcceptIn, port: int) -> AcceptedView:
        if result.state is ResultState.KNOWN:
            return AcceptedView(address=result.address, outcome="known", device_id=result.device_id)
        try:
            device = DeviceIn(**_described(result, given, port))
            self._devices.check_addresses(device)
            with work.attempt():
                made = self._devices.add(work, device)
        except (NetPulseError, ValueError) as error:
            message = error.message if isinstance(error, NetPulseError) else "Not acceptable"
            return AcceptedView(address=result.address, outcome="failed", error=message)
        return AcceptedView(address=result.address, outcome="created", device_id=made.id)


def _count(networks: Sequence[Network]) -> int:
    """Return how many addresses there are in networks; raise InvalidError when too many."""
    addresses = sum(host_count(network) for network in networks)
    if addresses > MAX_ADDRESSES:
        raise unacceptable("networks", f"A scan has at most {MAX_ADDRESSES} addresses")
    return addresses


def _described(result: ResultView, given: AcceptIn, port: int) -> dict[str, object]:
    snmp = SnmpProbe(port=port)
    if result.snmp and result.credential_id is not None:
        snmp = SnmpProbe(port=port, credential_id=result.credential_id)
    return {
        "name": result.sys_name or result.address,
        "ip_address": result.address,
        "device_type": given.device_type or result.device_type,
        "group_ids": given.group_ids,
        "tags": given.tags,
        "interval_seconds": given.interval_seconds,
        # one that keeps silent to pings is watched by what it does answer
        "availability_check": Check.ICMP if result.icmp else Check.SNMP,
        "snmp": snmp,
    }


def _summed(rows: Sequence[AcceptedView]) -> AcceptView:
    counts = {word: sum(row.outcome == word for row in rows) for word in _OUTCOMES}
    return AcceptView(rows=list(rows), **counts)


_OUTCOMES = ("created", "known", "failed")


def _plain(text: str) -> str:
    address = parse_address(text)
    if address is None:
        raise unacceptable("addresses", f"{text} is no address", code="INVALID_IP_ADDRESS")
    return str(address)
