"""Running checks: whose, when, and what becomes of their results."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from pollers.checks.keyring import Keyring
from pollers.checks.results import CheckResults
from pollers.checks.runner import CheckRunner, samples_of
from pollers.checks.spec import CheckSpec, Sealed
from pollers.database import PollerDatabase
from pollers.domain.device import Sample
from pollers.domain.verdict import State, Verdict
from pollers.metrics import Metrics
from pollers.ports import Cycle, Result
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target
from tests.support.running import until

DEVICE, ORGANIZATION = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_check(number: int = 7, **changes: Any) -> CheckSpec:
    made = CheckSpec(
        id=UUID(int=number),
        device_id=DEVICE,
        organization_id=ORGANIZATION,
        device_number=3,
        organization_number=4,
        name="web",
        kind="http",
        target=Target("192.0.2.1"),
        settings={"url": "http://192.0.2.1/"},
        interval_s=3600,
        timeout_s=0.5,
        watched=frozenset({"check_ok"}),
    )
    return replace(made, **changes)


class _Vault:
    def seal(self, secret: dict[str, Any], **_: Any) -> bytes:
        return json.dumps(secret).encode()

    def open(self, ciphertext: bytes, **_: Any) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(ciphertext)
        return opened


@dataclass
class House:
    """A runner's surroundings; everything it says is kept."""

    state: State | None = State.UP
    asked: list[Target] = field(default_factory=list)
    recorded: list[Cycle] = field(default_factory=list)
    told: list[tuple[Sample, ...]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self.given: asyncio.Queue[Mapping[UUID, CheckSpec]] = asyncio.Queue()
        self.runner = CheckRunner(
            self,
            {"http": self.probe},
            keyring=Keyring(_Vault(), self.metrics),
            desk=self,
            samples=self,
            results=CheckResults(PollerDatabase(lambda: "host=127.0.0.1 port=1"), self.metrics),
            metrics=self.metrics,
        )

    async def changes(self) -> AsyncIterator[Mapping[UUID, CheckSpec]]:
        while True:
            yield await self.given.get()

    async def probe(self, target: Target, settings: Mapping[str, Any]) -> ProbeResult:
        self.asked.append(target)
        if settings.get("never"):
            await asyncio.Event().wait()
        if settings.get("broken"):
            raise RuntimeError("a bug")
        return ProbeResult(ok=True, response_ms=1.5)

    def standing(self, device_id: UUID) -> Result | None:
        assert device_id == DEVICE
        if self.state is None:
            return None
        return Result(DEVICE, ORGANIZATION, NOON, Verdict(self.state), None, None, ())

    def tell(self, device_id: UUID, values: tuple[Sample, ...]) -> None:
        assert device_id == DEVICE
        self.told.append(values)

    def record(self, cycle: Cycle) -> None:
        self.recorded.append(cycle)

    def give(self, *checks: CheckSpec) -> None:
        self.given.put_nowait({check.id: check for check in checks})


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made, stop = House(), asyncio.Event()
    running = asyncio.create_task(made.runner.run(stop))
    yield made
    stop.set()
    await running


async def test_a_new_check_is_run_at_once_and_told(house: House) -> None:
    house.give(a_check())
    await until(lambda: house.recorded)
    [cycle] = house.recorded
    assert [(s.entity, s.metric, s.value) for s in cycle.samples] == [
        ("check:web", "check_ok", 1.0),
        ("check:web", "check_response_ms", 1.5),
    ]
    assert [[s.metric for s in values] for values in house.told] == [["check_ok"]]


async def test_a_check_of_a_device_that_is_down_is_not_run(house: House) -> None:
    house.state = State.DOWN
    house.give(a_check())
    await until(lambda: house.metrics.value("netpulse_poller_checks") == 1)
    house.state = State.UP
    house.give(a_check(settings={"url": "http://192.0.2.1/new"}))
    await until(lambda: house.recorded)
    assert len(house.asked) == 1


async def test_a_check_of_a_device_polled_elsewhere_is_not_run(house: House) -> None:
    house.state = None
    house.give(a_check())
    await until(lambda: house.metrics.value("netpulse_poller_checks") == 1)
    assert not house.asked


async def test_a_probe_that_does_not_end_is_a_timeout(house: House) -> None:
    house.give(a_check(settings={"never": True}))
    await until(lambda: house.recorded)
    assert house.recorded[0].samples == (
        Sample("check_ok", 0.0, "", entity="check:web", kind="status"),
    )


async def test_a_probe_that_breaks_is_a_failed_check_and_an_error_of_ours(house: House) -> None:
    house.give(a_check(settings={"broken": True}))
    await until(lambda: house.recorded)
    assert house.recorded[0].samples[0].value == 0
    assert house.metrics.value("netpulse_poller_errors_total", where="check") == 1


async def test_a_credential_is_opened_and_given_to_the_probe(house: House) -> None:
    sealed = Sealed(UUID(int=9), ORGANIZATION, json.dumps({"token": "t0ken"}).encode())
    house.give(a_check(credential=sealed))
    await until(lambda: house.asked)
    assert house.asked[0].secret == {"token": "t0ken"}


async def test_a_credential_that_cannot_be_opened_fails_the_check(house: House) -> None:
    house.give(a_check(credential=Sealed(UUID(int=9), ORGANIZATION, b"nonsense")))
    await until(lambda: house.recorded)
    assert (house.asked, house.recorded[0].samples[0].value) == ([], 0.0)


async def test_a_pin_alone_runs_no_check_but_holds_from_then_on(house: House) -> None:
    check = a_check()
    house.give(check)
    await until(lambda: house.recorded)
    house.give(replace(check, target=Target("192.0.2.1", pinned="SHA256:x")))
    house.give(
        replace(check, target=Target("192.0.2.1", pinned="SHA256:x"), settings={"url": "new"})
    )
    await until(lambda: len(house.recorded) == 2)
    assert [target.pinned for target in house.asked] == ["", "SHA256:x"]


async def test_a_check_that_is_changed_and_changed_back_is_planned_once(house: House) -> None:
    check, other = a_check(), a_check(settings={"url": "other"})
    for number, each in enumerate((check, other, check), 1):
        house.give(each)
        await until(lambda number=number: len(house.recorded) == number)  # type: ignore[misc]
    slots = [entry for entry in house.runner._agenda if entry[4] == 0]
    current = house.runner._generations[check.id]
    assert [entry[3] == current for entry in slots].count(True) == 1


async def test_a_check_that_is_gone_is_run_no_more(house: House) -> None:
    house.give(a_check(), a_check(8, name="other"))
    await until(lambda: len(house.recorded) == 2)
    house.give(a_check(8, name="other"))
    await until(lambda: house.metrics.value("netpulse_poller_checks") == 1)


def test_every_sample_belongs_to_the_checks_entity() -> None:
    result = ProbeResult(ok=False, samples=(Sample("psu_watts", 120.0, "W"),))
    samples = samples_of(a_check(), result)
    assert {sample.entity for sample in samples} == {"check:web"}
    assert [sample.metric for sample in samples] == ["check_ok", "psu_watts"]
