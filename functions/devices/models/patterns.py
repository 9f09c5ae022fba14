"""What people write to say what they look for: patterns, paths, and names of measures."""

from __future__ import annotations

import re
from typing import Annotated

import re2
from netpulse.http.fields import Line
from netpulse.json_path import NotAPathError, parse_path
from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from functions.devices.domain.check import RESERVED_METRICS

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
# What the connection is made of, and what must not be read by everybody who reads the check.
_NOT_YOURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
)
_SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})


def _pattern(value: str) -> str:
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(value, options)
    except re2.error as error:
        raise PydanticCustomError(
            "invalid_pattern", "Not a pattern as RE2 reads it (no look-around, no back-references)"
        ) from error
    return value


def _path(value: str) -> str:
    try:
        parse_path(value)
    except NotAPathError as error:
        raise PydanticCustomError(
            "invalid_path", "Not a path such as data.list[0].value"
        ) from error
    return value


def _metric(value: str) -> str:
    if value.startswith(RESERVED_METRICS):
        raise PydanticCustomError(
            "reserved_metric",
            "Names that begin with {names} are taken",
            {"names": RESERVED_METRICS},
        )
    return value


def _headers(value: dict[str, str]) -> dict[str, str]:
    for name in value:
        if not _HEADER.fullmatch(name) or name.lower() in _NOT_YOURS:
            raise PydanticCustomError("invalid_header", "{name} cannot be set", {"name": name})
        if name.lower() in _SECRET:
            raise PydanticCustomError(
                "secret_header", "{name} is a secret: store it as a credential", {"name": name}
            )
    return value


Pattern = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500),
    AfterValidator(_pattern),
    Field(description="A regular expression as RE2 reads it."),
]
JsonPath = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_path),
    Field(description="Such as `data.sensors[0].value` or `ports[name=eth0].speed`."),
]
MetricName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$"), AfterValidator(_metric)
]
Headers = Annotated[dict[str, Line], Field(max_length=20), AfterValidator(_headers)]
