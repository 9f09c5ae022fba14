"""A device, a list's order and a port's status."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from functions.devices.domain.interfaces import status_word
from functions.devices.domain.listing import (
    NotAnOrderError,
    Slice,
    SortField,
    SortKey,
    parse_order,
)
from tests.support.inventory import a_device

if TYPE_CHECKING:
    from typing import Any

OTHER = uuid4()


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, []),
        ({"number": 5}, []),
        ({"name": "Edge", "tags": ("x",)}, ["name", "tags"]),
        ({"snmp_port": 1161}, ["snmp"]),
        ({"credential_id": OTHER, "snmp_port": 1161}, ["snmp"]),
        ({"configuration": {"icmp": {"count": 5}, "tcp": {"port": 22}}}, ["icmp", "tcp"]),
        ({"configuration": {"icmp": {"count": 3}}}, []),
        ({"configuration": {}}, ["icmp"]),
        ({"parent_ids": frozenset({OTHER})}, ["parent_ids"]),
    ],
)
def test_changes_are_named_as_the_api_names_them(changes: dict[str, Any], names: list[str]) -> None:
    device = a_device(configuration={"icmp": {"count": 3}})
    assert device.changes_to(replace(device, **changes)) == names


def test_an_order_is_read_from_its_words() -> None:
    assert parse_order([]) == (SortKey(SortField.NAME),)
    assert parse_order(["-status", "name"]) == (
        SortKey(SortField.STATUS, descending=True),
        SortKey(SortField.NAME),
    )


@pytest.mark.parametrize("words", [["secret"], ["--name"], ["-"], ["name"] * 4])
def test_other_words_are_no_order(words: list[str]) -> None:
    with pytest.raises(NotAnOrderError):
        parse_order(words)


def test_a_page_begins_after_those_before_it() -> None:
    assert Slice(3, 20).offset == 40


def test_a_ports_status_is_a_word() -> None:
    assert [status_word(n) for n in (1, 2, 7, None, 99)] == [
        "up",
        "down",
        "lower_layer_down",
        "unknown",
        "unknown",
    ]
