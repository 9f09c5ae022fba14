"""A27: a secret that goes in comes out nowhere: answers, pushes, files, stores, queues, logs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from local import deploy
from tests.e2e import stack as stacks
from tests.e2e.client import newcomer
from tests.e2e.fleet import described
from tests.e2e.listener import Listener
from tests.security.canaries import Canaries, carried_away, sown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.client import Session
    from tests.e2e.stack import Stack
    from tests.security.routes import Route

pytestmark = pytest.mark.timeout(900)
# Larger ones are libraries.
_LARGEST_FILE = 64 * 1024 * 1024


@pytest.fixture(scope="module")
def owner(stack: Stack) -> Session:
    return newcomer(stack.api_url)


@pytest.fixture(scope="module")
def listener(stack: Stack, owner: Session) -> Iterator[Listener]:
    """A dashboard that is open while secrets are sown."""
    with Listener(stack, owner) as listening:
        yield listening


@pytest.fixture(scope="module")
def canaries(stack: Stack, owner: Session, listener: Listener) -> Canaries:
    found = sown(owner, described(stack.devices()[0], availability_check="snmp"))
    carried_away(owner)
    return found


def emulated(service: str) -> Any:
    ports = json.loads((stacks.FOLDER / "ports.json").read_text())
    return deploy.client(service, ports)


def test_a27_what_is_sown_would_be_found(canaries: Canaries) -> None:
    for name, word in canaries.words.items():
        assert canaries.in_bytes(f"x{word}y".encode()) == [name]
        assert canaries.in_bytes(word.encode().hex().encode()) == [name]


def test_a27_no_answer_holds_a_secret(
    served: list[Route], owner: Session, canaries: Canaries
) -> None:
    kinds = {
        "device_id": "/devices",
        "credential_id": "/credentials",
        "channel_id": "/notification-channels",
        "provider_id": "/identity-providers",
        "user_id": "/users",
        "report_id": "/reports",
    }
    firsts = {name: owner.get(path)[0]["id"] for name, path in kinds.items()}
    tried = 0
    for route in served:
        if route.method != "GET" or route.public or not set(route.parameters) <= firsts.keys():
            continue
        answer = owner.send_outside("GET", route.at(**firsts))
        assert canaries.in_bytes(answer.content) == [], str(route)
        tried += 1
    assert tried > 40


def test_a27_no_refusal_repeats_a_secret(owner: Session, canaries: Canaries) -> None:
    word = canaries.words["community"]
    for path, body in {
        "/credentials": {"name": "x", "kind": "ssh", "secret": {"community": word}},
        "/credentials/rotate": {"rotations": [{"secret": {"community": word}}]},
        "/devices": {"name": "x", "snmp": {"community": word, "version": "9"}},
        "/notification-channels": {"name": "x", "kind": "webhook", "config": {"secret": word}},
    }.items():
        answer = owner.send("POST", path, json=body)
        assert answer.status_code == 422
        assert canaries.in_bytes(answer.content) == [], path


def test_a27_no_event_and_no_push_holds_a_secret(
    owner: Session, listener: Listener, canaries: Canaries
) -> None:
    told = owner.send("GET", "/events?since=0&limit=200")
    assert told.ok
    assert b"canary" in told.content
    assert canaries.in_bytes(told.content) == []
    assert canaries.in_bytes(json.dumps(listener.messages).encode()) == []


def test_a27_no_export_holds_a_secret(owner: Session, canaries: Canaries) -> None:
    answer = owner.send("GET", "/audit-log/export")
    assert b"canary" in answer.content
    assert canaries.in_bytes(answer.content) == []


def test_a27_no_object_table_or_queue_holds_a_secret(stack: Stack, canaries: Canaries) -> None:
    buckets, objects = emulated("s3"), 0
    for bucket in buckets.list_buckets()["Buckets"]:
        for key in buckets.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            if key["Size"] > _LARGEST_FILE or "cdk" in bucket["Name"]:
                continue
            body = buckets.get_object(Bucket=bucket["Name"], Key=key["Key"])["Body"].read()
            assert canaries.in_bytes(body) == [], key["Key"]
            objects += 1
    # an archive and reports were made
    assert objects >= 2
    tables = emulated("dynamodb")
    for table in tables.list_tables()["TableNames"]:
        for page in tables.get_paginator("scan").paginate(TableName=table):
            assert canaries.in_bytes(repr(page["Items"]).encode()) == [], table
    queues = emulated("sqs")
    for url in queues.list_queues().get("QueueUrls", []):
        looked = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        assert canaries.in_bytes(repr(looked.get("Messages")).encode()) == [], url


def test_a27_no_log_or_trace_holds_a_secret(stack: Stack, canaries: Canaries) -> None:
    logs, read = emulated("logs"), 0
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                text = repr(events["events"]).encode()
                assert canaries.in_bytes(text) == [], name
                read += len(events["events"])
    assert read > 0
    traces = emulated("xray")
    try:
        kept = traces.get_trace_summaries(StartTime=0, EndTime=2**31 - 1)
    except traces.exceptions.ClientError:
        # the emulator keeps none; ours go to a socket that is not there, and annotate nothing
        return
    assert canaries.in_bytes(repr(kept).encode()) == []


def test_a27_no_file_of_the_instance_holds_a_secret(stack: Stack, canaries: Canaries) -> None:
    """Logs, spools, the emulator's state, and PostgreSQL's own files with its write-ahead log."""
    names = []
    # not Path.rglob: it raises when the emulator removes a function's folder under it
    for path in (Path(top) / name for top, _, files in os.walk(stacks.FOLDER) for name in files):
        try:
            if not path.is_file() or path.stat().st_size > _LARGEST_FILE:
                continue
            content = path.read_bytes()
        except OSError:
            # a socket, or a file that was there a moment ago
            continue
        names.append(str(path))
        assert canaries.in_bytes(content) == [], path
    for part in ("logs", "postgres", "pg_wal"):
        assert any(part in name for name in names), part


def test_a27_no_column_of_the_database_holds_a_secret(stack: Stack, canaries: Canaries) -> None:
    with psycopg.connect(stack.database_owner_url) as connection:
        tables = connection.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'netpulse' AND c.relkind IN ('r', 'm') AND NOT c.relispartition"
        ).fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            for name, word in canaries.words.items():
                found = connection.execute(
                    f"SELECT count(*) FROM netpulse.{table} t "
                    "WHERE position(%(text)s IN t::text) > 0 "
                    "OR position(encode(%(text)s::bytea, 'hex') IN t::text) > 0",
                    {"text": word},
                ).fetchone()
                assert found == (0,), f"{name} in {table}"
