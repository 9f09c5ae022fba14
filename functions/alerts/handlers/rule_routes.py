"""Routes of alert rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.ids import DeviceId
from netpulse.permissions import Permission

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import Cut, RuleFilter
from functions.alerts.domain.rule import Kind
from functions.alerts.handlers.parameters import (
    DeviceKey,
    HeldDevice,
    Instant,
    RuleKey,
    RuleSort,
    device_id_of,
    rule_id_of,
)
from functions.alerts.models.bands import BandView
from functions.alerts.models.dry_run import DryRunIn, DryRunView, PeriodIn
from functions.alerts.models.rule_views import RuleView, VersionView
from functions.alerts.models.rules import OverrideIn, RuleIn, RulePatch
from functions.alerts.service.bands import Asked

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services


def add_rule_routes(app: Application, services: Services) -> None:
    """Add the routes of alert rules."""

    @app.get("/alert-rules", permission=Permission.ALERT_READ, errors=(404,))
    def list_alert_rules(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        kind: Kind | None = None,
        severity: Severity | None = None,
        enabled: bool | None = None,
        device_id: HeldDevice = None,
        sort: RuleSort = "name",
    ) -> Page[RuleView]:
        """List alert rules."""
        which = RuleFilter(kind=kind, severity=severity, enabled=enabled, search=search.strip())
        cut = Cut(sort=sort, page=page, per_page=per_page)
        held = None if device_id is None else DeviceId(device_id)
        return services.rules().page(app.principal.organization_id, which, cut, held=held)

    @app.post("/alert-rules", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_alert_rule(rule: RuleIn) -> RuleView:
        """Make an alert rule; it works from the next poll on."""
        who = app.principal
        made = services.rules().create(who.organization_id, rule, by=who.user_id)
        app.request.response_headers["Location"] = f"/api/v1/alert-rules/{made.id}"
        return made

    @app.get("/alert-rules/{rule_id}", permission=Permission.ALERT_READ)
    def get_alert_rule(rule_id: RuleKey) -> RuleView:
        """Get an alert rule."""
        return services.rules().get(app.principal.organization_id, rule_id_of(rule_id))

    @app.put("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_alert_rule(rule_id: RuleKey, rule: RuleIn) -> RuleView:
        """Describe an alert rule anew; open alerts it no longer watches are resolved."""
        who, key = app.principal, rule_id_of(rule_id)
        return services.rules().replace(who.organization_id, key, rule, by=who.user_id)

    @app.patch("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def amend_alert_rule(rule_id: RuleKey, rule: RulePatch) -> RuleView:
        """Change some of an alert rule; disabling it resolves its open alerts."""
        who, key = app.principal, rule_id_of(rule_id)
        return services.rules().amend(who.organization_id, key, rule, by=who.user_id)

    @app.delete("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def delete_alert_rule(rule_id: RuleKey) -> RuleView:
        """Delete an alert rule and resolve its open alerts; a built-in one can only be disabled."""
        return services.rules().delete(app.principal.organization_id, rule_id_of(rule_id))


def add_override_routes(app: Application, services: Services) -> None:
    """Add the routes of what a rule was, and of what it is for single devices."""

    @app.get("/alert-rules/{rule_id}/versions", permission=Permission.ALERT_READ)
    def list_alert_rule_versions(
        rule_id: RuleKey, page: PageNumber = 1, per_page: PerPage = 50
    ) -> Page[VersionView]:
        """List an alert rule's versions as they were saved, newest first, and who saved them."""
        cut = Cut(sort="-version", page=page, per_page=per_page)
        return services.rules().versions(app.principal.organization_id, rule_id_of(rule_id), cut)

    @app.put("/alert-rules/{rule_id}/overrides/{device_id}", permission=Permission.ALERT_WRITE)
    def override_alert_rule(
        rule_id: RuleKey, device_id: DeviceKey, override: OverrideIn
    ) -> RuleView:
        """Give a device its own thresholds or hold time, or exempt it from the rule."""
        who, key, device = app.principal, rule_id_of(rule_id), device_id_of(device_id)
        return services.rules().override(who.organization_id, key, device, override, by=who.user_id)

    @app.delete("/alert-rules/{rule_id}/overrides/{device_id}", permission=Permission.ALERT_WRITE)
    def remove_alert_rule_override(rule_id: RuleKey, device_id: DeviceKey) -> RuleView:
        """Let the rule be for a device what it is for all."""
        who, key, device = app.principal, rule_id_of(rule_id), device_id_of(device_id)
        return services.rules().override(who.organization_id, key, device, None, by=who.user_id)


def add_baseline_routes(app: Application, services: Services) -> None:
    """Add the route that shows what is usual."""

    @app.get("/alert-rules/{rule_id}/baseline", permission=Permission.ALERT_READ, errors=(409,))
    def get_alert_rule_baseline(
        *,
        rule_id: RuleKey,
        device_id: UUID,
        entity: Annotated[str, Query(max_length=255)] = "",
        since: Instant = None,
        until: Instant = None,
    ) -> BandView:
        """Show the band that an anomaly rule draws around a device's values, as it is known now.

        Hour by hour from a day ago to a day ahead, or at most 31 days as asked.
        """
        what = Asked(
            rule_id=rule_id_of(rule_id),
            device_id=DeviceId(device_id),
            entity=entity,
            since=since,
            until=until,
        )
        return services.bands().show(app.principal.organization_id, what)


def add_dry_run_routes(app: Application, services: Services) -> None:
    """Add the routes that try rules on history."""

    @app.post("/alert-rules/dry-run", permission=Permission.ALERT_READ, limit="bulk")
    def try_new_alert_rule(body: DryRunIn) -> DryRunView:
        """Try a rule that is not kept yet on the last days: what would it have sent?

        At most 200 000 values are read; `devices_left_out` says how many devices that left out.
        """
        who = app.principal.organization_id
        return services.dry_run().try_new(who, body.rule, days=body.days)

    @app.post("/alert-rules/{rule_id}/dry-run", permission=Permission.ALERT_READ, limit="bulk")
    def try_alert_rule(rule_id: RuleKey, body: PeriodIn | None = None) -> DryRunView:
        """Try a rule as it stands, with its overrides, on the last days."""
        who, key = app.principal.organization_id, rule_id_of(rule_id)
        return services.dry_run().try_known(who, key, days=(body or PeriodIn()).days)
