"""Makes a report that was asked for: gather, render, keep, announce."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netpulse.events import ReportFile, ReportReady
from netpulse.observability import logger

from functions.reports.domain.highlights import highlights
from functions.reports.domain.naming import file_stem, object_key
from functions.reports.service.gathering import Gathering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpulse.clock import Clock
    from netpulse.ids import JobId, OrganizationId, ReportId

    from functions.reports.domain.definition import ReportFormat
    from functions.reports.domain.record import ReportRecord
    from functions.reports.domain.report import Report
    from functions.reports.ports import Files, Renderer, Work

# what gathering is of the whole; the rest is rendering and keeping
_GATHERED = 0.8


class _CancelledError(Exception):
    """The report is no longer wanted."""


class ReportMaker:
    """Makes reports, each once."""

    def __init__(
        self, work: Work, files: Files, renderers: Mapping[ReportFormat, Renderer], clock: Clock
    ) -> None:
        self._work = work
        self._files = files
        self._renderers = renderers
        self._clock = clock

    def make(self, organization_id: OrganizationId, report_id: ReportId, job_id: JobId) -> bool:
        """Make a report unless it is cancelled, being made or made; return whether it was."""
        with self._work(organization_id) as work:
            claimed = work.jobs.claim(job_id, at=self._clock.now())
            record = work.reports.get(report_id) if claimed else None
        if record is None:
            logger.info("report not made: its job is not queued", extra={"report": str(report_id)})
            return False
        try:
            with self._failing(organization_id, job_id):
                self._make(organization_id, record)
        except _CancelledError:
            self._files.remove(
                [_key(organization_id, record, each) for each in record.definition.formats]
            )
            logger.info("report cancelled", extra={"report_id": str(report_id)})
            return False
        return True

    @contextmanager
    def _failing(self, organization_id: OrganizationId, job_id: JobId) -> Iterator[None]:
        """Let nobody wait for a report whose making broke off."""
        over = False
        try:
            yield
            over = True
        except _CancelledError:
            over = True
            raise
        finally:
            if not over:
                with self._work(organization_id) as work:
                    message = "The report could not be made; ask for it again"
                    at = self._clock.now()
                    work.jobs.fail(job_id, code="REPORT_FAILED", message=message, at=at)

    def _make(self, organization_id: OrganizationId, record: ReportRecord) -> None:
        def progress(share: float) -> None:
            with self._work(organization_id) as work:
                if not work.jobs.advance(record.job_id, share):
                    raise _CancelledError

        gathering = Gathering(self._work, organization_id, record, self._clock.now())
        report = gathering.report(lambda share: progress(share * _GATHERED))
        sizes: dict[ReportFormat, int] = {}
        formats = record.definition.formats
        for number, format_ in enumerate(formats, 1):
            sizes[format_] = self._keep(organization_id, record, report, format_)
            progress(_GATHERED + (1 - _GATHERED) * number / (len(formats) + 1))
        self._finish(organization_id, record, sizes, highlights(report))

    def _keep(
        self,
        organization_id: OrganizationId,
        record: ReportRecord,
        report: Report,
        format_: ReportFormat,
    ) -> int:
        body = self._renderers[format_](report)
        self._files.put(
            _key(organization_id, record, format_), body, content_type=format_.content_type
        )
        return len(body)

    def _finish(
        self,
        organization_id: OrganizationId,
        record: ReportRecord,
        sizes: Mapping[ReportFormat, int],
        figures: tuple[tuple[str, str], ...],
    ) -> None:
        result = {
            "report_id": str(record.id),
            "files": {format_.value: size for format_, size in sizes.items()},
        }
        with self._work(organization_id) as work:
            if not work.jobs.succeed(record.job_id, result, at=self._clock.now()):
                raise _CancelledError
            work.reports.keep_files(record.id, sizes)
            work.outbox.add(_ready(organization_id, record, sizes, figures))
        logger.info("report ready", extra=result)


def _key(organization_id: OrganizationId, record: ReportRecord, format_: ReportFormat) -> str:
    return object_key(organization_id, record.id, record.name, format_)


def _ready(
    organization_id: OrganizationId,
    record: ReportRecord,
    sizes: Mapping[ReportFormat, int],
    figures: tuple[tuple[str, str], ...],
) -> ReportReady:
    return ReportReady(
        report_id=record.id,
        job_id=record.job_id,
        kind=record.definition.kind.value,
        name=record.name,
        formats=tuple(format_.value for format_ in sizes),
        recipients=record.recipients,
        channel_ids=record.channel_ids,
        schedule_id=record.schedule_id,
        begin_at=record.begin,
        end_at=record.end,
        time_zone=record.time_zone,
        highlights=figures,
        files=tuple(
            ReportFile(
                format=format_.value,
                key=_key(organization_id, record, format_),
                name=f"{file_stem(record.name)}.{format_.value}",
                size_bytes=size,
            )
            for format_, size in sizes.items()
        ),
    )
