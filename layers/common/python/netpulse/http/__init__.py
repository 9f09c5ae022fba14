"""HTTP for every domain: the request pipeline, the envelope and reading requests."""

from netpulse.http.application import Application, RequestState, RouteSpec
from netpulse.http.envelope import Page, Stretch

__all__ = ["Application", "Page", "RequestState", "RouteSpec", "Stretch"]
