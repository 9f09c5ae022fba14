"""Credentials that devices share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from netpulse.http import Page
from netpulse.ids import CredentialId

from functions.devices.domain.credential import Credential
from functions.devices.domain.errors import unknown
from functions.devices.models.credentials import RotatedView, RotationsView, checked_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId
    from netpulse.secrets import Vault

    from functions.devices.domain.listing import Slice
    from functions.devices.models.credentials import (
        CredentialIn,
        CredentialPatch,
        CredentialView,
        Rotation,
        RotationsIn,
    )
    from functions.devices.ports import Work


class CredentialService:
    """The organisation's shared credentials: names and kinds are read, secrets only written."""

    def __init__(self, work: Work, vault: Vault, clock: Clock) -> None:
        self._work = work
        self._vault = vault
        self._clock = clock

    def page(
        self, organization_id: OrganizationId, search: str, part: Slice
    ) -> Page[CredentialView]:
        """Return one page of the credentials."""
        with self._work(organization_id) as work:
            items, total = work.credentials.page(search, part)
        return Page(items=items, page=part.page, per_page=part.per_page, total=total)

    def view(self, organization_id: OrganizationId, credential_id: CredentialId) -> CredentialView:
        """Return a credential without its secret."""
        with self._work(organization_id) as work:
            return work.credentials.view(credential_id)

    def create(self, organization_id: OrganizationId, given: CredentialIn) -> CredentialView:
        """Store a credential, sealed."""
        credential = Credential(CredentialId(uuid4()), given.name, given.kind)
        sealed = self._vault.seal(
            checked_secret(given.kind, given.secret),
            organization_id=organization_id,
            record_id=credential.id,
        )
        with self._work(organization_id) as work:
            work.credentials.add(credential, sealed, at=self._clock.now())
            return work.credentials.view(credential.id)

    def amend(
        self,
        organization_id: OrganizationId,
        credential_id: CredentialId,
        patch: CredentialPatch,
    ) -> CredentialView:
        """Rename a credential or give it another secret."""
        with self._work(organization_id) as work:
            # a device's own credential is changed through the device
            work.credentials.view(credential_id)
            credential = work.credentials.get(credential_id)
            sealed = None
            if patch.secret is not None:
                sealed = self._vault.seal(
                    checked_secret(credential.kind, patch.secret),
                    organization_id=organization_id,
                    record_id=credential_id,
                )
            changed = replace(credential, name=patch.name or credential.name)
            work.credentials.save(changed, sealed, at=self._clock.now())
            return work.credentials.view(credential_id)

    def rotate(self, organization_id: OrganizationId, given: RotationsIn) -> RotationsView:
        """Give many credentials other secrets: all of them, or none.

        Raises InvalidError for what is not there, or when a secret is not of a credential's kind.
        """
        with self._work(organization_id) as work:
            found: list[Credential] = []
            sealed: dict[CredentialId, bytes] = {}
            for number, rotation in enumerate(given.rotations):
                chosen = work.credentials.chosen(rotation.credential_ids, rotation.device_ids)
                _refuse_missing(f"rotations.{number}", rotation, chosen)
                found += chosen
                for credential in chosen:
                    sealed[credential.id] = self._vault.seal(
                        checked_secret(credential.kind, rotation.secret),
                        organization_id=organization_id,
                        record_id=credential.id,
                    )
            device_count = work.credentials.reseal(sealed, at=self._clock.now())
        return RotationsView(
            rotated=[
                RotatedView(id=each.id, name=each.name, kind=each.kind, device_id=each.device_id)
                for each in found
            ],
            device_count=device_count,
        )

    def remove(self, organization_id: OrganizationId, credential_id: CredentialId) -> None:
        """Delete a credential that no device needs."""
        with self._work(organization_id) as work:
            work.credentials.view(credential_id)
            work.credentials.remove(credential_id)


def _refuse_missing(field: str, rotation: Rotation, chosen: Sequence[Credential]) -> None:
    shared = {each.id for each in chosen if each.device_id is None}
    if missing := set(rotation.credential_ids) - shared:
        raise unknown(f"{field}.credential_ids", "shared credential", missing)
    owners = {each.device_id for each in chosen}
    if missing := set(rotation.device_ids) - owners:
        raise unknown(f"{field}.device_ids", "device with a credential of its own", missing)
