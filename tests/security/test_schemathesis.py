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
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.e2e.client import elsewhere, newcomer
from tests.security.routes import document

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(1800)
EXAMPLES = 4
# Rates are counted by key: with enough of them no route runs dry.
KEYS = 20
CHECKS = [
    not_a_server_error,
    response_headers_conformance,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Of schemathesis' other checks: negative_data_rejection and positive_data_acceptance take every
# answer that a schema cannot foresee (a name that is taken, an id of nothing) for a fault;
# missing_required_header, unsupported_method need its coverage phase; use_after_free and
# ensure_resource_availability need links between routes, which the document has none of; and
# ignored_auth leaves our key in the header when it tries a wrong token: test_a08 does it instead.


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
        headers = {"X-API-Key": next(turns)}
        # from somewhere else each time: logins are counted by address
        answer = case.call(base_url=base_url, headers=headers, session=elsewhere(), timeout=60)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            why = "\n".join(str(error)[:600] for error in group.exceptions)
            asked = f"{answer.status_code} at {answer.request.url}, body {answer.request.body!r}"
            failures[operation.label] = f"{asked[:600]}\n{why}"

    one()
