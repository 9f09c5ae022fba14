from __future__ import annotations

import json

from local import openapi


def test_the_served_document_is_what_the_routes_say() -> None:
    assert openapi.FILE.read_text() == openapi.text(), "run: make openapi"


def test_every_operation_says_what_it_answers_and_has_a_name_of_its_own() -> None:
    operations = [
        operation
        for methods in openapi.merged()["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict) and "responses" in operation
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["responses"] and operation["summary"] for operation in operations)


def test_every_private_operation_names_its_credentials() -> None:
    document = json.loads(openapi.text())
    assert document["components"]["securitySchemes"].keys() == {"accessToken", "apiKey"}
