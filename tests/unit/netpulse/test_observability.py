from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from netpulse import observability
from netpulse.consumer import consume, consume_by_organization, consume_facts
from netpulse.db import Database
from netpulse.errors import UnavailableError
from netpulse.observability import correlated, count, emit, logger, seconds

from tests.support.aws import sqs_event
from tests.support.http import Client
from tests.unit.netpulse.http.pipeline import Pipeline
from tests.unit.netpulse.test_consumer import a_body

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    lines = io.StringIO()
    handler: Any = logger.registered_handler
    before = handler.setStream(lines)
    yield lines
    handler.setStream(before)


def entries(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def ids(log: io.StringIO) -> list[str | None]:
    return [entry.get("correlation_id") for entry in entries(log)]


def emitted(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [line for line in lines if "_aws" in line]


def test_a_correlation_lasts_as_long_as_its_block(log: io.StringIO) -> None:
    with correlated("a", cause="x"):
        logger.info("in a")
        with correlated("b"):
            logger.info("in b")
        logger.info("in a again")
        assert observability.causation_id.get() == "x"
    logger.info("after")
    assert ids(log) == ["a", "b", "a", None]
    assert observability.causation_id.get() is None


def test_a_correlation_ends_when_its_block_fails(log: io.StringIO) -> None:
    with pytest.raises(ValueError, match="no"), correlated("a"):
        raise ValueError("no")
    logger.info("after")
    assert ids(log) == [None]


def test_each_message_of_a_batch_has_an_id_of_its_own(log: io.StringIO) -> None:
    def handle(body: dict[str, Any]) -> None:
        logger.info("handled")
        if body["n"] == 1:
            raise UnavailableError("later")

    consume(sqs_event({"n": 0}, {"n": 1}), handle)
    logger.info("after")
    assert ids(log) == ["message-0", "message-1", "message-1", None]
    assert entries(log)[2]["message"] == "messages failed"


def test_facts_are_handled_under_the_id_of_the_request_they_come_from(log: io.StringIO) -> None:
    event = sqs_event(a_body(1, 2))
    consume_facts(event, lambda _facts: logger.info("handled"))
    consume_by_organization(event, lambda _organization, _facts: logger.info("handled"))
    logger.info("after")
    assert ids(log) == ["c", "c", None]


def test_a_request_leaves_no_id_behind(log: io.StringIO) -> None:
    pipeline = Pipeline()
    Client(pipeline.app).call("GET", "/things", headers={"x-request-id": "order-7"})
    logger.info("after")
    assert ids(log) == ["order-7", None]


def test_a_line_of_metrics_names_each_set_of_dimensions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    device = str(UUID(int=1))
    emit(
        {"domain": "x"},
        {"channel": "y"},
        details={"device_id": device},
        things_total=count(1),
        took_seconds=seconds(0.5, 0.25),
    )
    (line,) = emitted(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "NetPulse"
    assert directive["Dimensions"] == [["domain"], ["channel"]]
    assert (line["domain"], line["channel"], line["device_id"]) == ("x", "y", device)
    assert (line["things_total"], line["took_seconds"]) == ([1.0], [0.5, 0.25])


def test_metrics_are_the_same_whatever_the_process_is_called(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "alerts")
    emit(things_total=count(1))
    (line,) = emitted(capsys)
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert line["service"] == "netpulse"


def test_more_values_than_a_line_may_hold_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    emit(took_seconds=seconds(*[0.1] * 500))
    (line,) = emitted(capsys)
    assert len(line["took_seconds"]) == 99


def test_errors_that_are_ours_are_counted_and_the_callers_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pipeline = Pipeline()
    pipeline.client.call("GET", "/nothing")
    pipeline.error = RuntimeError("bug")
    pipeline.client.call("GET", "/things/x")
    lines = emitted(capsys)
    assert [line["http_errors_total"] for line in lines] == [[0.0], [1.0]]
    assert {line["domain"] for line in lines} == {"things"}


def test_a_database_that_is_away_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    nowhere = Database("host=127.0.0.1 port=1 connect_timeout=1")
    with pytest.raises(UnavailableError), nowhere.transaction(None):
        pass
    (line,) = emitted(capsys)
    assert line["database_connection_failures_total"] == [1.0]
