"""Groups and credentials in memory; tests/contract keeps them honest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netpulse.errors import NotFoundError

from functions.devices.domain.errors import (
    CredentialAlreadyExistsError,
    CredentialInUseError,
    GroupAlreadyExistsError,
)
from functions.devices.models.credentials import CredentialView
from functions.devices.models.groups import GroupView

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from netpulse.ids import CredentialId, DeviceId, GroupId

    from functions.devices.domain.credential import Credential
    from functions.devices.domain.listing import Slice
    from functions.devices.models.groups import GroupIn


from tests.unit.functions.devices.fakes.stored import Stored


class FakeGroups:
    """Groups in memory."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a new group; raise GroupAlreadyExistsError."""
        self._check(group_id, group)
        self._stored.groups[group_id] = group
        self._stored.times[group_id] = (at, at)

    def save(self, group_id: GroupId, group: GroupIn, *, at: datetime) -> None:
        """Store a changed group; raise GroupAlreadyExistsError or NotFoundError."""
        if group_id not in self._stored.groups:
            raise NotFoundError.of("device_group", group_id)
        self._check(group_id, group)
        self._stored.groups[group_id] = group
        self._stored.times[group_id] = (self._stored.times[group_id][0], at)

    def remove(self, group_id: GroupId) -> None:
        """Delete a group; its devices stay."""
        if group_id not in self._stored.groups:
            raise NotFoundError.of("device_group", group_id)
        self.set_members(group_id, [])
        del self._stored.groups[group_id]

    def view(self, group_id: GroupId) -> GroupView:
        """Return a group; raise NotFoundError."""
        if group_id not in self._stored.groups:
            raise NotFoundError.of("device_group", group_id)
        created_at, updated_at = self._stored.times[group_id]
        return GroupView(
            id=group_id,
            **self._stored.groups[group_id].model_dump(),
            device_count=len(self.members(group_id)),
            created_at=created_at,
            updated_at=updated_at,
        )

    def page(self, search: str, part: Slice) -> tuple[list[GroupView], int]:
        """Return one page of the groups by name, and how many there are in all."""
        views = [self.view(group_id) for group_id in self._stored.groups]
        return _named_page(views, search, part)

    def members(self, group_id: GroupId) -> set[DeviceId]:
        """Return a group's devices."""
        return {d.id for d in self._stored.devices.values() if group_id in d.group_ids}

    def set_members(self, group_id: GroupId, device_ids: Collection[DeviceId]) -> None:
        """Give a group exactly these devices."""
        for device in list(self._stored.devices.values()):
            rest = device.group_ids - {group_id}
            groups = rest | {group_id} if device.id in device_ids else rest
            self._stored.devices[device.id] = replace(device, group_ids=groups)

    def existing(self, group_ids: Collection[GroupId]) -> set[GroupId]:
        """Return those of these groups that there are."""
        return set(group_ids) & self._stored.groups.keys()

    def _check(self, group_id: GroupId, group: GroupIn) -> None:
        if any(g.name == group.name for id_, g in self._stored.groups.items() if id_ != group_id):
            raise GroupAlreadyExistsError("taken")


def _named_page(views: Sequence[Any], search: str, part: Slice) -> tuple[list[Any], int]:
    found = sorted(
        (view for view in views if search.lower() in view.name.lower()),
        key=lambda view: view.name.lower(),
    )
    return found[part.offset : part.offset + part.per_page], len(found)


class FakeCredentials:
    """Credentials in memory."""

    def __init__(self, stored: Stored) -> None:
        self._stored = stored

    def add(self, credential: Credential, ciphertext: bytes, *, at: datetime) -> None:
        """Store a new credential; raise CredentialAlreadyExistsError."""
        self._check(credential)
        self._stored.credentials[credential.id] = (credential, ciphertext)
        self._stored.times[credential.id] = (at, at)

    def save(self, credential: Credential, ciphertext: bytes | None, *, at: datetime) -> None:
        """Store a changed credential, its secret only when one is given."""
        self._check(credential)
        kept = self._stored.credentials[credential.id][1]
        self._stored.credentials[credential.id] = (credential, ciphertext or kept)
        self._stored.times[credential.id] = (self._stored.times[credential.id][0], at)

    def get(self, credential_id: CredentialId) -> Credential:
        """Return a credential; raise NotFoundError."""
        if (found := self.find(credential_id)) is None:
            raise NotFoundError.of("credential", credential_id)
        return found

    def find(self, credential_id: CredentialId) -> Credential | None:
        """Return a credential, or None."""
        found = self._stored.credentials.get(credential_id)
        return found[0] if found else None

    def chosen(
        self, credential_ids: Collection[UUID], device_ids: Collection[UUID]
    ) -> list[Credential]:
        """Return these shared credentials and these devices' own; nothing for the rest."""
        return sorted(
            (
                credential
                for credential, _ in self._stored.credentials.values()
                if (credential.device_id is None and credential.id in credential_ids)
                or credential.device_id in device_ids
            ),
            key=lambda credential: credential.id,
        )

    def reseal(self, sealed: Mapping[CredentialId, bytes], *, at: datetime) -> int:
        """Store other secrets at once; return how many devices are asked with them."""
        for credential_id, ciphertext in sealed.items():
            credential, _ = self._stored.credentials[credential_id]
            self._stored.credentials[credential_id] = (credential, ciphertext)
            self._stored.times[credential_id] = (self._stored.times[credential_id][0], at)
        return sum(self._users(credential_id) for credential_id in sealed)

    def remove(self, credential_id: CredentialId) -> None:
        """Delete a credential; raise CredentialInUseError when a device needs it."""
        if self._users(credential_id):
            raise CredentialInUseError("in use")
        self._stored.credentials.pop(credential_id, None)

    def view(self, credential_id: CredentialId) -> CredentialView:
        """Return a shared credential without its secret; raise NotFoundError."""
        credential = self.get(credential_id)
        if credential.device_id is not None:
            raise NotFoundError.of("credential", credential_id)
        created_at, updated_at = self._stored.times[credential_id]
        return CredentialView(
            id=credential_id,
            name=credential.name,
            kind=credential.kind,
            device_count=self._users(credential_id),
            created_at=created_at,
            updated_at=updated_at,
        )

    def page(self, search: str, part: Slice) -> tuple[list[CredentialView], int]:
        """Return one page of the shared credentials by name, and how many there are in all."""
        shared = [c for c, _ in self._stored.credentials.values() if c.device_id is None]
        return _named_page([self.view(credential.id) for credential in shared], search, part)

    def _users(self, credential_id: CredentialId) -> int:
        return sum(d.credential_id == credential_id for d in self._stored.devices.values())

    def _check(self, credential: Credential) -> None:
        for other, _ in self._stored.credentials.values():
            if other.id != credential.id and other.name == credential.name:
                raise CredentialAlreadyExistsError("taken")
