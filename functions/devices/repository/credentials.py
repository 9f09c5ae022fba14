"""Credentials in PostgreSQL; their secrets are ciphertext here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.errors import NotFoundError
from netpulse.ids import CredentialId, DeviceId
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from functions.devices.domain.credential import Credential, CredentialKind
from functions.devices.domain.errors import CredentialAlreadyExistsError, CredentialInUseError
from functions.devices.models.credentials import CredentialView
from functions.devices.repository.inventory import like

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from netpulse.db import Row, Transaction

    from functions.devices.domain.listing import Slice

# Never the ciphertext: what a statement does not read, nothing can show.
_VIEW = (
    "SELECT c.id, c.name, c.kind, c.created_at, c.updated_at, "
    "(SELECT count(*) FROM netpulse.devices d WHERE d.credential_id = c.id) AS device_count "
    "FROM netpulse.credentials c WHERE c.device_id IS NULL"
)


class PostgresCredentials:
    """The organisation's credentials."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, credential: Credential, ciphertext: bytes, *, at: datetime) -> None:
        """Store a new credential; raise CredentialAlreadyExistsError."""
        with _unique(credential):
            self._transaction.run(
                "INSERT INTO netpulse.credentials "
                "(id, organization_id, name, kind, device_id, ciphertext, created_at, updated_at) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    credential.id,
                    self._transaction.organization_id,
                    credential.name,
                    credential.kind,
                    credential.device_id,
                    ciphertext,
                    at,
                    at,
                ),
            )

    def save(self, credential: Credential, ciphertext: bytes | None, *, at: datetime) -> None:
        """Store a changed credential, its secret only when one is given."""
        with _unique(credential):
            self._transaction.run(
                "UPDATE netpulse.credentials SET name = %s, kind = %s, updated_at = %s, "
                "ciphertext = coalesce(%s, ciphertext) WHERE id = %s",
                (credential.name, credential.kind, at, ciphertext, credential.id),
            )

    def get(self, credential_id: CredentialId) -> Credential:
        """Return a credential; raise NotFoundError."""
        found = self.find(credential_id)
        if found is None:
            raise NotFoundError.of("credential", credential_id)
        return found

    def find(self, credential_id: CredentialId) -> Credential | None:
        """Return a credential, or None."""
        row = self._transaction.row(
            "SELECT id, name, kind, device_id FROM netpulse.credentials WHERE id = %s",
            (credential_id,),
        )
        return None if row is None else _credential(row)

    def chosen(
        self, credential_ids: Collection[UUID], device_ids: Collection[UUID]
    ) -> list[Credential]:
        """Return these shared credentials and these devices' own, locked; nothing for the rest."""
        rows = self._transaction.rows(
            "SELECT id, name, kind, device_id FROM netpulse.credentials "
            "WHERE (id = ANY(%s) AND device_id IS NULL) OR device_id = ANY(%s) "
            "ORDER BY id FOR UPDATE",
            (list(credential_ids), list(device_ids)),
        )
        return [_credential(row) for row in rows]

    def reseal(self, sealed: Mapping[CredentialId, bytes], *, at: datetime) -> int:
        """Store other secrets at once; return how many devices are asked with them."""
        self._transaction.run_many(
            "UPDATE netpulse.credentials SET ciphertext = %s, updated_at = %s WHERE id = %s",
            [(ciphertext, at, credential_id) for credential_id, ciphertext in sealed.items()],
        )
        return int(
            self._transaction.value(
                "SELECT count(*) FROM netpulse.devices WHERE credential_id = ANY(%s)",
                (list(sealed),),
            )
        )

    def remove(self, credential_id: CredentialId) -> None:
        """Delete a credential; raise CredentialInUseError when a device needs it."""
        try:
            self._transaction.run(
                "DELETE FROM netpulse.credentials WHERE id = %s", (credential_id,)
            )
        except ForeignKeyViolation as error:
            raise CredentialInUseError(
                "Devices use this credential", details={"credential_id": str(credential_id)}
            ) from error

    def view(self, credential_id: CredentialId) -> CredentialView:
        """Return a shared credential without its secret; raise NotFoundError."""
        row = self._transaction.row(_VIEW + " AND c.id = %s", (credential_id,))
        if row is None:
            raise NotFoundError.of("credential", credential_id)
        return CredentialView(**row)

    def page(self, search: str, part: Slice) -> tuple[list[CredentialView], int]:
        """Return one page of the shared credentials by name, and how many there are in all."""
        total = self._transaction.value(
            "SELECT count(*) FROM netpulse.credentials WHERE device_id IS NULL AND name ILIKE %s",
            (like(search),),
        )
        rows = self._transaction.rows(
            _VIEW + " AND c.name ILIKE %s ORDER BY lower(c.name), c.id LIMIT %s OFFSET %s",
            (like(search), part.per_page, part.offset),
        )
        return [CredentialView(**row) for row in rows], total


@contextmanager
def _unique(credential: Credential) -> Iterator[None]:
    try:
        yield
    except UniqueViolation as error:
        raise CredentialAlreadyExistsError(
            f"A credential named {credential.name} already exists",
            details={"name": credential.name},
        ) from error


def _credential(row: Row) -> Credential:
    return Credential(
        id=CredentialId(row["id"]),
        name=row["name"],
        kind=CredentialKind(row["kind"]),
        device_id=DeviceId(row["device_id"]) if row["device_id"] else None,
    )
