"""What the inventory refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpulse.errors import ConflictError, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable


class DeviceAlreadyExistsError(ConflictError):
    """Another device has this address and SNMP port, or this external id (409)."""

    code = "DEVICE_ALREADY_EXISTS"


class GroupAlreadyExistsError(ConflictError):
    """Another group has this name (409)."""

    code = "DEVICE_GROUP_ALREADY_EXISTS"


class CredentialAlreadyExistsError(ConflictError):
    """Another credential has this name (409)."""

    code = "CREDENTIAL_ALREADY_EXISTS"


class CredentialInUseError(ConflictError):
    """Devices are asked with this credential (409)."""

    code = "CREDENTIAL_IN_USE"


class CheckAlreadyExistsError(ConflictError):
    """Another check of the device has this name (409)."""

    code = "CHECK_ALREADY_EXISTS"


class TooManyChecksError(ConflictError):
    """The device has as many checks as a device may have (409)."""

    code = "CHECK_LIMIT_REACHED"


class TooManyScansError(ConflictError):
    """As many scans are under way as an organisation may have (409)."""

    code = "DISCOVERY_LIMIT_REACHED"


class ScanScheduleAlreadyExistsError(ConflictError):
    """Another scheduled scan has this name (409)."""

    code = "DISCOVERY_SCHEDULE_ALREADY_EXISTS"


class ParentCycleError(ConflictError):
    """The device would be above itself (409)."""

    code = "PARENT_CYCLE"


def unacceptable(field: str, message: str, *, code: str = "INVALID_INPUT") -> InvalidError:
    """Return the error for one field, in the form validation's own errors have (422)."""
    fields: list[dict[str, Any]] = [{"field": field, "code": code, "message": message}]
    return InvalidError(f"Not accepted: {field}", code=code, details={"fields": fields})


def unknown(field: str, thing: str, ids: Iterable[object]) -> InvalidError:
    """Return the error for ids in a body that name nothing of this organisation (422)."""
    names = ", ".join(sorted(str(each) for each in ids))
    return unacceptable(field, f"There is no {thing} {names}")
