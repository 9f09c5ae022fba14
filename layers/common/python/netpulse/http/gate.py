"""What stands before Powertools' validation: access first, then strict JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType

from netpulse.errors import UnsupportedMediaTypeError
from netpulse.http import requests

if TYPE_CHECKING:
    from collections.abc import Callable


class Gate(OpenAPIRequestValidationMiddleware):  # type: ignore[misc,unused-ignore]
    """Admits a request, then validates it."""

    def __init__(self, admit: Callable[[dict[str, str]], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._admit = admit

    def handler(self, app: Any, next_middleware: Any) -> Any:
        """Run the checks in the order strangers may learn of them."""
        self._admit(app.context["_route_args"])
        return super().handler(app, next_middleware)

    def _get_body(self, app: Any) -> Any:
        event = app.current_event.raw_event
        if requests.media_type_of(requests.headers_of(event)) in ("", "application/json"):
            return requests.json_of(requests.body_of(event))
        try:
            # a form, where a route outside the envelope takes one
            return super()._get_body(app)
        except RequestUnsupportedContentType as error:
            raise UnsupportedMediaTypeError("This Content-Type is not read here") from error


def unchecked(app: Any, next_middleware: Any) -> Any:
    """Pass an answer on as it is."""
    return next_middleware(app)
