"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.metrics.service.archives import ArchiveService
    from functions.metrics.service.billing import BillingService
    from functions.metrics.service.devices import DeviceMetricsService
    from functions.metrics.service.prometheus import PrometheusService
    from functions.metrics.service.queries import QueryService
    from functions.metrics.service.rankings import RankingService
    from functions.metrics.service.retention import RetentionService
    from functions.metrics.service.writing import WriteService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    devices: Callable[[], DeviceMetricsService]
    queries: Callable[[], QueryService]
    rankings: Callable[[], RankingService]
    billing: Callable[[], BillingService]
    prometheus: Callable[[], PrometheusService]
    writing: Callable[[], WriteService]
    archives: Callable[[], ArchiveService]
    retention: Callable[[], RetentionService]
