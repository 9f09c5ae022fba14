"""Paths into JSON documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.json_path import MISSING, NotAPathError, find_at, parse_path

DOCUMENT = {
    "data": {"sensors": [{"name": "inlet", "value": 21.5}, {"name": "cpu 1", "value": "47"}]},
    "a.b": 1,
    "none": None,
    "on": True,
    "7": "seven",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.sensors[0].value", 21.5),
        ("$.data.sensors[-1].name", "cpu 1"),
        ("data.sensors[name=inlet].value", 21.5),
        ('data.sensors[name="cpu 1"].value', "47"),
        ('["a.b"]', 1),
        ("none", None),
        ("on", True),
        ("[7]", "seven"),
        ("data.sensors[9].value", MISSING),
        ("data.sensors.value", MISSING),
        ("on.more", MISSING),
    ],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, value: Any) -> None:
    assert find_at(DOCUMENT, parse_path(path)) == value


def test_a_pick_compares_values_as_people_write_them() -> None:
    rows = [{"up": False, "n": 1}, {"up": True, "n": 2}]
    assert find_at(rows, parse_path("[up=true].n")) == 2


@pytest.mark.parametrize("path", ["", "$", "a..b", "a[", "a[x", "a b", "[=x]", "a[]", "a." * 40])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(NotAPathError):
        parse_path(path)


@given(st.text(max_size=60))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        steps = parse_path(text)
    except NotAPathError:
        return
    find_at(DOCUMENT, steps)
