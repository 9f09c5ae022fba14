from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from functions.auth.domain import scim
from functions.auth.domain.scim import Filter, GroupChange, PersonChange, ScimError

A, B, C = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = ("userName", "externalId")


def member(*ids: UUID) -> list[dict[str, str]]:
    return [{"value": str(each)} for each in ids]


def op(op: str, path: str | None = None, value: Any = None) -> dict[str, Any]:
    return {"op": op, **({"path": path} if path else {}), "value": value}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", None),
        ("   ", None),
        ('userName eq "a@b"', Filter("userName", "a@b")),
        ('USERNAME EQ "a@b"', Filter("userName", "a@b")),
        (r'externalId eq "a\"b\\c"', Filter("externalId", 'a"b\\c')),
    ],
)
def test_a_filter_is_one_equality(text: str, wanted: Filter | None) -> None:
    assert scim.filter_of(text, NAMES) == wanted


@pytest.mark.parametrize(
    "text",
    ['displayName eq "x"', 'userName sw "x"', "userName eq x", 'userName eq "a" or 1'],
)
def test_other_filters_are_refused_by_their_type(text: str) -> None:
    with pytest.raises(ScimError) as refused:
        scim.filter_of(text, NAMES)
    assert (refused.value.status, refused.value.scim_type) == (400, "invalidFilter")


@pytest.mark.parametrize(
    ("operation", "change"),
    [
        (op("replace", "active", False), PersonChange(active=False)),
        (op("Replace", "active", "False"), PersonChange(active=False)),
        (op("add", "active", " TRUE "), PersonChange(active=True)),
        (op("replace", None, {"active": True}), PersonChange(active=True)),
        (op("replace", "displayName", " Wanjiru "), PersonChange(full_name="Wanjiru")),
        (op("replace", "name.formatted", "W K"), PersonChange(full_name="W K")),
        (op("replace", "name", {"formatted": "W K"}), PersonChange(full_name="W K")),
        (op("replace", "name", {"givenName": "W"}), PersonChange()),
        (op("replace", f"{scim.USER}:externalId", "42"), PersonChange(external_id="42")),
        (op("replace", "nickName", "w"), PersonChange()),
    ],
)
def test_a_persons_patch_is_read_as_directories_write_it(
    operation: dict[str, Any], change: PersonChange
) -> None:
    assert scim.person_change([operation]) == change


@pytest.mark.parametrize(
    "operation",
    [
        op("remove", "active"),
        op("replace", None, "x"),
        op("replace", "active", "yes"),
        op("replace", "active", 1),
        op("replace", "displayName", ""),
        op("replace", "displayName", "a\nb"),
        op("replace", "displayName", "x" * 256),
        op("replace", "displayName", 7),
        op("move", "active", True),
        {"op": 3},
        {"op": "add", "path": 3},
        "add",
    ],
)
def test_a_persons_patch_that_makes_no_sense_is_refused(operation: Any) -> None:
    with pytest.raises(ScimError) as refused:
        scim.person_change([operation])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("given", "change"),
    [
        ({}, PersonChange()),
        ({"active": False}, PersonChange(active=False)),
        ({"name": {"givenName": "W", "familyName": "K"}}, PersonChange(full_name="W K")),
        ({"name": {"formatted": "W. K."}}, PersonChange(full_name="W. K.")),
        ({"displayName": "WK", "name": {"formatted": "x"}}, PersonChange(full_name="WK")),
        ({"name": {"familyName": "K"}}, PersonChange(full_name="K")),
        ({"name": {}, "externalId": "42"}, PersonChange(external_id="42")),
        ({"name": "W", "active": None}, PersonChange()),
    ],
)
def test_a_whole_person_is_read_by_what_it_names(
    given: dict[str, Any], change: PersonChange
) -> None:
    assert scim.person_replacement(given) == change


@pytest.mark.parametrize(
    ("operations", "after"),
    [
        ([op("add", "members", member(C))], {A, B, C}),
        ([op("add", "members", member(C)[0])], {A, B, C}),
        ([op("remove", "members", member(B))], {A}),
        ([op("remove", f'members[value eq "{B}"]')], {A}),
        ([op("remove", "members")], set()),
        ([op("replace", "members", member(C))], {C}),
        ([op("replace", "members", member(C)), op("add", "members", member(A))], {C, A}),
        ([op("add", None, {"members": member(C), "displayName": "NOC"})], {A, B, C}),
        ([op("add", "externalId", "42")], {A, B}),
    ],
)
def test_a_groups_patch_tells_who_is_in_it_afterwards(
    operations: list[dict[str, Any]], after: set[UUID]
) -> None:
    change = scim.group_change(operations)
    assert scim.changed_members(frozenset({A, B}), change) == after


def test_a_groups_name_comes_with_a_path_or_without() -> None:
    for operation in (op("replace", "displayName", "NOC"), op("add", None, {"displayName": "NOC"})):
        assert scim.group_change([operation]) == GroupChange(display_name="NOC")


def test_a_whole_group_has_the_members_it_names_and_no_others() -> None:
    change = scim.group_replacement({"displayName": "NOC", "members": member(A)})
    assert change == GroupChange(display_name="NOC", members=frozenset({A}))
    assert scim.group_replacement({"displayName": "NOC"}).members == frozenset()
    with pytest.raises(ScimError):
        scim.group_replacement({"members": []})


@pytest.mark.parametrize("value", ["x", [{"id": "x"}], [{"value": "x"}], 3])
def test_members_are_ids(value: Any) -> None:
    with pytest.raises(ScimError) as refused:
        scim.members_of(value)
    assert refused.value.scim_type == "invalidValue"
