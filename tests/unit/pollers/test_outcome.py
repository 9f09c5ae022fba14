from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

import pytest

from pollers.deep import DeepProber
from pollers.domain.device import Check, Device, SnmpAccess, SnmpVersion
from pollers.domain.verdict import Outcome
from pollers.metrics import Metrics
from pollers.outcome import outcome_of
from pollers.ports import FindingsSink
from pollers.probes.result import ProbeResult
from pollers.probes.snmp import SnmpProbe
from pollers.tracked import Tracked, Visit, Visiting

OK = ProbeResult(ok=True)
LOST = ProbeResult(ok=False, reason="lost")
ACCESS = SnmpAccess(SnmpVersion.V2C, 161)


def visiting(check: Check = Check.ICMP, **changes: Any) -> Visiting:
    device = Device(UUID(int=1), UUID(int=2), 3, 4, "192.0.2.1", 10, check=check, **changes)
    return Visiting(Tracked(device), device, Visit.SLOT, 0.0, 0.0)


def seen(visit: Visiting, **results: ProbeResult) -> Outcome | None:
    visit.results.update(results)
    return outcome_of(visit)


@pytest.mark.parametrize("check", list(Check))
def test_the_probe_a_device_is_checked_by_decides(check: Check) -> None:
    assert seen(visiting(check, snmp=ACCESS), **{check: OK}) == Outcome(reachable=True)
    assert seen(visiting(check, snmp=ACCESS), **{check: LOST}) == Outcome(
        reachable=False, reason="lost"
    )


def test_a_device_that_lives_and_fails_another_probe_is_degraded() -> None:
    assert seen(visiting(), icmp=OK, snmp=LOST) == Outcome(
        reachable=True, degraded=True, reason="lost"
    )


def test_a_poller_that_could_not_look_judges_nobody() -> None:
    blind = visiting()
    blind.blind = "no turn"
    assert outcome_of(blind) is None


def test_a_device_without_the_credential_to_ask_it_is_not_down() -> None:
    assert outcome_of(visiting(Check.SNMP)) is None


def prober(settings: Mapping[str, Any]) -> tuple[DeepProber, Visiting]:
    async def never(_device: Device, _settings: Mapping[str, Any]) -> ProbeResult:
        await asyncio.Event().wait()
        raise AssertionError

    class NoSnmp:
        def state_for(self, device: Device, before: object) -> None:
            return None

    deep = DeepProber(
        cast("SnmpProbe", NoSnmp()), {"http": never}, cast("FindingsSink", None), Metrics()
    )
    return deep, visiting(Check.HTTP, settings={"http": settings})


async def test_a_probe_that_takes_longer_than_it_may_is_a_timeout() -> None:
    deep, visit = prober({"timeout_seconds": 0.02})
    over = asyncio.Event()
    deep.submit(visit, lambda _: over.set())
    async with asyncio.timeout(2):
        await over.wait()
    assert visit.results == {"http": ProbeResult(ok=False, reason="http timeout")}
    assert outcome_of(visit) == Outcome(reachable=False, reason="http timeout")


@pytest.mark.parametrize(
    ("settings", "wanted"), [({}, False), ({"http": {"url": "http://192.0.2.1/"}}, True)]
)
def test_only_what_is_configured_is_probed(settings: dict[str, Any], wanted: bool) -> None:
    deep, _ = prober({})
    assert deep.wants(visiting(settings=settings)) is wanted
