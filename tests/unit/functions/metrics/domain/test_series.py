"""Series: patterns, groups, and rows of an archive."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from netpulse.timeseries.model import SECOND, Column

from functions.metrics.domain.archive import (
    Block,
    csv_head,
    csv_lines,
    restored_id,
    restored_row,
    rows_of,
)
from functions.metrics.domain.errors import unacceptable
from functions.metrics.domain.grouping import Group, grouped
from functions.metrics.domain.series import Series, Wanted, fitting, is_pattern, like

HOME, DEVICE, OTHER = (UUID(int=n) for n in (1, 2, 3))


def a_series(number: int, *, tags: tuple[str, ...] = (), device_id: UUID = DEVICE) -> Series:
    return Series(
        number, device_id, 1, "core", tags, 60, f"if:{number}", "if_in_bps", "bit/s", "rate", 1, 1
    )


@pytest.mark.parametrize(
    ("patterns", "text", "fits"),
    [
        ((), "x", True),
        (("if_*",), "if_in", True),
        (("c?u", "x"), "cpu", True),
        (("a",), "b", False),
    ],
)
def test_patterns(patterns: tuple[str, ...], text: str, *, fits: bool) -> None:
    assert fitting(patterns)(text) is fits


def test_names_without_a_pattern_are_found_by_an_index() -> None:
    assert Wanted(metrics=("a", "b")).plain_metrics == ("a", "b")
    assert Wanted(metrics=("a", "b*")).plain_metrics == ()
    assert is_pattern("a?")
    assert like("a_b%*?") == "a\\_b\\%%_"


def test_a_series_is_in_each_of_its_groups() -> None:
    both = [a_series(1, tags=("x", "y")), a_series(2, device_id=OTHER)]
    assert [(g.labels, g.members) for g in grouped(both, ["tag"], {})] == [
        ((("tag", ""),), (1,)),
        ((("tag", "x"),), (0,)),
        ((("tag", "y"),), (0,)),
    ]
    by_group = grouped(both, ["group", "device"], {DEVICE: ["Backbone"]})
    assert [g.labels for g in by_group] == [
        (("group", ""), ("device", "core")),
        (("group", "Backbone"), ("device", "core")),
    ]
    by_entity = grouped(both, ["entity"], {})
    assert by_entity[0] == Group("if_in_bps", "bit/s", "rate", (("entity", "if:1"),), (0,))


def test_an_archives_rows_get_ids_of_their_new_home_wherever_they_are() -> None:
    known, strange = str(DEVICE), str(OTHER)
    row = {
        "id": known,
        "organization_id": str(OTHER),
        "number": 7,
        "scope": {"ids": [known, strange], "text": f"of {known}"},
    }
    new = restored_id(HOME, known)
    assert restored_row(row, HOME, {known}) == {
        "id": new,
        "organization_id": str(HOME),
        "number": 7,
        "scope": {"ids": [new, strange], "text": f"of {new}"},
    }


def test_samples_are_written_as_csv_and_read_again() -> None:
    block = Block("device-x", 1, 3, ((11, 1), (12, 3)))
    columns = [
        Column(np.array([0, 60]) * SECOND, np.array([1.5, 2.0])),
        Column(np.array([60]) * SECOND, np.array([-0.1])),
    ]
    text = csv_head(block) + "".join(csv_lines(columns))
    assert block.path == "samples/device-x/3.csv"
    assert text.splitlines() == [
        "time,11,12",
        "1970-01-01T00:00:00Z,1.5,",
        "1970-01-01T00:01:00Z,2.0,-0.1",
    ]
    lines = (line.split(",") for line in text.splitlines())
    found = [
        (at, [None if value != value else value for value in values])  # noqa: PLR0124  # NaN
        for at, values in rows_of(lines, {"11": 1, "12": 3})
    ]
    assert found == [(0, [1.5, None, None]), (60 * SECOND, [2.0, None, -0.1])]
    assert list(rows_of(iter([["time", "99"]]), {})) == []
    for head in ([], [["at", "1"]]):
        with pytest.raises(ValueError, match="begins with"):
            list(rows_of(iter(head), {}))


def test_states_and_counters_are_what_they_were_last() -> None:
    assert not a_series(1).is_discrete
    assert replace(a_series(1), kind="status").is_discrete


def test_an_error_names_its_field() -> None:
    error = unacceptable("step", "too short")
    assert error.details == {
        "fields": [{"field": "step", "code": "INVALID_INPUT", "message": "too short"}]
    }
