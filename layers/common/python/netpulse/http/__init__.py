"""HTTP for every domain: the request pipeline, the envelope and reading requests."""

from netpulse.http.application import Application, RequestState
from netpulse.http.envelope import Page, Stretch
from netpulse.http.routes import RouteSpec

__all__ = ["Application", "Page", "RequestState", "RouteSpec", "Stretch"]
