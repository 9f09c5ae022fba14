"""Routes of scans and what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.http import Page
from netpulse.http.fields import PageNumber, PerPage, Search, split_items
from netpulse.permissions import Permission

from functions.devices.domain.discovery import ResultFilter, ResultState
from functions.devices.domain.listing import Slice
from functions.devices.handlers.parameters import BegunBy, ScanKey, scan_id_of
from functions.devices.models.discovery import (
    AcceptIn,
    AcceptView,
    CandidateView,
    IgnoreIn,
    IgnoreView,
    ResultView,
    ScanIn,
    ScanStarted,
    ScanView,
)

if TYPE_CHECKING:
    from netpulse.http import Application

    from functions.devices.handlers.services import Services

ResultStates = Annotated[list[ResultState] | None, split_items, Query(description="Any of these.")]


def add_discovery_routes(app: Application, services: Services) -> None:
    """Add the routes of discovery."""
    _add_scan_routes(app, services)
    _add_result_routes(app, services)


def _add_scan_routes(app: Application, services: Services) -> None:
    @app.post(
        "/discovery/scans",
        permission=Permission.DEVICE_WRITE,
        status=202,
        errors=(409,),
    )
    def start_scan(scan: ScanIn) -> ScanStarted:
        """Scan networks for devices, as a job: `GET /jobs/{job_id}`, `DELETE` cancels it."""
        return services.discovery().start(
            app.principal.organization_id, scan, by=app.principal.user_id
        )

    @app.get("/discovery/scans", permission=Permission.DEVICE_READ)
    def list_scans(
        page: PageNumber = 1, per_page: PerPage = 50, schedule_id: BegunBy = None
    ) -> Page[ScanView]:
        """List scans, newest first."""
        return services.discovery().page(
            app.principal.organization_id, Slice(page, per_page), schedule_id=schedule_id
        )

    @app.get("/discovery/scans/{scan_id}", permission=Permission.DEVICE_READ, limit="monitoring")
    def get_scan(scan_id: ScanKey) -> ScanView:
        """Get a scan and how far it is."""
        return services.discovery().view(app.principal.organization_id, scan_id_of(scan_id))

    @app.delete("/discovery/scans/{scan_id}", permission=Permission.DEVICE_WRITE)
    def delete_scan(scan_id: ScanKey) -> None:
        """Delete a scan and what it found; one that is under way ends."""
        services.discovery().remove(app.principal.organization_id, scan_id_of(scan_id))

    @app.get("/discovery/candidates", permission=Permission.DEVICE_READ)
    def list_candidates(page: PageNumber = 1, per_page: PerPage = 50) -> Page[CandidateView]:
        """List the neighbours that devices tell of and that are no devices yet."""
        return services.discovery().candidates(app.principal.organization_id, Slice(page, per_page))


def _add_result_routes(app: Application, services: Services) -> None:
    @app.get(
        "/discovery/scans/{scan_id}/results",
        permission=Permission.DEVICE_READ,
        limit="monitoring",
    )
    def list_scan_results(
        scan_id: ScanKey,
        *,
        page: PageNumber = 1,
        per_page: PerPage = 50,
        state: ResultStates = None,
        snmp: bool | None = None,
        search: Search = "",
    ) -> Page[ResultView]:
        """List what a scan has found so far, by address."""
        wanted = ResultFilter(states=state or (), snmp=snmp, search=search.strip())
        return services.discovery().results(
            app.principal.organization_id, scan_id_of(scan_id), wanted, Slice(page, per_page)
        )

    @app.post("/discovery/scans/{scan_id}/accept", permission=Permission.DEVICE_WRITE)
    def accept_scan_results(scan_id: ScanKey, chosen: AcceptIn) -> AcceptView:
        """Make devices of results, each with the credential that was answered; repeat it freely."""
        return services.discovery().accept(
            app.principal.organization_id, scan_id_of(scan_id), chosen
        )

    @app.post("/discovery/scans/{scan_id}/ignore", permission=Permission.DEVICE_WRITE)
    def ignore_scan_results(scan_id: ScanKey, chosen: IgnoreIn) -> IgnoreView:
        """Offer these addresses no more in this scan and later ones; `ignored: false` undoes it."""
        return services.discovery().ignore(
            app.principal.organization_id,
            scan_id_of(scan_id),
            chosen,
            by=app.principal.user_id,
        )
