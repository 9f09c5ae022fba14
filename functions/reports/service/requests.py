"""Reports as people ask for them, watch them, fetch them and throw them away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from netpulse.errors import NotFoundError
from netpulse.events import ReportRequested
from netpulse.http import Page
from netpulse.ids import ReportId

from functions.reports.domain.calendar import NamedPeriod, bounds
from functions.reports.domain.errors import ReportNotReadyError, unacceptable, unknown
from functions.reports.domain.naming import dated_name, file_stem, object_key
from functions.reports.domain.record import ReportRecord, ReportState
from functions.reports.models.reports import DownloadView, ReportView, RequestedView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netpulse.clock import Clock
    from netpulse.ids import OrganizationId, ScheduleId

    from functions.reports.domain.definition import Definition, DeviceScope, ReportFormat
    from functions.reports.models.reports import GenerateIn
    from functions.reports.ports import Files, ReportFilter, ReportsWork, Work

JOB_KIND = "report"
_LINK_VALID = timedelta(minutes=5)
_DEFAULT_PERIOD = NamedPeriod.LAST_30_DAYS


class ReportService:
    """An organisation's reports."""

    def __init__(self, work: Work, files: Files, clock: Clock) -> None:
        self._work = work
        self._files = files
        self._clock = clock

    def generate(
        self, organization_id: OrganizationId, wanted: GenerateIn, *, by: UUID | None
    ) -> RequestedView:
        """Queue the making of a report."""
        now = self._clock.now()
        with self._work(organization_id) as work:
            check_scope(work, wanted.definition().scope)
            check_addressees(work, wanted.recipients, wanted.channel_ids)
            time_zone = wanted.time_zone or work.sources.organization().time_zone
            begin, end = _stretch(wanted, now, ZoneInfo(time_zone))
            record = queue_report(
                work,
                wanted.definition(),
                name=wanted.name,
                begin=begin,
                end=end,
                time_zone=time_zone,
                now=now,
                by=by,
                recipients=tuple(wanted.recipients),
                channel_ids=tuple(wanted.channel_ids),
            )
        return RequestedView(job_id=record.job_id, report_id=record.id)

    def page(
        self, organization_id: OrganizationId, wanted: ReportFilter, *, page: int, per_page: int
    ) -> Page[ReportView]:
        """Return one page of reports, newest first."""
        with self._work(organization_id) as work:
            found, total = work.reports.page(wanted, page=page, per_page=per_page)
        items = [ReportView.of(record) for record in found]
        return Page[ReportView](items=items, page=page, per_page=per_page, total=total)

    def view(self, organization_id: OrganizationId, report_id: ReportId) -> ReportView:
        """Return a report."""
        with self._work(organization_id) as work:
            return ReportView.of(work.reports.get(report_id))

    def download(
        self, organization_id: OrganizationId, report_id: ReportId, format_: ReportFormat | None
    ) -> DownloadView:
        """Return where a report's file can be had for a short while; its first when not said."""
        with self._work(organization_id) as work:
            record = work.reports.get(report_id)
        format_ = format_ or record.definition.formats[0]
        if format_ not in record.definition.formats:
            raise _no_file(record, format_)
        if record.state is not ReportState.SUCCEEDED:
            raise ReportNotReadyError(f"The report is {record.state.value}")
        name = f"{file_stem(record.name)}.{format_.value}"
        url = self._files.link(
            object_key(organization_id, record.id, record.name, format_),
            file_name=name,
            valid_s=int(_LINK_VALID.total_seconds()),
        )
        if url is None:
            # the bucket forgets files some time before anybody deletes the report
            raise _no_file(record, format_)
        return DownloadView(
            url=url,
            format=format_,
            file_name=name,
            size_bytes=record.files[format_],
            expires_at=self._clock.now() + _LINK_VALID,
        )

    def remove(self, organization_id: OrganizationId, report_id: ReportId) -> None:
        """Delete a report and its files; one that is being made is cancelled."""
        with self._work(organization_id) as work:
            record = work.reports.get(report_id)
            work.jobs.cancel(record.job_id, at=self._clock.now())
            work.reports.remove(report_id)
        self._files.remove(
            [
                object_key(organization_id, record.id, record.name, format_)
                for format_ in record.definition.formats
            ]
        )


def check_scope(work: ReportsWork, scope: DeviceScope) -> None:
    """Raise InvalidError when a scope names a device or group that is not there."""
    devices, groups = work.sources.missing(scope)
    if devices:
        raise unknown("device_ids", "device", devices)
    if groups:
        raise unknown("group_ids", "device group", groups)


def check_addressees(
    work: ReportsWork, recipients: Sequence[str], channel_ids: Sequence[UUID]
) -> None:
    """Raise InvalidError when a report would go to a stranger, or to what is no email channel."""
    if strangers := work.sources.strangers(recipients):
        raise unknown("recipients", "colleague", strangers)
    if missing := work.sources.no_mail_channels(channel_ids):
        raise unknown("channel_ids", "email channel", missing)


def queue_report(
    work: ReportsWork,
    definition: Definition,
    *,
    begin: datetime,
    end: datetime,
    time_zone: str,
    now: datetime,
    by: UUID | None,
    name: str | None = None,
    title: str | None = None,
    schedule_id: ScheduleId | None = None,
    recipients: tuple[str, ...] = (),
    channel_ids: tuple[UUID, ...] = (),
) -> ReportRecord:
    """Note a report and its job, and announce that it is wanted."""
    report_id = ReportId(uuid4())
    request = {"report_id": str(report_id), "kind": definition.kind.value}
    record = ReportRecord(
        id=report_id,
        job_id=work.jobs.start(JOB_KIND, request, by=by, at=now),
        name=name or dated_name(title or _title(definition), begin, end, time_zone),
        definition=definition,
        begin=begin,
        end=end,
        time_zone=time_zone,
        created_at=now,
        created_by=by,
        schedule_id=schedule_id,
        recipients=recipients,
        channel_ids=channel_ids,
    )
    work.reports.add(record)
    work.outbox.add(
        ReportRequested(report_id=report_id, job_id=record.job_id, kind=definition.kind.value)
    )
    return record


def _title(definition: Definition) -> str:
    return definition.kind.called


def _stretch(wanted: GenerateIn, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if wanted.begin and wanted.end:
        if wanted.begin >= now:
            raise unacceptable("from", "from must be in the past")
        return wanted.begin, wanted.end
    begin, end = bounds(wanted.period or _DEFAULT_PERIOD, now, zone)
    if begin >= end:
        raise unacceptable("period", "The period has only just begun")
    return begin, end


def _no_file(record: ReportRecord, format_: ReportFormat) -> NotFoundError:
    return NotFoundError(
        f"The report has no {format_.value} file",
        code="REPORT_FILE_NOT_FOUND",
        details={"report_id": str(record.id), "format": format_.value},
    )
