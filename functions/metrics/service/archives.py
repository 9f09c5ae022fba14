"""Asks for archives: made and restored by a job, fetched and brought by links."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from netpulse.errors import NotFoundError
from netpulse.events import ArchiveRequested

from functions.metrics.models.archives import (
    ArchiveLinkView,
    ArchiveStartedView,
    ArchiveUploadView,
)
from functions.metrics.service.asking import instant_of

if TYPE_CHECKING:
    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId

    from functions.metrics.models.archives import ArchiveIn
    from functions.metrics.ports import Work
    from functions.metrics.ports.archives import ArchiveFiles

MAKE, RESTORE = "archive", "archive_restore"
_LINK_VALID = timedelta(minutes=5)
_UPLOAD_VALID = timedelta(hours=1)


def key_of(organization_id: UUID, archive_id: UUID) -> str:
    """Return where an archive's file is kept."""
    return f"archives/{organization_id}/{archive_id}.zip"


class ArchiveService:
    """An organisation's archives."""

    def __init__(self, work: Work, files: ArchiveFiles, clock: Clock) -> None:
        self._work = work
        self._files = files
        self._clock = clock

    def make(
        self, organization_id: OrganizationId, asked: ArchiveIn, *, by: UUID | None
    ) -> ArchiveStartedView:
        """Queue the making of an archive."""
        now = self._clock.now()
        since = asked.samples_from
        begin = instant_of("samples_from", since, now) if since is not None else None
        return self._start(
            organization_id,
            uuid4(),
            MAKE,
            {"samples_from": begin.isoformat() if begin else None},
            by,
        )

    def link(self, organization_id: OrganizationId, archive_id: UUID) -> ArchiveLinkView:
        """Return where an archive can be had; raise NotFoundError until it is made."""
        key = key_of(organization_id, archive_id)
        size = self._files.size(key)
        if size is None:
            raise NotFoundError.of("archive", archive_id)
        now = self._clock.now()
        name = f"netpulse-{now:%Y-%m-%d}.zip"
        return ArchiveLinkView(
            archive_id=archive_id,
            url=self._files.download_link(key, file_name=name, valid=_LINK_VALID),
            file_name=name,
            size_bytes=size,
            expires_at=now + _LINK_VALID,
        )

    def upload(self, organization_id: OrganizationId) -> ArchiveUploadView:
        """Return where an archive can be brought to."""
        archive_id = uuid4()
        return ArchiveUploadView(
            archive_id=archive_id,
            url=self._files.upload_link(key_of(organization_id, archive_id), valid=_UPLOAD_VALID),
            expires_at=self._clock.now() + _UPLOAD_VALID,
        )

    def restore(
        self, organization_id: OrganizationId, archive_id: UUID, *, by: UUID | None
    ) -> ArchiveStartedView:
        """Queue the restoring of an archive that was brought or made here."""
        if self._files.size(key_of(organization_id, archive_id)) is None:
            raise NotFoundError.of("archive", archive_id)
        return self._start(organization_id, archive_id, RESTORE, {}, by)

    def _start(
        self,
        organization_id: OrganizationId,
        archive_id: UUID,
        kind: str,
        more: dict[str, str | None],
        by: UUID | None,
    ) -> ArchiveStartedView:
        with self._work(organization_id) as work:
            request = {"archive_id": str(archive_id), **more}
            job_id = work.jobs.start(kind, request, by=by, at=self._clock.now())
            work.outbox.add(
                ArchiveRequested(archive_id=archive_id, job_id=job_id, restore=kind == RESTORE)
            )
        return ArchiveStartedView(job_id=job_id, archive_id=archive_id)
