"""Routes of an organisation's archives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse.http import id_in_path
from netpulse.permissions import Permission

from functions.metrics.models.archives import (
    ArchiveIn,
    ArchiveLinkView,
    ArchiveStartedView,
    ArchiveUploadView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.metrics.handlers.services import Services

ArchiveKey = Annotated[str, Path(description="An archive's id.", max_length=100)]


def add_archive_routes(app: Application, services: Services) -> None:
    """Add the routes of backup and restore."""

    @app.post(
        "/metrics/archives", permission=Permission.ORGANIZATION_WRITE, limit="bulk", status=202
    )
    def make_archive(asked: ArchiveIn) -> ArchiveStartedView:
        """Make an archive of the organisation: a zip of JSON lines and CSV, without secrets."""
        return services.archives().make(
            app.principal.organization_id, asked, by=app.principal.user_id
        )

    @app.get("/metrics/archives/{archive_id}", permission=Permission.ORGANIZATION_WRITE)
    def get_archive(archive_id: ArchiveKey) -> ArchiveLinkView:
        """Get a link to an archive that is made."""
        return services.archives().link(
            app.principal.organization_id, id_in_path("archive", archive_id)
        )

    @app.post(
        "/metrics/archives/uploads",
        permission=Permission.ORGANIZATION_WRITE,
        limit="bulk",
        status=201,
    )
    def upload_archive() -> ArchiveUploadView:
        """Get a link to bring an archive to, by PUT."""
        return services.archives().upload(app.principal.organization_id)

    @app.post(
        "/metrics/archives/{archive_id}/restore",
        permission=Permission.ORGANIZATION_WRITE,
        limit="bulk",
        status=202,
    )
    def restore_archive(archive_id: ArchiveKey) -> ArchiveStartedView:
        """Restore an archive into this organisation, which must have no other devices."""
        return services.archives().restore(
            app.principal.organization_id,
            id_in_path("archive", archive_id),
            by=app.principal.user_id,
        )
