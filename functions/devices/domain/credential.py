"""What a device is asked with: kinds of credentials and what each must hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netpulse.ids import CredentialId, DeviceId


class CredentialKind(StrEnum):
    """How a credential is used."""

    SNMP_V1 = "snmp_v1"
    SNMP_V2C = "snmp_v2c"
    SNMP_V3 = "snmp_v3"
    SSH = "ssh"
    HTTP = "http"


SNMP_VERSIONS = {
    CredentialKind.SNMP_V1: "1",
    CredentialKind.SNMP_V2C: "2c",
    CredentialKind.SNMP_V3: "3",
}
KIND_OF_SNMP_VERSION = {version: kind for kind, version in SNMP_VERSIONS.items()}


@dataclass(frozen=True)
class Credential:
    """A named secret; with `device_id` it is that device's own."""

    id: CredentialId
    name: str
    kind: CredentialKind
    device_id: DeviceId | None = None
