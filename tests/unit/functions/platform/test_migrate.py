"""What the deployment's migration tells CloudFormation, whatever becomes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from functions.platform import wiring
from functions.platform.handlers.migrate import handler
from tests.support.recorder import recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.recorder import Recorder


@dataclass
class Deployment:
    """Stands for the database and the key; breaks when told to."""

    error: Exception | None = None
    runs: list[list[str]] = field(default_factory=list)

    def __call__(self) -> list[str]:
        self.runs.append(["0001_first"])
        if self.error:
            raise self.error
        return self.runs[-1]


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    made = Deployment()
    monkeypatch.setattr(wiring, "deploy", made)
    return made


@pytest.fixture
def cloudformation() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


def asked(cloudformation: Recorder, request_type: str, **more: str) -> dict[str, Any]:
    """Have CloudFormation ask; return what it is told."""
    event = {
        "RequestType": request_type,
        "ResponseURL": f"{cloudformation.url}/answer?signature=x",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Migration",
        **more,
    }
    handler(event, None)
    told: dict[str, Any] = json.loads(cloudformation.only.body)
    assert (told["StackId"], told["RequestId"]) == ("stack", "request")
    assert told["LogicalResourceId"] == "Migration"
    return told


def test_who_asks_directly_is_told_what_was_applied(deployment: Deployment) -> None:
    assert handler({"action": "migrate"}, None) == {"applied": ["0001_first"]}
    assert len(deployment.runs) == 1


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_stack_is_told_that_it_is_migrated(
    deployment: Deployment, cloudformation: Recorder, request_type: str
) -> None:
    told = asked(cloudformation, request_type)
    assert (told["Status"], told["PhysicalResourceId"]) == ("SUCCESS", "netpulse-database")
    assert len(deployment.runs) == 1
    # the URL is signed without a type
    assert cloudformation.only.headers["Content-Type"] == ""


def test_a_stack_whose_migration_failed_is_told_so_without_what_the_error_said(
    deployment: Deployment, cloudformation: Recorder
) -> None:
    deployment.error = ValueError("password=secret")
    told = asked(cloudformation, "Update", PhysicalResourceId="kept")
    assert (told["Status"], told["PhysicalResourceId"]) == ("FAILED", "kept")
    assert told["Reason"] == "ValueError: see the function's log"


def test_a_stack_that_goes_leaves_the_data_alone(
    deployment: Deployment, cloudformation: Recorder
) -> None:
    assert asked(cloudformation, "Delete")["Status"] == "SUCCESS"
    assert deployment.runs == []
