"""A small application, for tests of what every application does."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from netpulse import observability
from netpulse.http import Application, Page, Stretch
from netpulse.permissions import Permission
from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress

from tests.support.clock import FakeClock
from tests.support.http import Answer, Client, FakeAccess, a_principal


class NewThing(BaseModel):
    """What a thing is made from."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    ip_address: IPvAnyAddress = Field(default="192.0.2.1", validate_default=True)


class Thing(BaseModel):
    """A thing."""

    name: str


class Pipeline:
    """A small application and what its routes are told to do."""

    def __init__(self) -> None:
        self.access = FakeAccess(a_principal())
        self.app = app = Application(
            "things", lambda: self.access, clock=FakeClock(), edge_word=lambda: "word"
        )
        self.client = Client(app)
        self.things = ["b", "a"]
        self.error: Exception | None = None
        self.correlation_id = ""

        @app.post("/things", permission=Permission.DEVICE_WRITE, status=201, max_body_bytes=1000)
        def make_thing(thing: NewThing) -> Thing:
            """Make a thing."""
            return Thing(name=thing.name)

        @app.get("/things", permission=Permission.DEVICE_READ)
        def list_things(page: Annotated[int, Query(ge=1)] = 1) -> Page[Thing]:
            """List things."""
            items = [Thing(name=name) for name in self.things]
            return Page(items=items, page=page, per_page=2, total=5)

        @app.get("/things/history")
        def thing_history() -> Stretch[Thing]:
            """Read the history of things."""
            return Stretch(items=[Thing(name="a")], next_cursor="next")

        @app.get("/things/{thing_id}")
        def read_thing(thing_id: str) -> Thing:
            """Read a thing."""
            self.correlation_id = observability.correlation_id.get()
            if self.error:
                raise self.error
            return Thing(name=thing_id)

        @app.delete("/things/{thing_id}")
        def delete_thing(thing_id: str) -> None:
            """Delete a thing."""

        @app.post("/login", public=True, limit="auth")
        def login() -> Thing:
            """Log in."""
            app.request.cookies.append("refresh=secret; HttpOnly")
            return Thing(name=app.request.source_ip)

    def call(self, method: str, path: str, **options: Any) -> Answer:
        return self.client.call(method, path, **options)
