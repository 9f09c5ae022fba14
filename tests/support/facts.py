"""One example of every fact, with every field set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from netpulse.events import Fact

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_STRINGS = {
    "ip_address": "192.0.2.7",
    "email": "amina@example.org",
    "device_name": "edge-nairobi-1",
    "entity": "if:ge-0/0/1",
    "metric": "if_in_utilization",
    "state": "firing",
}


def an_example(fact: type[Fact], **changes: Any) -> Fact:
    """Return a fact with every field set to something telling."""
    values = {
        name: _value(name, field.annotation, number)
        for number, (name, field) in enumerate(fact.model_fields.items(), 1)
    }
    return fact(**{**values, **changes})


def _value(name: str, annotation: Any, number: int) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[number % len(get_args(annotation))]
    if get_origin(annotation) is tuple:
        return (f"{name}-1", f"{name}-2")
    kinds = {
        UUID: UUID(int=number),
        datetime: AT + timedelta(seconds=number),
        bool: True,
        int: number,
        float: number + 0.5,
        str: _STRINGS.get(name, name.replace("_", " ")),
    }
    [kind] = [each for each in get_args(annotation) or (annotation,) if each is not NoneType]
    return kinds[kind]
