"""The authorizer's Lambda entry: it says who is asking and lets every request through.

An HTTP API cannot refuse in our envelope, so netpulse.http does, by the `outcome` given here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.auth.domain.claims import Outcome
from functions.auth.wiring import authorizer as wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.auth.service.verifier import TokenVerifier

_API_KEY_PREFIX = "npk_"


class Authorizer:
    """Answers an HTTP API's REQUEST authorizer events, payload format 2.0."""

    def __init__(self, verifier: Callable[[], TokenVerifier]) -> None:
        self._verifier = verifier

    def __call__(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        """Return the simple response: always yes, with what was found."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return {"isAuthorized": True, "context": self._found(headers)}

    def _found(self, headers: Mapping[str, str]) -> dict[str, str]:
        scheme, _, token = headers.get("authorization", "").strip().partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        if headers.get("x-api-key", "").startswith(_API_KEY_PREFIX) or token.startswith(
            _API_KEY_PREFIX
        ):
            return {"outcome": Outcome.API_KEY.value}
        if not headers.get("authorization"):
            return {"outcome": Outcome.NONE.value}
        if not token:
            return {"outcome": Outcome.INVALID.value}
        return self._verifier().verify(token)


handler = Authorizer(wiring.verifier)
