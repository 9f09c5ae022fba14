"""One example of every fact, with every field set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from netpulse.events import Fact
from pydantic import BaseModel

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


def _list(name: str, item: Any, number: int) -> tuple[Any, ...]:
    if get_origin(item) is tuple:
        return tuple((f"{name}-{place}", f"{place}") for place in (1, 2))
    if isinstance(item, type) and issubclass(item, BaseModel):
        return (
            item(**{each: _value(each, f.annotation, 1) for each, f in item.model_fields.items()}),
        )
    if item is UUID:
        return (UUID(int=number), UUID(int=number + 100))
    return (f"{name}-1", f"{name}-2")


def _value(name: str, annotation: Any, number: int) -> Any:
    if get_origin(annotation) is Literal:
        return get_args(annotation)[number % len(get_args(annotation))]
    if get_origin(annotation) is dict:
        return {f"{name}_1": f"{name} 1"}
    if get_origin(annotation) is tuple:
        return _list(name, get_args(annotation)[0], number)
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
