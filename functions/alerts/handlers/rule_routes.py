"""Routes of alert rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search
from netpulse.permissions import Permission

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.listing import RuleFilter
from functions.alerts.domain.rule import Kind
from functions.alerts.handlers.parameters import RuleKey, RuleSort, rule_id_of
from functions.alerts.models.rules import RuleIn, RulePatch, RuleView

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.alerts.handlers.services import Services


def add_rule_routes(app: Application, services: Services) -> None:
    """Add the routes of alert rules."""

    @app.get("/alert-rules", permission=Permission.ALERT_READ)
    def list_alert_rules(
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        search: Search = "",
        kind: Kind | None = None,
        severity: Severity | None = None,
        enabled: bool | None = None,
        sort: RuleSort = "name",
    ) -> Page[RuleView]:
        """List alert rules."""
        which = RuleFilter(kind=kind, severity=severity, enabled=enabled, search=search.strip())
        organization_id = app.principal.organization_id
        return services.rules().page(
            organization_id, which, sort=sort, page=page, per_page=per_page
        )

    @app.post("/alert-rules", permission=Permission.ALERT_WRITE, status=201, errors=(409,))
    def create_alert_rule(rule: RuleIn) -> RuleView:
        """Make an alert rule; it works from the next poll on."""
        made = services.rules().create(app.principal.organization_id, rule)
        app.request.response_headers["Location"] = f"/api/v1/alert-rules/{made.id}"
        return made

    @app.get("/alert-rules/{rule_id}", permission=Permission.ALERT_READ)
    def get_alert_rule(rule_id: RuleKey) -> RuleView:
        """Get an alert rule."""
        return services.rules().get(app.principal.organization_id, rule_id_of(rule_id))

    @app.put("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def replace_alert_rule(rule_id: RuleKey, rule: RuleIn) -> RuleView:
        """Describe an alert rule anew; open alerts it no longer watches are resolved."""
        return services.rules().replace(app.principal.organization_id, rule_id_of(rule_id), rule)

    @app.patch("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def amend_alert_rule(rule_id: RuleKey, rule: RulePatch) -> RuleView:
        """Change some of an alert rule; disabling it resolves its open alerts."""
        return services.rules().amend(app.principal.organization_id, rule_id_of(rule_id), rule)

    @app.delete("/alert-rules/{rule_id}", permission=Permission.ALERT_WRITE, errors=(409,))
    def delete_alert_rule(rule_id: RuleKey) -> RuleView:
        """Delete an alert rule and resolve its open alerts; a built-in one can only be disabled."""
        return services.rules().delete(app.principal.organization_id, rule_id_of(rule_id))
