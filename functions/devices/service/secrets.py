"""Which credential a device is asked with, and the one that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.ids import CredentialId

from functions.devices.domain.credential import (
    KIND_OF_SNMP_VERSION,
    SNMP_VERSIONS,
    Credential,
)
from functions.devices.domain.errors import unacceptable, unknown

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import DeviceId
    from netpulse.secrets import Vault

    from functions.devices.domain.device import Device
    from functions.devices.models.probes import SnmpProbe
    from functions.devices.ports import DevicesWork


class DeviceSecrets:
    """Keeps what devices are asked with sealed."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def credential_for(
        self,
        work: DevicesWork,
        device_id: DeviceId,
        snmp: SnmpProbe,
        *,
        device: Device | None = None,
    ) -> CredentialId | None:
        """Return the credential that SNMP settings mean; a community makes the device's own."""
        if snmp.community is not None:
            return self._own(work, device_id, snmp, device)
        if snmp.credential_id is None:
            return None
        credential = work.credentials.find(snmp.credential_id)
        if credential is None or credential.device_id not in {None, device_id}:
            raise unknown("snmp.credential_id", "credential", [snmp.credential_id])
        if credential.kind not in SNMP_VERSIONS:
            raise unacceptable("snmp.credential_id", f"This is a {credential.kind} credential")
        version = SNMP_VERSIONS[credential.kind]
        if snmp.version not in {None, version}:
            raise unacceptable("snmp.version", f"The credential is of SNMP version {version}")
        return credential.id

    def forget_unused(self, work: DevicesWork, old: Device, new: Device | None) -> None:
        """Delete a device's own credential when the device no longer uses it."""
        if old.credential_id is None or (new and new.credential_id == old.credential_id):
            return
        credential = work.credentials.find(old.credential_id)
        if credential and credential.device_id == old.id:
            work.credentials.remove(credential.id)

    def _own(
        self, work: DevicesWork, device_id: DeviceId, snmp: SnmpProbe, device: Device | None
    ) -> CredentialId:
        assert snmp.community is not None  # noqa: S101 - for the type checker
        present = None
        if device and device.credential_id:
            present = work.credentials.find(device.credential_id)
        owned = present is not None and present.device_id == device_id
        version = snmp.version or "2c"
        credential = Credential(
            id=present.id if present and owned else CredentialId(uuid4()),
            name=f"device {device_id}",
            kind=KIND_OF_SNMP_VERSION[version],
            device_id=device_id,
        )
        sealed = self._vault.seal(
            {"community": snmp.community.get_secret_value()},
            organization_id=work.organization_id,
            record_id=credential.id,
        )
        store = work.credentials.save if owned else work.credentials.add
        store(credential, sealed, at=self._clock.now())
        return credential.id
