"""The routes that are served, and a body for each, from the OpenAPI document of the instance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

_METHODS = ("get", "post", "put", "patch", "delete")
_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Route:
    """A route as the document tells of it."""

    method: str
    path: str
    permission: str | None
    public: bool
    body: dict[str, Any] | None

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return _PARAMETER.findall(self.path)

    def at(self, **values: str) -> str:
        """Return the path with values for its names."""
        return _PARAMETER.sub(lambda found: values[found[1]], self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def document(stack: Stack) -> dict[str, Any]:
    """Return the served document."""
    found: dict[str, Any] = requests.get(f"{stack.api_url}/openapi.json", timeout=60).json()
    return found


def routes(told: dict[str, Any]) -> list[Route]:
    """Return every route of a document."""
    return [
        Route(
            method=method.upper(),
            path=path,
            permission=operation.get("x-permission"),
            public=not operation.get("security"),
            body=_body(told, operation),
        )
        for path, operations in told["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    ]


def _body(told: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    found = example(told, schema) if schema else None
    return found if isinstance(found, dict) else None


def example(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return a small value that a schema allows, as far as the schema tells."""
    if "$ref" in schema:
        named = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return example(told, named)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(told, next(one for one in schema[choice] if one.get("type") != "null"))
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _of_type(told, schema)


def _of_type(told: dict[str, Any], schema: dict[str, Any]) -> Any:
    kind = schema.get("type", "object")
    if kind == "object":
        required = schema.get("required", [])
        named = schema.get("properties", {})
        return {name: example(told, named[name]) for name in required if name in named}
    if kind == "array":
        count = schema.get("minItems", 0)
        return [example(told, schema.get("items", {})) for _ in range(count)]
    if kind in {"integer", "number"}:
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    if kind == "boolean":
        return True
    return _of_format(schema)


def _of_format(schema: dict[str, Any]) -> str:
    formats: dict[str, str] = {
        "uuid": str(uuid4()),
        "date-time": "2026-01-01T00:00:00Z",
        "date": "2026-01-01",
        "time": "08:00:00",
        "password": "gentle river over stones",
    }
    if found := formats.get(str(schema.get("format"))):
        return found
    length: int = schema.get("minLength", 1)
    return "x" * max(1, length)
