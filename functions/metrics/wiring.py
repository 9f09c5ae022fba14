"""The real world of measured values: PostgreSQL and the clock."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from netpulse.clock import SYSTEM_CLOCK
from netpulse.settings import Settings, load
from netpulse.wiring import access, database, relay, system_database
from netpulse.work import UnitOfWork

from functions.metrics.channels.promql import parse, parse_selector
from functions.metrics.repository.archive import PostgresArchive
from functions.metrics.repository.files import S3Archives
from functions.metrics.repository.foreign import PostgresForeign
from functions.metrics.repository.retention import PostgresPolicyWork
from functions.metrics.repository.upkeep import PostgresStoreWork
from functions.metrics.repository.work import BoundedWork, work_of
from functions.metrics.service.archives import ArchiveService
from functions.metrics.service.archiving import Archivist
from functions.metrics.service.billing import BillingService
from functions.metrics.service.devices import DeviceMetricsService
from functions.metrics.service.prometheus import PrometheusService
from functions.metrics.service.queries import QueryService
from functions.metrics.service.rankings import RankingService
from functions.metrics.service.retention import RetentionService
from functions.metrics.service.upkeep import StoreUpkeep
from functions.metrics.service.writing import WriteService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.ids import OrganizationId

__all__ = [
    "access",
    "archive_service",
    "archivist",
    "billing_service",
    "device_metrics_service",
    "prometheus_service",
    "query_service",
    "ranking_service",
    "retention_service",
    "upkeep_service",
    "write_service",
]

# Less than the gateway's 30 s, so that the caller is told why.
STATEMENT_TIMEOUT = timedelta(seconds=15)


@cache
def _work() -> BoundedWork:
    unit = UnitOfWork(database(), relay(), SYSTEM_CLOCK, work_of)
    return BoundedWork(unit, statement_timeout=STATEMENT_TIMEOUT)


@cache
def device_metrics_service() -> DeviceMetricsService:
    """Return what reads one device's values."""
    return DeviceMetricsService(_work(), SYSTEM_CLOCK)


@cache
def query_service() -> QueryService:
    """Return what reads many series."""
    return QueryService(_work(), SYSTEM_CLOCK)


@cache
def ranking_service() -> RankingService:
    """Return what compares series and devices."""
    return RankingService(_work(), SYSTEM_CLOCK)


@cache
def prometheus_service() -> PrometheusService:
    """Return what answers Prometheus' query API."""
    return PrometheusService(_work(), SYSTEM_CLOCK, parse=parse, parse_selector=parse_selector)


@contextmanager
def _foreign(organization_id: OrganizationId) -> Iterator[PostgresForeign]:
    # samples are netpulse_system's to write
    with system_database().transaction(organization_id) as transaction:
        yield PostgresForeign(transaction)


@cache
def write_service() -> WriteService:
    """Return what takes remote_write."""
    return WriteService(_foreign)


class ArchivesSettings(Settings):
    """Where archives' files are kept: beside reports'."""

    reports_bucket: str


@cache
def _archive_files() -> S3Archives:
    return S3Archives(load(ArchivesSettings).reports_bucket)


@contextmanager
def _archive_store(organization_id: OrganizationId) -> Iterator[PostgresArchive]:
    with system_database().transaction(organization_id) as transaction:
        yield PostgresArchive(transaction)


@cache
def archive_service() -> ArchiveService:
    """Return what takes wishes for archives."""
    return ArchiveService(_work(), _archive_files(), SYSTEM_CLOCK)


@cache
def archivist() -> Archivist:
    """Return what makes and restores archives."""
    return Archivist(_work(), _archive_store, _archive_files(), SYSTEM_CLOCK)


@cache
def billing_service() -> BillingService:
    """Return what bills ports."""
    return BillingService(_work(), SYSTEM_CLOCK)


@cache
def retention_service() -> RetentionService:
    """Return what says how long values are kept."""
    return RetentionService(PostgresPolicyWork(database()), SYSTEM_CLOCK)


@cache
def upkeep_service() -> StoreUpkeep:
    """Return what keeps the store in order."""
    return StoreUpkeep(PostgresStoreWork(system_database()), SYSTEM_CLOCK)
