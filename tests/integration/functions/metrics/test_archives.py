"""An organisation carried to another one in an open format."""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
from netpulse.ids import JobId
from netpulse.permissions import Role
from netpulse.work import Relay, UnitOfWork

from functions.metrics.domain.archive import TABLES
from functions.metrics.handlers.http import application
from functions.metrics.repository.archive import PostgresArchive
from functions.metrics.repository.foreign import PostgresForeign
from functions.metrics.repository.work import BoundedWork, work_of
from functions.metrics.service.archiving import Archivist
from tests.support.archives import SETUP
from tests.support.devices import HeardBus, put_series
from tests.support.http import Client, FakeAccess, a_principal
from tests.support.metrics import columns, data_of, put_device, put_group, put_rows, services_over
from tests.support.organizations import new_organization
from tests.support.remote_write import an_event, packed, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpulse.db import Database
    from netpulse.ids import OrganizationId

    from functions.metrics.ports.archives import ArchiveStore
    from tests.support.database import TestDatabase

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
MINUTE = timedelta(minutes=1)


class _Clock:
    def now(self) -> datetime:
        return NOW


class _Files:
    """Archives in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, body: IO[bytes]) -> None:
        """Keep a file."""
        self.kept[key] = body.read()

    def get(self, key: str, into: IO[bytes]) -> None:
        """Fetch a file."""
        into.write(self.kept[key])

    def size(self, key: str) -> int | None:
        """Return how large a file is."""
        return len(self.kept[key]) if key in self.kept else None

    def download_link(self, key: str, *, file_name: str, valid: timedelta) -> str:
        """Return a link."""
        return f"https://files.example/{key}?{file_name}&{valid}"

    def upload_link(self, key: str, *, valid: timedelta) -> str:
        """Return a link."""
        return f"https://files.example/{key}?put&{valid}"


class House:
    """Clients of organisations, and who does their jobs."""

    def __init__(self, postgres: TestDatabase, database: Database, system: Database) -> None:
        self.postgres, self.system, self.files = postgres, system, _Files()
        clock = _Clock()
        unit = UnitOfWork(database, Relay(database, HeardBus(), clock), clock, work_of)
        self.work = BoundedWork(unit, statement_timeout=timedelta(seconds=15))
        self.archivist = Archivist(self.work, self._store, self.files, clock)

    @contextmanager
    def _store(self, organization_id: OrganizationId) -> Iterator[ArchiveStore]:
        with self.system.transaction(organization_id) as transaction:
            yield PostgresArchive(transaction)

    @contextmanager
    def _foreign(self, organization_id: OrganizationId) -> Iterator[PostgresForeign]:
        with self.system.transaction(organization_id) as transaction:
            yield PostgresForeign(transaction)

    def client(self, organization: OrganizationId, role: Role = Role.ADMIN) -> Client:
        access = FakeAccess(a_principal(role, organization_id=organization))
        services = services_over(self.work, _Clock(), self._foreign, files=self.files)
        return Client(application(lambda: access, services, clock=_Clock()))

    def write(self, organization: OrganizationId, body: bytes) -> None:
        access = FakeAccess(a_principal(Role.ADMIN, organization_id=organization))
        services = services_over(self.work, _Clock(), self._foreign, files=self.files)
        made = application(lambda: access, services, clock=_Clock())
        assert made(an_event(body), None)["statusCode"] == 204

    def run(self, organization: OrganizationId, job_id: str) -> dict[str, Any]:
        self.archivist.run(organization, JobId(UUID(job_id)))
        with self.work(organization) as work:
            return dict(work.jobs.get(JobId(UUID(job_id))))


@pytest.fixture
def house(postgres: TestDatabase, database: Database) -> Iterator[House]:
    with closing(postgres.database("netpulse_system")) as system:
        yield House(postgres, database, system)


@pytest.fixture
def full(house: House, organization: OrganizationId) -> OrganizationId:
    """An organisation with two devices, a parent, a group, a rule, periods and samples."""
    postgres = house.postgres
    made = [put_device(postgres, organization, name=n, tags=["core"]) for n in ("core", "edge")]
    put_group(postgres, organization, "Backbone", made)
    for number, device_id in enumerate(made):
        kinds = [("", "rtt", "ms", "gauge"), ("if:eth0", "octets", "octets", "counter")]
        put_series(postgres, organization, device_id, kinds)
        rows = columns(
            [None if n == 7 else n / 3 + number for n in range(90)], [n * 1e15 for n in range(90)]
        )
        put_rows(postgres, device_id, NOON_TODAY, MINUTE, rows)
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.credentials (organization_id, name, kind, ciphertext) "
            "VALUES (%s, 'snmp', 'snmp_v2c', 'sealed-secret')",
            (organization,),
        )
        connection.execute(
            "UPDATE netpulse.devices SET credential_id = (SELECT id FROM netpulse.credentials "
            "WHERE organization_id = %s) WHERE id = %s",
            (organization, made[0]),
        )
        connection.execute(
            "INSERT INTO netpulse.device_parents VALUES (%s, %s, %s)",
            (organization, made[1], made[0]),
        )
        connection.execute(
            "INSERT INTO netpulse.status_periods (organization_id, device_id, status, began_at) "
            "VALUES (%s, %s, 'online', %s)",
            (organization, made[0], NOON_TODAY),
        )
        connection.execute(
            "INSERT INTO netpulse.alert_rules (organization_id, name, kind, severity, scope) "
            "VALUES (%s, 'down', 'device_down', 'critical', %s)",
            (organization, json.dumps({"device_ids": [made[0]]})),
        )
        for statement in SETUP:
            connection.execute(
                statement.encode(),
                {"organization": organization, "core": made[0], "edge": made[1]},
            )
    sent = [(round(NOW.timestamp() * 1000) - 60_000 + n, n / 7) for n in range(0, 50_000, 10_000)]
    house.write(organization, packed([series({"__name__": "up", "job": "node"}, sent)]))
    return organization


NOON_TODAY = NOW - 100 * MINUTE


def _made(house: House, organization: OrganizationId) -> tuple[str, dict[str, Any]]:
    answer = house.client(organization).call("POST", "/metrics/archives", body={})
    assert answer.status == 202
    job = house.run(organization, answer.data["job_id"])
    assert job["state"] == "succeeded", job
    assert job["progress"] == 1
    return answer.data["archive_id"], job


# Tables of an organisation that its archive lacks, each with its reason.
LEFT_OUT = {
    **dict.fromkeys(("credentials", "api_keys", "identity_providers"), "secrets, given anew"),
    **dict.fromkeys(
        ("memberships", "invitations", "directory_groups", "directory_group_members",
         "external_identities", "roles"),
        "people and what they may do: an archive gives nobody access",
    ),
    "notification_channels": "they hold secrets, and a copy would tell people everything twice",
    **dict.fromkeys(("series", "foreign_series", "metric_sources"), "in files of their own"),
    **dict.fromkeys(
        ("outbox", "consumed_events", "fact_counters", "timers", "jobs"),
        "work under way, of the organisation it was for",
    ),
    **dict.fromkeys(
        ("device_status", "poll_states", "device_check_results", "alert_memories", "alert_counts",
         "alert_fences", "alert_escalations", "alert_promises", "baselines"),
        "made again of what is measured and kept",
    ),
    **dict.fromkeys(
        ("deliveries", "delivery_items", "notification_groups", "notification_group_alerts"),
        "what was sent to whom, through channels that stay behind",
    ),
    **dict.fromkeys(("discovery_scans", "discovery_results"), "names credentials; scan again"),
    "reports": "files of their own, which can be fetched and made again",
    "audit_log": "proves what was done in the organisation it was done in, and nowhere else",
    "discovery_schedules": "ask with credentials, which are not in an archive",
    "series_quotas": "set by whoever runs NetPulse",
}  # fmt: skip


def test_every_table_of_an_organisation_is_archived_or_has_a_reason_not_to_be(
    postgres: TestDatabase,
) -> None:
    with psycopg.connect(postgres.owner_url) as connection:
        columns_of: dict[str, set[str]] = defaultdict(set)
        for table, column in connection.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c "
            "JOIN pg_class p ON p.oid = format('netpulse.%I', c.table_name)::regclass "
            "WHERE c.table_schema = 'netpulse' AND p.relkind IN ('r', 'p') "
            "AND NOT p.relispartition"
        ):
            columns_of[table].add(column)
    tenants = {table for table, names in columns_of.items() if "organization_id" in names}
    archived = {table.name for table in TABLES}
    assert tenants - archived == set(LEFT_OUT)
    assert not archived & set(LEFT_OUT)
    for table in TABLES:
        assert {*table.left_out, *table.given} <= columns_of[table.name], table.name


def _carried(
    house: House, archive_id: str, home: OrganizationId, target: OrganizationId
) -> dict[str, Any]:
    upload = house.client(target).call("POST", "/metrics/archives/uploads", body={})
    assert upload.status == 201
    key = f"archives/{target}/{upload.data['archive_id']}.zip"
    assert f"/{key}?put" in upload.data["url"]
    house.files.kept[key] = house.files.kept[f"archives/{home}/{archive_id}.zip"]
    path = f"/metrics/archives/{upload.data['archive_id']}/restore"
    answer = house.client(target).call("POST", path, body={})
    assert answer.status == 202, answer.text
    return house.run(target, answer.data["job_id"])


def _curves(house: House, organization: OrganizationId) -> list[Any]:
    body = {"metrics": ["*"], "from": "-3h", "to": "now", "step": 60, "aggregate": "last"}
    found = data_of(house.client(organization), "/metrics/query", body)["series"]
    return [(e["device_name"], e["metric"], e["entity"], e["points"]) for e in found]


def test_an_archive_is_open_and_holds_no_secret(house: House, full: OrganizationId) -> None:
    archive_id, job = _made(house, full)
    link = house.client(full).call("GET", f"/metrics/archives/{archive_id}").data
    assert link["size_bytes"] == job["result"]["size_bytes"]
    body = house.files.kept[f"archives/{full}/{archive_id}.zip"]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = {name: archive.read(name).decode() for name in archive.namelist()}
    assert not [name for name, each in text.items() if "sealed" in each or "credential_id" in each]
    manifest = json.loads(text["manifest.json"])
    assert (manifest["format"], manifest["version"]) == ("netpulse-archive", 1)
    assert manifest["counts"] == job["result"]["counts"]
    assert (manifest["counts"]["devices"], manifest["counts"]["series"]) == (2, 4)
    assert manifest["counts"]["foreign_series"] == 1
    samples = [name for name in text if name.startswith("samples/")]
    assert len(samples) == 3
    first = text[min(samples)].splitlines()
    assert (first[0].split(",")[0], len(first)) == ("time", 91)
    assert first[1].startswith(NOON_TODAY.isoformat().replace("+00:00", "Z") + ",")


def test_what_is_restored_is_what_there_was(
    house: House, full: OrganizationId, postgres: TestDatabase
) -> None:
    archive_id, _ = _made(house, full)
    target = new_organization(postgres, "Target")
    job = _carried(house, archive_id, full, target)
    assert job["state"] == "succeeded", job
    assert job["result"]["recorded"] == 185
    assert _curves(house, target) == _curves(house, full)
    query = {"query": "up[5m]"}
    theirs, ours = (
        house.client(each).call("GET", "//prometheus/api/v1/query", query=query).json["data"]
        for each in (full, target)
    )
    assert ours == theirs
    assert len(ours["result"][0]["values"]) == 5
    with psycopg.connect(postgres.owner_url) as connection:
        rows = connection.execute(
            "SELECT d.name, p.name, r.scope->'device_ids'->>0 = p.id::text, d.credential_id "
            "FROM netpulse.device_parents l JOIN netpulse.devices d ON d.id = l.device_id "
            "JOIN netpulse.devices p ON p.id = l.parent_id "
            "JOIN netpulse.alert_rules r ON r.organization_id = d.organization_id "
            "WHERE l.organization_id = %s AND r.name = 'down'",
            (target,),
        ).fetchall()
        members = connection.execute(
            "SELECT count(*) FROM netpulse.device_group_members WHERE organization_id = %s",
            (target,),
        ).fetchone()
        moved = connection.execute(
            "SELECT w.scope->'device_ids'->>0 = d.id::text, s.enabled, s.next_run_at "
            "FROM netpulse.maintenance_windows w, netpulse.report_schedules s, netpulse.devices d "
            "WHERE w.organization_id = %(target)s AND s.organization_id = %(target)s "
            "AND d.organization_id = %(target)s AND d.name = 'core'",
            {"target": target},
        ).fetchall()
    # a row of each kind, of incidents and alerts the one that is over
    restored = job["result"]["restored"]
    assert {table.name for table in TABLES if not restored[table.name]} == set()
    assert {restored[each] for each in ("incidents", "incident_events", "alert_history")} == {1}
    assert moved == [(True, False, None)]
    assert rows == [("edge", "core", True, None)]
    assert members == (2,)


def test_restoring_again_changes_nothing(
    house: House, full: OrganizationId, postgres: TestDatabase
) -> None:
    archive_id, _ = _made(house, full)
    target = new_organization(postgres, "Target")
    assert _carried(house, archive_id, full, target)["state"] == "succeeded"
    before = _curves(house, target)
    again = _carried(house, archive_id, full, target)
    assert again["state"] == "succeeded", again
    assert again["result"]["recorded"] == 0
    assert set(again["result"]["restored"].values()) == {0}
    assert _curves(house, target) == before


def test_an_organisation_with_devices_of_its_own_is_left_alone(
    house: House, full: OrganizationId, postgres: TestDatabase
) -> None:
    archive_id, _ = _made(house, full)
    target = new_organization(postgres, "Target")
    put_device(postgres, target, name="mine")
    job = _carried(house, archive_id, full, target)
    assert (job["state"], job["error"]["code"]) == ("failed", "ORGANIZATION_NOT_EMPTY")
    assert _curves(house, target) == []


@pytest.mark.parametrize("body", [b"no zip", b""])
def test_what_is_no_archive_is_told(house: House, full: OrganizationId, body: bytes) -> None:
    client = house.client(full)
    upload = client.call("POST", "/metrics/archives/uploads", body={}).data
    path = f"/metrics/archives/{upload['archive_id']}"
    assert client.call("POST", f"{path}/restore", body={}).code == "ARCHIVE_NOT_FOUND"
    assert client.call("GET", path).code == "ARCHIVE_NOT_FOUND"
    house.files.kept[f"archives/{full}/{upload['archive_id']}.zip"] = body
    answer = client.call("POST", f"{path}/restore", body={})
    job = house.run(full, answer.data["job_id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "ARCHIVE_UNREADABLE")


def test_a_cancelled_job_is_not_done(house: House, full: OrganizationId) -> None:
    answer = house.client(full).call("POST", "/metrics/archives", body={})
    job_id = JobId(UUID(answer.data["job_id"]))
    with house.work(full) as work:
        work.jobs.cancel(job_id, at=NOW)
    assert house.archivist.run(full, job_id) is False
    assert house.files.kept == {}


@pytest.mark.parametrize(("ago", "state"), [(20, "failed"), (5, "running")])
def test_a_job_whose_runner_was_cut_off_is_ended_when_it_comes_again(
    house: House, full: OrganizationId, ago: int, state: str
) -> None:
    answer = house.client(full).call("POST", "/metrics/archives", body={})
    job_id = JobId(UUID(answer.data["job_id"]))
    with house.work(full) as work:
        work.jobs.claim(job_id, at=NOW - ago * MINUTE)
    assert house.run(full, answer.data["job_id"])["state"] == state


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER, Role.API_USER])
def test_only_admins_carry_an_organisation(house: House, full: OrganizationId, role: Role) -> None:
    client = house.client(full, role)
    for path in ("", "/uploads", "/00000000-0000-4000-8000-000000000000/restore"):
        answer = client.call("POST", f"/metrics/archives{path}", body={})
        assert (answer.status, answer.code) == (403, "INSUFFICIENT_PERMISSIONS")


def test_another_organisations_archive_is_not_there(
    house: House, full: OrganizationId, postgres: TestDatabase
) -> None:
    archive_id, _ = _made(house, full)
    stranger = house.client(new_organization(postgres, "Other"))
    assert stranger.call("GET", f"/metrics/archives/{archive_id}").status == 404
