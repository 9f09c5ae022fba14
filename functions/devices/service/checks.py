"""Checks of what devices serve."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from netpulse.events import DeviceUpdated
from netpulse.http import Page, failures
from netpulse.networks import host_of_url, parse_address
from pydantic import ValidationError

from functions.devices.domain.check import CREDENTIAL_OF, MAX_CHECKS, Check, CheckKind
from functions.devices.domain.errors import TooManyChecksError, unacceptable, unknown
from functions.devices.models.checks import CheckIn, PolicyView

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import DeviceId, OrganizationId
    from netpulse.networks import AddressPolicy

    from functions.devices.domain.check import CheckFilter
    from functions.devices.domain.device import Device
    from functions.devices.domain.listing import Slice
    from functions.devices.models.checks import CheckPatch, CheckView
    from functions.devices.ports.field import FieldWork, OpenFieldWork


class CheckService:
    """The organisation's checks."""

    def __init__(self, work: OpenFieldWork, policy: AddressPolicy, clock: Clock) -> None:
        self._work = work
        self._policy = policy
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, wanted: CheckFilter, part: Slice
    ) -> Page[CheckView]:
        """Return one page of the wanted checks; raise NotFoundError for an unknown device."""
        with self._work(organization_id) as work:
            if wanted.device_id is not None:
                work.inventory.view(wanted.device_id)
            items, total = work.checks.page(wanted, part, now=self._clock.now())
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(
        self, organization_id: OrganizationId, device_id: DeviceId, check_id: UUID
    ) -> CheckView:
        """Return a check with what it said last."""
        with self._work(organization_id) as work:
            return work.checks.view(device_id, check_id, now=self._clock.now())

    def add(
        self, organization_id: OrganizationId, device_id: DeviceId, given: CheckIn
    ) -> CheckView:
        """Add a check to a device; it is made within seconds."""
        with self._work(organization_id) as work:
            device = work.devices.get(device_id)
            if work.checks.count(device_id) >= MAX_CHECKS:
                raise TooManyChecksError(
                    f"A device may have {MAX_CHECKS} checks", details={"limit": MAX_CHECKS}
                )
            check = _described(given, uuid4(), device_id)
            self._check(work, device, check)
            work.checks.add(check, at=self._clock.now())
            return work.checks.view(device_id, check.id, now=self._clock.now())

    def amend(
        self,
        organization_id: OrganizationId,
        device_id: DeviceId,
        check_id: UUID,
        patch: CheckPatch,
    ) -> CheckView:
        """Change some of a check."""
        with self._work(organization_id) as work:
            device = work.devices.get(device_id)
            before = work.checks.get(device_id, check_id)
            given = _over(before, patch)
            if given.kind is not before.kind:
                raise unacceptable(str(given.kind), f"This is a check of {before.kind}")
            after = _described(given, check_id, device_id)
            after = replace(after, pinned_host_key=_pin(before, after))
            self._check(work, device, after)
            work.checks.save(after, at=self._clock.now())
            if before.enabled and not after.enabled:
                _announce(work, device)
            return work.checks.view(device_id, check_id, now=self._clock.now())

    def unpin(
        self, organization_id: OrganizationId, device_id: DeviceId, check_id: UUID
    ) -> CheckView:
        """Forget a check's SSH host key: the next one that is seen is pinned."""
        with self._work(organization_id) as work:
            before = work.checks.get(device_id, check_id)
            work.checks.save(replace(before, pinned_host_key=None), at=self._clock.now())
            return work.checks.view(device_id, check_id, now=self._clock.now())

    def remove(self, organization_id: OrganizationId, device_id: DeviceId, check_id: UUID) -> None:
        """Delete a check."""
        with self._work(organization_id) as work:
            work.checks.remove(work.checks.get(device_id, check_id).id)
            _announce(work, work.devices.get(device_id))

    def policy(self, organization_id: OrganizationId) -> PolicyView:
        """Return whether checks may be sent beyond their devices."""
        with self._work(organization_id) as work:
            return PolicyView(beyond_device=work.checks.may_go_beyond())

    def set_policy(self, organization_id: OrganizationId, *, beyond_device: bool) -> PolicyView:
        """Say whether checks may be sent beyond their devices."""
        with self._work(organization_id) as work:
            work.checks.allow_beyond(allowed=beyond_device, at=self._clock.now())
        return PolicyView(beyond_device=beyond_device)

    def _check(self, work: FieldWork, device: Device, check: Check) -> None:
        """Raise InvalidError for what a check may not be sent to, or be let in with."""
        kind = check.kind
        if check.goes_beyond and not work.checks.may_go_beyond():
            raise unacceptable(
                f"{kind}.beyond_device", "The organisation keeps checks to their devices"
            )
        if kind is CheckKind.HTTP:
            self._check_url(device, check)
        if kind is CheckKind.DNS:
            self._check_server(device, check)
        if check.credential_id is None:
            return
        credential = work.credentials.find(check.credential_id)
        if credential is None or credential.device_id is not None:
            raise unknown("credential_id", "credential", [check.credential_id])
        if credential.kind is not CREDENTIAL_OF.get(kind):
            raise unacceptable("credential_id", f"This is a {credential.kind} credential")

    def _check_url(self, device: Device, check: Check) -> None:
        url = str(check.settings["url"])
        if refused := self._policy.refusal_of_url(url):
            raise unacceptable("http.url", f"This is {refused}")
        address = parse_address(str(host_of_url(url)))
        own = parse_address(device.ip_address)
        if address is not None and address != own and not check.goes_beyond:
            raise unacceptable("http.url", f"The device is at {device.ip_address}")

    def _check_server(self, device: Device, check: Check) -> None:
        server = check.settings.get("server")
        if server is None:
            return
        if refused := self._policy.refusal_of_text(str(server)):
            raise unacceptable("dns.server", f"This is {refused}", code="INVALID_IP_ADDRESS")
        own = parse_address(device.ip_address)
        if parse_address(str(server)) != own and not check.goes_beyond:
            raise unacceptable("dns.server", f"The device is at {device.ip_address}")


def _announce(work: FieldWork, device: Device) -> None:
    """Tell that a check is made no more: its alerts are over."""
    work.outbox.add(
        DeviceUpdated(
            device_id=device.id,
            number=device.number,
            name=device.name,
            ip_address=device.ip_address,
            device_type=device.device_type,
            is_active=device.is_active,
            changed=("checks",),
        )
    )


def _described(given: CheckIn, check_id: UUID, device_id: DeviceId) -> Check:
    return Check(
        id=check_id,
        device_id=device_id,
        name=given.name,
        kind=given.kind,
        settings=given.settings(),
        credential_id=given.credential_id,
        interval_seconds=given.interval_seconds,
        timeout_seconds=given.timeout_seconds,
        enabled=given.enabled,
    )


def _over(before: Check, patch: CheckPatch) -> CheckIn:
    """Return the whole check with these changes; raise InvalidError if it makes no sense."""
    whole = {
        "name": before.name,
        "interval_seconds": before.interval_seconds,
        "timeout_seconds": before.timeout_seconds,
        "enabled": before.enabled,
        "credential_id": before.credential_id,
        str(before.kind): before.settings,
    }
    changes = patch.model_dump(exclude_unset=True)
    nullable = {"credential_id"}
    whole.update({n: v for n, v in changes.items() if v is not None or n in nullable})
    try:
        return CheckIn.model_validate(whole)
    except ValidationError as error:
        raise failures.invalid([dict(each) for each in error.errors()]) from error


def _pin(before: Check, after: Check) -> str | None:
    """Return the pinned host key, unless the check is of another port now."""
    same = before.settings.get("port") == after.settings.get("port")
    return before.pinned_host_key if same else None
