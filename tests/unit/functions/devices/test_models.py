"""Bodies: what is accepted, what is refused, and how a PATCH is laid over a device."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.errors import InvalidError
from netpulse.ids import CredentialId, DeviceId
from pydantic import ValidationError

from functions.devices.domain.device import DeviceType
from functions.devices.models.device import DeviceIn, DevicePatch
from tests.support.devices import a_device_body

if TYPE_CHECKING:
    from typing import Any

ID = DeviceId(uuid4())
CREDENTIAL = CredentialId(uuid4())


def _given(**changes: Any) -> DeviceIn:
    return DeviceIn.model_validate(a_device_body(**changes))


def test_a_window_not_given_is_as_long_as_the_failures() -> None:
    device = _given(down_after=2).device(ID, credential_id=None)
    assert (device.down_after, device.down_window) == (2, 2)
    patched = DevicePatch(down_after=4).over(device).device(ID, credential_id=None)
    assert (patched.down_after, patched.down_window) == (4, 4)


def test_a_window_that_was_given_stays() -> None:
    device = _given(down_after=2, down_window=5).device(ID, credential_id=None)
    patched = DevicePatch(down_after=4).over(device).device(ID, credential_id=None)
    assert (patched.down_after, patched.down_window) == (4, 5)
    with pytest.raises(InvalidError):
        DevicePatch(down_after=6).over(device)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tags": ["a"], "metadata": {"x": 1}, "external_id": "e", "is_active": False},
        {"availability_check": "tcp", "tcp": {"port": 22}},
        {"availability_check": "http", "http": {"url": "https://example.com/", "contains": "ok"}},
        {"snmp": {"version": "1", "port": 1161, "retries": 0, "max_repetitions": 5}},
        {"icmp": {"count": 10}, "interval_seconds": 10, "down_after": 2, "down_window": 4},
        {"parent_ids": [str(uuid4())], "group_ids": [str(uuid4()), str(uuid4())]},
    ],
)
def test_an_empty_patch_changes_nothing(changes: dict[str, Any]) -> None:
    device = _given(**changes).device(ID, number=7, credential_id=CREDENTIAL)
    same = DevicePatch().over(device)
    assert same.snmp.credential_id == CREDENTIAL
    assert same.device(ID, number=7, credential_id=CREDENTIAL) == device


def test_a_community_in_a_patch_takes_the_place_of_the_credential() -> None:
    device = _given().device(ID, credential_id=CREDENTIAL)
    given = DevicePatch.model_validate({"snmp": {"community": "x"}}).over(device)
    assert given.snmp.credential_id is None
    assert given.snmp.community is not None


def test_a_probe_is_taken_away_by_null() -> None:
    device = _given(tcp={"port": 22}).device(ID, credential_id=None)
    given = DevicePatch.model_validate({"tcp": None}).over(device)
    assert given.tcp is None
    with pytest.raises(InvalidError):
        DevicePatch.model_validate({"http": {"contains": "x"}}).over(device)


def test_a_community_shows_nowhere() -> None:
    given = _given(snmp={"community": "s3cret"})
    assert "s3cret" not in repr(given) + given.model_dump_json() + str(
        given.device(ID, credential_id=None)
    )


@pytest.mark.parametrize("kind", DeviceType)
def test_every_device_type_is_accepted(kind: DeviceType) -> None:
    assert _given(device_type=str(kind)).device_type is kind


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::0:1", "2001:db8::1"),
    ],
)
def test_an_address_has_one_spelling(value: str, stored: str) -> None:
    assert _given(ip_address=value).ip_address == stored


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"ip_address": "router.example"}, "invalid_ip_address"),
        ({"ip_address": None}, "invalid_ip_address"),
        ({"ip_address": ["192.0.2.1"]}, "invalid_ip_address"),
        ({"device_type": "Router"}, "invalid_device_type"),
        ({"device_type": 5}, "invalid_device_type"),
        ({"tags": [""]}, "invalid_tag"),
        ({"tags": ["x" * 65]}, "too_long"),
        ({"name": "a\nb"}, "control_character"),
        ({"name": "a\u2028b"}, "control_character"),
        ({"description": "a\x1bb"}, "control_character"),
        ({"metadata": {"x": "y" * 17_000}}, "metadata_too_large"),
        ({"interval_seconds": 3601}, "less_than_equal"),
        ({"tcp": {}}, "missing"),
        ({"tcp": {"port": 0}}, "greater_than_equal"),
        ({"icmp": {"count": 99}}, "less_than_equal"),
        ({"number": 5}, "extra_forbidden"),
        ({"status": "online"}, "extra_forbidden"),
        ({"snmp": {"secret": "x"}}, "extra_forbidden"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        _given(**changes)
    assert [error["type"] for error in caught.value.errors()] == [kind]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(DeviceIn.model_fields)), _JSON))
def test_no_json_makes_a_body_stumble(changes: dict[str, Any]) -> None:
    device = _given().device(ID, credential_id=None)
    try:
        DevicePatch.model_validate(changes).over(device)
        DeviceIn.model_validate(a_device_body(**changes))
    except (ValidationError, InvalidError):
        pass
