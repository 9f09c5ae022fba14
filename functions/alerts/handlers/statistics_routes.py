"""Routes of how often there was trouble, and how long people and things took."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from netpulse.http.fields import ZoneName
from netpulse.ids import DeviceId, RuleId
from netpulse.permissions import Permission

from functions.alerts.domain.listing import Part, StatisticsFilter
from functions.alerts.handlers.parameters import AlertType, Instant
from functions.alerts.models.alerts import PartStatisticsView, StatisticsView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services

_SPAN = timedelta(days=30)
By = Annotated[Part, Path(description="What the figures are told apart by.")]
Zone = Annotated[ZoneName, Query(description="Whose days, weeks and months those are.")]
Most = Annotated[int, Query(ge=1, le=400, description="How many at most.")]


def add_statistics_routes(app: Application, services: Services) -> None:
    """Add the routes of statistics."""

    @app.get("/alerts/statistics", permission=Permission.ALERT_READ)
    def measure_alerts(
        *,
        since: Instant = None,
        until: Instant = None,
        device_id: UUID | None = None,
        group_id: UUID | None = None,
        rule_id: UUID | None = None,
        alert_type: AlertType = "",
    ) -> StatisticsView:
        """Tell how long acknowledging, restoring and the time between failures are on average.

        Of alerts that people were told of from `since` (without it 30 days ago) to `until`.
        """
        which = _which(
            services.desk().now(),
            since=since,
            until=until,
            device_id=device_id,
            group_id=group_id,
            rule_id=rule_id,
            alert_type=alert_type,
        )
        return services.desk().statistics(app.principal.organization_id, which)

    @app.get("/alerts/statistics/{by}", permission=Permission.ALERT_READ)
    def measure_alerts_apart(
        *,
        by: By,
        since: Instant = None,
        until: Instant = None,
        device_id: UUID | None = None,
        group_id: UUID | None = None,
        rule_id: UUID | None = None,
        alert_type: AlertType = "",
        time_zone: Zone = "UTC",
        limit: Most = 50,
    ) -> list[PartStatisticsView]:
        """Tell the same of each device, group, rule, type, day, week or month.

        Periods in time, the first day of each as its key; others those of most alerts first. What
        fires of a device counts in each of its groups.
        """
        which = _which(
            services.desk().now(),
            since=since,
            until=until,
            device_id=device_id,
            group_id=group_id,
            rule_id=rule_id,
            alert_type=alert_type,
        )
        return services.desk().part_statistics(
            app.principal.organization_id, which, by, zone=time_zone, limit=limit
        )


def _which(
    now: datetime,
    *,
    since: datetime | None,
    until: datetime | None,
    device_id: UUID | None,
    group_id: UUID | None,
    rule_id: UUID | None,
    alert_type: str,
) -> StatisticsFilter:
    end = until or now
    return StatisticsFilter(
        since=since or end - _SPAN,
        until=end,
        device_id=DeviceId(device_id) if device_id else None,
        group_id=group_id,
        rule_id=RuleId(rule_id) if rule_id else None,
        alert_type=alert_type or None,
    )
