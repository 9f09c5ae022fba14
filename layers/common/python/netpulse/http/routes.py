"""Routes as data, and which of them a request asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netpulse.http.failures import MethodNotAllowedError, NoRouteError

if TYPE_CHECKING:
    from netpulse.permissions import Permission

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class RouteSpec:
    """A route as data: who may call it, how often, and what it answers."""

    method: str
    path: str
    permission: Permission | None
    public: bool
    limit: str | None
    max_body_bytes: int
    status: int
    enveloped: bool
    errors: tuple[int, ...]
    # also for who has yet to set up the second factor that the organisation asks for
    before_enrollment: bool = False

    @property
    def resolver_path(self) -> str:
        """The path as Powertools writes it: `/devices/<device_id>`."""
        return _PARAMETER.sub(r"<\1>", self.path)


class RouteTable:
    """All routes of an application, in the order they were added."""

    def __init__(self) -> None:
        self.specs: list[RouteSpec] = []
        self._patterns: list[tuple[re.Pattern[str], RouteSpec]] = []

    def add(self, spec: RouteSpec) -> None:
        """Add a route."""
        self.specs.append(spec)
        self._patterns.append((re.compile(_PARAMETER.sub(r"[^/]+", spec.path) + "/?"), spec))

    def find(self, method: str, path: str) -> RouteSpec:
        """Return the route of a request; raise NoRouteError or MethodNotAllowedError."""
        found = [spec for pattern, spec in self._patterns if pattern.fullmatch(path)]
        for spec in found:
            if spec.method == method:
                return spec
        if found:
            raise MethodNotAllowedError(sorted({spec.method for spec in found}))
        raise NoRouteError("There is nothing at this path")
