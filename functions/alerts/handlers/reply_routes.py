"""Where the links in messages lead: whoever follows one need not log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from netpulse import replies

from functions.alerts.handlers import reply_page
from functions.alerts.service.replying import UnknownLinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpulse.http import Application

    from functions.alerts.handlers.services import Services
    from functions.alerts.models.alerts import AlertView

_Code = Annotated[str, Path(description="As the message has it.", max_length=100)]
_WELL, _NOTHING = 200, 404


def add_reply_routes(app: Application, services: Services) -> None:
    """Add the page of a link, and what its button does."""

    @app.get(f"{replies.PATH}/{{code}}", public=True, enveloped=False)
    def show_reply(code: _Code) -> Response[Any]:
        """Show what a message told of, and a button.

        Mail servers and telephones follow links to look what is there: that changes nothing.
        """
        return _page(app, lambda: services.replying().show(code))

    @app.post(f"{replies.PATH}/{{code}}", public=True, enveloped=False)
    def send_reply(code: _Code) -> Response[Any]:
        """Acknowledge what a message told of, in the name of whoever got it."""
        return _page(app, lambda: services.replying().take_on(code))


def _page(app: Application, alerts: Callable[[], Sequence[AlertView]]) -> Response[Any]:
    app.request.response_headers["Content-Security-Policy"] = reply_page.POLICY
    try:
        status, body = _WELL, reply_page.of_alerts(alerts())
    except UnknownLinkError:
        status, body = _NOTHING, reply_page.unknown()
    return Response(status_code=status, content_type="text/html; charset=utf-8", body=body)
