"""What stands before Powertools' validation: access first, then strict JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)

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

    def _parse_json_data(self, app: Any) -> Any:
        return requests.json_of(requests.body_of(app.current_event.raw_event))


def unchecked(app: Any, next_middleware: Any) -> Any:
    """Pass an answer on as it is."""
    return next_middleware(app)
