"""Every route of the served document, with bodies and queries that its schema allows and forbids.

Nothing is answered by a server error, by a status that is not documented, or in another shape than
the document says.
"""

from __future__ import annotations

import itertools
import secrets
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.client import newcomer
from tests.security.routes import document

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(1800)
EXAMPLES = 4
# Rates are counted by key: with enough of them no route runs dry.
KEYS = 20
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Routes that end the caller, or what everybody here relies on; each has tests of its own.
LEFT_OUT = ("/api/v1/auth/", "/api/v1/api-keys", "/api/v1/users", "/scim/", "/api/v1/me")


@pytest.fixture(scope="module")
def keys(stack: Stack) -> list[str]:
    """API keys of an organisation that may be broken."""
    owner = newcomer(stack.api_url)
    return [
        owner.post("/api-keys", {"name": secrets.token_hex(4), "role": "admin"})["key"]
        for _ in range(KEYS)
    ]


def test_every_route_answers_as_the_document_says(stack: Stack, keys: list[str]) -> None:
    schema = schemathesis.openapi.from_dict(document(stack))
    turns = itertools.cycle(keys)
    failures: dict[str, str] = {}
    tried = 0
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if operation.path.startswith(LEFT_OUT):
            continue
        tried += 1
        _try(operation, stack.api_url, turns, failures)
    assert not failures, "\n\n".join(f"{name}\n{why}" for name, why in failures.items())
    assert tried > 100


def _try(operation: Any, base_url: str, turns: Any, failures: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: Any) -> None:
        answer = case.call(base_url=base_url, headers={"X-API-Key": next(turns)}, timeout=60)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            why = "\n".join(str(error)[:600] for error in group.exceptions)
            asked = f"{answer.status_code} at {answer.request.url}, body {answer.request.body!r}"
            failures[operation.label] = f"{asked[:600]}\n{why}"

    one()
