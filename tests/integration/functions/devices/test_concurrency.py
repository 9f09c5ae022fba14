"""Two at once: PostgreSQL lets one win, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TYPE_CHECKING

from tests.support.devices import HeardBus, a_client, a_device_body, services_over, work_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from netpulse.ids import OrganizationId

    from tests.support.clock import FakeClock
    from tests.support.database import TestDatabase
    from tests.support.http import Answer, Client


def _at_once(
    postgres: TestDatabase,
    organization: OrganizationId,
    clock: FakeClock,
    calls: list[Callable[[Client], Answer]],
) -> list[int]:
    """Make each call from a process of its own, so to say; return the statuses, sorted."""
    barrier = Barrier(len(calls), timeout=30)

    def run(call: Callable[[Client], Answer]) -> int:
        with closing(postgres.database()) as database:
            services = services_over(work_on(database, HeardBus(), clock), clock)
            client = a_client(services, clock, organization)
            barrier.wait()
            return call(client).status

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def _put_parent(device: str, parent: str) -> Callable[[Client], Answer]:
    return lambda client: client.call("PATCH", f"/devices/{device}", body={"parent_ids": [parent]})


def test_one_of_many_gets_the_address(
    postgres: TestDatabase, organization: OrganizationId, clock: FakeClock
) -> None:
    def add(client: Client) -> Answer:
        return client.call("POST", "/devices", body=a_device_body())

    assert _at_once(postgres, organization, clock, [add] * 4) == [201, 409, 409, 409]


def test_two_devices_do_not_become_each_others_parents(
    client: Client, postgres: TestDatabase, organization: OrganizationId, clock: FakeClock
) -> None:
    def added(number: int) -> str:
        body: dict[str, Any] = a_device_body(ip_address=f"192.0.2.{number}")
        return str(client.call("POST", "/devices", body=body).data["id"])

    for number in range(1, 9, 2):
        first, second = added(number), added(number + 1)
        calls = [_put_parent(first, second), _put_parent(second, first)]
        assert _at_once(postgres, organization, clock, calls) == [200, 422]
