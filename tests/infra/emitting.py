"""Runs the code that writes metrics and reads what it wrote."""

from __future__ import annotations

import importlib
import io
import json
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from netpulse.db import Database
from netpulse.errors import UnavailableError

from functions.alerts.domain.alert import Severity
from functions.alerts.domain.device import Standing, Status
from functions.alerts.wiring import EmfMeter
from functions.notify.domain.message import DeliveryError
from infra.functions import EVERY_MINUTE, HTTP_FUNCTIONS
from pollers.heart import Heart
from pollers.metrics import Metrics
from tests.support.clock import FakeClock
from tests.support.http import an_event
from tests.support.notify import a_channel, a_problem
from tests.unit.functions.alerts.domain.builders import a_device
from tests.unit.functions.metrics.service.test_upkeep import FakeStore
from tests.unit.functions.metrics.service.test_upkeep import upkeep as store_upkeep
from tests.unit.functions.notify.world import World
from tests.unit.functions.platform.test_service import FakeBus, FakeUpkeep, upkeep_service
from tests.unit.functions.realtime.fakes import an_alert
from tests.unit.functions.realtime.test_service import House

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from tests.support.database import TestDatabase

Emitted = set[tuple[str, str, frozenset[tuple[str, str]]]]
"""Namespace, metric and dimensions."""


@contextmanager
def emissions(into: list[dict[str, Any]]) -> Iterator[None]:
    """Collect the lines of embedded metrics that the block writes."""
    written = io.StringIO()
    with redirect_stdout(written):
        yield
    for line in written.getvalue().splitlines():
        with suppress(json.JSONDecodeError):
            parsed = json.loads(line)
            if "_aws" in parsed:
                into.append(parsed)


def metrics_in(lines: list[dict[str, Any]]) -> Emitted:
    """Return what CloudWatch makes of the lines."""
    found: Emitted = set()
    for line in lines:
        assert line["_aws"]["Timestamp"] > 0
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                assert names, "a set of no dimensions"
                dimensions = frozenset((name, line[name]) for name in names)
                for metric in directive["Metrics"]:
                    values = line[metric["Name"]]
                    assert values
                    assert all(isinstance(value, float) for value in values)
                    found.add((directive["Namespace"], metric["Name"], dimensions))
    return found


def run_everything(monkeypatch: pytest.MonkeyPatch, postgres: TestDatabase) -> None:
    """Do once what each process does when it writes a metric."""
    _requests()
    _sweeps(monkeypatch)
    _queries(postgres)
    _time_series()
    _alerts()
    _notifications()
    _pushes()
    _poller()


def _requests() -> None:
    for spec in HTTP_FUNCTIONS:
        module = importlib.import_module(spec.handler.rpartition(".")[0])
        module.handler(an_event("GET", "/api/v1/nowhere"), None)


def _sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in EVERY_MINUTE:
        wiring = importlib.import_module(f"functions.{spec.domain}.wiring")
        for name, made in list(vars(wiring).items()):
            if hasattr(made, "cache_clear"):
                monkeypatch.setattr(wiring, name, _Idle)
        module = importlib.import_module(spec.handler.rpartition(".")[0])
        # never the minute of what is done once an hour
        monkeypatch.setattr(module, "SYSTEM_CLOCK", FakeClock(), raising=False)
        module.handler({}, None)
    upkeep_service(FakeUpkeep([]), FakeBus()).run()


class _Idle:
    """Any service, on a minute when there is nothing to do."""

    def run(self) -> int:
        return 0

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: []


def _queries(postgres: TestDatabase) -> None:
    with postgres.database().transaction(None) as transaction:
        transaction.value("SELECT 1")
    nowhere = Database(psycopg.conninfo.make_conninfo(host="127.0.0.1", port=1, connect_timeout=1))
    with suppress(UnavailableError), nowhere.transaction(None):
        raise AssertionError("nobody listens there")


def _time_series() -> None:
    store = FakeStore()
    store.quarantined, store.refused = 1, {"an organisation": 1}
    store_upkeep(store).every_minute()


def _alerts() -> None:
    meter = EmfMeter()
    for severity in Severity:
        for alert_type in ("device_down", "threshold"):
            meter.alert_opened(severity, alert_type)
    meter.status_changed(a_device(), Standing(status=Status.ONLINE))


def _notifications() -> None:
    world = World(clock=FakeClock()).with_channels(a_channel())
    world.sender.refusals = [DeliveryError("busy")]
    world.tell(a_problem())
    world.work_off()


def _pushes() -> None:
    house = House()
    house.open()
    house.broadcaster.tell(house.connections.get("c").organization_id, [an_alert(1)], [])  # type: ignore[union-attr]


def _poller() -> None:
    Heart(Metrics(), lambda: True).beat()
