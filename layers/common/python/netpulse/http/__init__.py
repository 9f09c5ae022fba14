"""HTTP for every domain: the request pipeline, the envelope and reading requests."""

from netpulse.http.application import Application
from netpulse.http.envelope import Page, Stretch
from netpulse.http.keys import id_in_path
from netpulse.http.routes import RouteSpec
from netpulse.http.state import RequestState

__all__ = ["Application", "Page", "RequestState", "RouteSpec", "Stretch", "id_in_path"]
