"""Health, the API's own description, and jobs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse.clock import SYSTEM_CLOCK
from netpulse.http import Application, Page
from netpulse.ids import JobId
from netpulse.permissions import Permission

from functions.platform import wiring
from functions.platform.models import FleetView, JobState, JobView, StateView

app = Application("platform", wiring.access)
handler = app

_FOLDER = Path(__file__).parent.parent
_WELL, _UNWELL = 200, 503
_JSON = "application/json"
_OWN_FILES_ONLY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@app.get("/health", public=True, limit=None, enveloped=False, errors=(503,))
def health() -> Response[Any]:
    """Ask everything the API depends on whether it is well."""
    view = wiring.health_service().health()
    return Response(
        status_code=_WELL if view.status == "healthy" else _UNWELL,
        content_type=_JSON,
        body=view.model_dump_json(),
    )


@app.get("/ready", public=True, limit=None, enveloped=False)
def ready() -> Response[Any]:
    """Say that requests can be handled."""
    view = StateView(status="ready", timestamp=SYSTEM_CLOCK.now())
    return Response(status_code=_WELL, content_type=_JSON, body=view.model_dump_json())


@app.get("/alive", public=True, limit=None, enveloped=False)
def alive() -> Response[Any]:
    """Say that the process runs."""
    view = StateView(status="alive", timestamp=SYSTEM_CLOCK.now())
    return Response(status_code=_WELL, content_type=_JSON, body=view.model_dump_json())


@cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text()


@app.get("/openapi.json", public=True, limit=None, enveloped=False)
def openapi() -> Response[Any]:
    """Return the OpenAPI 3.1 document of the whole API."""
    return Response(status_code=_WELL, content_type=_JSON, body=_text("openapi.json"))


@app.get("/docs", public=True, limit=None, enveloped=False)
def docs() -> Response[Any]:
    """Return a page that shows the OpenAPI document."""
    app.request.response_headers["Content-Security-Policy"] = _OWN_FILES_ONLY
    return Response(status_code=_WELL, content_type="text/html", body=_text("docs.html"))


@app.get("/docs/reference.js", public=True, limit=None, enveloped=False)
def docs_script() -> Response[Any]:
    """Return the script of the documentation page."""
    return Response(status_code=_WELL, content_type="text/javascript", body=_text("docs.js"))


@app.get("/docs/reference.css", public=True, limit=None, enveloped=False)
def docs_style() -> Response[Any]:
    """Return the style of the documentation page."""
    return Response(status_code=_WELL, content_type="text/css", body=_text("docs.css"))


@app.get("/pollers", permission=Permission.PLATFORM_READ)
def get_pollers() -> FleetView:
    """Get how the pollers are, and how the fleet is shared among them.

    Pollers serve all organisations: this tells of numbers, and of nobody's devices.
    """
    return wiring.fleet_service().view()


@app.get("/jobs")
def list_jobs(
    state: JobState | None = None,
    kind: Annotated[str | None, Query(max_length=50)] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[JobView]:
    """List the organisation's jobs, newest first."""
    items, total = wiring.job_service().page(
        app.principal.organization_id, state=state, kind=kind, page=page, per_page=per_page
    )
    return Page(items=items, page=page, per_page=per_page, total=total)


@app.get("/jobs/{job_id}")
def get_job(job_id: UUID) -> JobView:
    """Return a job's state, progress and result."""
    return wiring.job_service().get(app.principal.organization_id, JobId(job_id))


@app.delete("/jobs/{job_id}", errors=(409,))
def cancel_job(job_id: UUID) -> None:
    """Cancel a job that is not over: one's own, or as an admin any."""
    wiring.job_service().cancel(app.principal.organization_id, JobId(job_id), by=app.principal)
