"""How long values are kept, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from netpulse.permissions import Role

from functions.metrics.repository.retention import PostgresPolicyWork
from tests.support.clock import FakeClock
from tests.support.devices import put_series
from tests.support.metrics import a_client, put_device, services_over, work_on
from tests.support.organizations import new_organization

if TYPE_CHECKING:
    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.metrics.handlers.services import Services
    from tests.support.database import TestDatabase
    from tests.support.http import Client

DEFAULT = {"raw_days": 90, "five_minute_days": 90, "hourly_days": 365, "daily_days": 1825}


@pytest.fixture
def services(database: Database, clock: FakeClock) -> Services:
    policies = PostgresPolicyWork(database)
    return services_over(work_on(database, clock), clock, policies=policies)


@pytest.fixture
def admin(services: Services, clock: FakeClock, organization: OrganizationId) -> Client:
    return a_client(services, clock, organization, role=Role.ADMIN)


def test_until_somebody_says_otherwise_the_defaults_hold(
    client: Client, postgres: TestDatabase, organization: OrganizationId
) -> None:
    put_series(postgres, organization, put_device(postgres, organization), [("", "m", "", "gauge")])
    found = client.call("GET", "/metrics/retention").data
    assert found == DEFAULT | {
        "series": 1,
        "series_limit": 100_000,
        "series_refused": 0,
        "series_refused_at": None,
    }


def test_an_admin_changes_what_is_named_and_nothing_else(admin: Client) -> None:
    answer = admin.call("PATCH", "/metrics/retention", body={"raw_days": 30, "hourly_days": 730})
    assert answer.status == 200
    found = admin.call("GET", "/metrics/retention").data
    assert found.items() >= (DEFAULT | {"raw_days": 30, "hourly_days": 730}).items()
    assert admin.call("PATCH", "/metrics/retention", body={"raw_days": 31}).data["raw_days"] == 31


@pytest.mark.parametrize(
    "body",
    [{"raw_days": 0}, {"raw_days": 4000}, {"hourly_days": 2000}, {"series_limit": 1}],
)
def test_what_makes_no_sense_is_refused(admin: Client, body: dict[str, int]) -> None:
    answer = admin.call("PATCH", "/metrics/retention", body=body)
    assert (answer.status, answer.code) == (422, "INVALID_INPUT")


def test_only_an_admin_changes_it(client: Client) -> None:
    assert client.call("PATCH", "/metrics/retention", body={"raw_days": 1}).status == 403


def test_another_organisations_policy_is_its_own(
    admin: Client, services: Services, clock: FakeClock, postgres: TestDatabase
) -> None:
    admin.call("PATCH", "/metrics/retention", body={"raw_days": 5})
    other = a_client(services, clock, new_organization(postgres, "Other"), role=Role.ADMIN)
    assert other.call("GET", "/metrics/retention").data["raw_days"] == 90
