"""Registering many devices at once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from netpulse.errors import NetPulseError
from netpulse.http import failures
from netpulse.http.envelope import ErrorBody
from netpulse.observability import logger
from pydantic import ValidationError

from functions.devices.domain.errors import unacceptable
from functions.devices.models.device import DeviceIn
from functions.devices.models.imports import ImportView, Outcome, RowView

if TYPE_CHECKING:
    from netpulse.ids import OrganizationId

    from functions.devices.domain.device import Device
    from functions.devices.models.imports import ImportIn
    from functions.devices.ports import DevicesWork, Work
    from functions.devices.service.devices import DeviceService


class _NotMeantError(Exception):
    """Rolls a dry run back."""


class ImportService:
    """Takes rows one by one in one transaction: a row that fails leaves no trace."""

    def __init__(self, work: Work, devices: DeviceService) -> None:
        self._work = work
        self._devices = devices

    def take(self, organization_id: OrganizationId, given: ImportIn) -> ImportView:
        """Register or describe anew each row's device; say what became of each."""
        rows: list[RowView] = []
        with suppress(_NotMeantError), self._work(organization_id) as work:
            known = work.devices.by_external_ids(_external_ids(given.devices))
            seen: set[str] = set()
            for place, fields in enumerate(given.devices):
                rows.append(self._row(work, place, fields, known=known, seen=seen))
            if given.dry_run:
                raise _NotMeantError
        counts = {str(kind): sum(row.outcome is kind for row in rows) for kind in Outcome}
        logger.info("devices imported", extra={"rows": counts, "dry_run": given.dry_run})
        return ImportView(dry_run=given.dry_run, rows=rows, **counts)

    def _row(
        self,
        work: DevicesWork,
        place: int,
        fields: dict[str, Any],
        *,
        known: dict[str, Device],
        seen: set[str],
    ) -> RowView:
        try:
            device = _read(fields)
            self._devices.check_addresses(device)
            if device.external_id in seen:
                raise unacceptable("external_id", "An earlier row has this external id")
            if device.external_id:
                seen.add(device.external_id)
            with work.attempt():
                return self._stored(work, place, device, known.get(device.external_id or ""))
        except NetPulseError as error:
            body = ErrorBody(code=error.code, message=error.message, details=error.details)
            return RowView(row=place, outcome=Outcome.FAILED, error=body)

    def _stored(
        self, work: DevicesWork, place: int, given: DeviceIn, present: Device | None
    ) -> RowView:
        if present is None:
            device = self._devices.add(work, given)
            return RowView(row=place, outcome=Outcome.CREATED, device_id=device.id)
        changed = self._devices.change(work, present, given)
        outcome = Outcome.UPDATED if changed else Outcome.UNCHANGED
        return RowView(row=place, outcome=outcome, device_id=present.id)


def _read(fields: dict[str, Any]) -> DeviceIn:
    try:
        return DeviceIn.model_validate(fields)
    except ValidationError as error:
        raise failures.invalid([dict(each) for each in error.errors()]) from error


def _external_ids(rows: list[dict[str, Any]]) -> list[str]:
    given = (row.get("external_id") for row in rows)
    return [each.strip() for each in given if isinstance(each, str)]
