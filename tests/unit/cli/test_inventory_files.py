import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.errors import RefusedError
from cli.inventory_files import exported, from_csv, from_yaml, to_csv, to_yaml
from tests.unit.cli.fake import a_device

# The API strips texts and refuses control characters.
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12
)
tags = st.lists(words.filter(lambda word: "," not in word), max_size=3)
metadata = st.dictionaries(words, st.one_of(words, st.integers(), st.booleans()), max_size=3)
devices = st.builds(
    a_device,
    st.integers(1, 250),
    name=words,
    external_id=st.none() | words,
    description=words,
    location=st.just("") | words,
    tags=tags,
    metadata=metadata,
    is_active=st.booleans(),
    tcp=st.none() | st.fixed_dictionaries({"port": st.integers(1, 65_535)}),
    snmp=st.fixed_dictionaries(
        {
            "version": st.sampled_from(["1", "2c", "3"]),
            "timeout_seconds": st.floats(0.1, 10),
            "max_repetitions": st.none() | st.integers(1, 200),
        }
    ),
)


@given(st.lists(devices, min_size=1, max_size=4))
def test_what_is_exported_as_csv_is_imported_as_it_was(found: list[dict[str, object]]) -> None:
    assert [row.device for row in from_csv(to_csv(found))] == [exported(each) for each in found]


@given(st.lists(devices, min_size=1, max_size=4))
def test_what_is_exported_as_yaml_is_imported_as_it_was(found: list[dict[str, object]]) -> None:
    assert [row.device for row in from_yaml(to_yaml(found))] == [exported(each) for each in found]


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "'=x", "''", "'", "'x"])
def test_no_cell_is_a_formula_and_every_name_comes_back(name: str) -> None:
    text = to_csv([a_device(name=name)])
    assert not text.splitlines()[1].startswith(tuple("=+-@"))
    assert from_csv(text)[0].device["name"] == name


def test_a_cell_that_is_empty_is_left_out() -> None:
    (row,) = from_csv("name,tags,tcp.port,is_active\ncore,,,\n")
    assert row.device == {"name": "core"}


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("interval_seconds", "often", "a whole number"),
        ("snmp.timeout_seconds", "long", "a number"),
        ("is_active", "maybe", "true or false"),
        ("metadata", "[1]", "a JSON object"),
        ("metadata", "{", "a JSON object"),
    ],
)
def test_a_cell_that_means_nothing_is_told_with_its_line(
    column: str, cell: str, problem: str
) -> None:
    (row,) = from_csv(f"name,{column}\ncore,{cell}\n")
    assert row.place == "line 2"
    assert problem in row.problem


def test_a_line_with_too_many_cells_is_told() -> None:
    assert from_csv("name\ncore,router\n")[0].problem == "there are more cells than columns"


@pytest.mark.parametrize("text", ["", "name,colour\n", 'name\n"core'])
def test_a_file_that_is_no_inventory_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        from_csv(text)


@pytest.mark.parametrize("text", ["name: core", "[", "3", "!!python/object:os.system {}"])
def test_yaml_without_a_list_of_devices_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        from_yaml(text)


def test_yaml_may_have_its_list_under_devices_and_dates_in_it() -> None:
    rows = from_yaml("devices:\n- name: core\n  metadata: {bought: 2026-03-02}\n- core\n")
    assert rows[0].device["metadata"] == {"bought": "2026-03-02"}
    assert rows[1].problem == "a mapping of fields is needed"


def test_letters_outside_ascii_stay_readable() -> None:
    assert "Zürich" in to_yaml([a_device(location="Zürich")])
    assert string.ascii_letters in to_csv([a_device(name=string.ascii_letters)])
