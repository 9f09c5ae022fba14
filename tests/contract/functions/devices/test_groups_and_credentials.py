"""What every store of groups and credentials does, the fake one and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import CredentialId, GroupId

from functions.devices.domain.credential import Credential, CredentialKind
from functions.devices.domain.errors import (
    CredentialAlreadyExistsError,
    CredentialInUseError,
    GroupAlreadyExistsError,
)
from functions.devices.domain.listing import Slice
from functions.devices.models.groups import GroupIn
from tests.support.clock import NOON
from tests.support.inventory import a_device

if TYPE_CHECKING:
    from tests.contract.functions.devices.conftest import House

LATER = NOON + timedelta(hours=1)


def _group(house: House, name: str) -> GroupId:
    group_id = GroupId(uuid4())
    with house.open() as work:
        work.groups.add(group_id, GroupIn(name=name, description="d"), at=NOON)
    return group_id


def _credential(house: House, name: str) -> Credential:
    credential = Credential(CredentialId(uuid4()), name, CredentialKind.SNMP_V2C)
    with house.open() as work:
        work.credentials.add(credential, b"sealed", at=NOON)
    return credential


def test_a_group_is_read_as_it_was_written(house: House) -> None:
    group_id = _group(house, "Backbone")
    with house.open() as work:
        work.groups.save(group_id, GroupIn(name="Core"), at=LATER)
        view = work.groups.view(group_id)
        assert work.groups.existing([group_id, GroupId(uuid4())]) == {group_id}
    assert (view.name, view.description, view.device_count) == ("Core", "", 0)
    assert (view.created_at, view.updated_at) == (NOON, LATER)


def test_two_groups_cannot_have_one_name(house: House) -> None:
    _group(house, "Backbone")
    other = _group(house, "Core")
    with pytest.raises(GroupAlreadyExistsError):
        _group(house, "Backbone")
    with pytest.raises(GroupAlreadyExistsError), house.open() as work:
        work.groups.save(other, GroupIn(name="Backbone"), at=NOON)


def test_groups_are_listed_by_name(house: House) -> None:
    for name in ("beta", "Alpha", "gamma"):
        _group(house, name)
    with house.open() as work:
        views, total = work.groups.page("A", Slice(2, 2))
    assert ([view.name for view in views], total) == (["gamma"], 3)


def test_members_are_set_as_a_whole(house: House) -> None:
    group_id = _group(house, "Backbone")
    other = _group(house, "Core")
    with house.open() as work:
        devices = [
            work.devices.add(
                a_device(ip_address=f"192.0.2.{n}", group_ids=frozenset({other})), at=NOON
            ).id
            for n in range(1, 4)
        ]
        work.groups.set_members(group_id, devices[:2])
        work.groups.set_members(group_id, devices[1:])
    with house.open() as work:
        assert work.groups.members(group_id) == set(devices[1:])
        assert work.groups.view(group_id).device_count == 2
        assert work.devices.get(devices[0]).group_ids == {other}
        work.groups.set_members(group_id, [])
        assert work.groups.members(group_id) == set()


def test_a_removed_group_is_gone_and_its_devices_stay(house: House) -> None:
    group_id = _group(house, "Backbone")
    with house.open() as work:
        device = work.devices.add(a_device(group_ids=frozenset({group_id})), at=NOON)
        work.groups.remove(group_id)
    with house.open() as work:
        assert work.devices.get(device.id).group_ids == frozenset()
        for ask in (work.groups.view, work.groups.remove):
            with pytest.raises(NotFoundError):
                ask(group_id)
        with pytest.raises(NotFoundError):
            work.groups.save(group_id, GroupIn(name="x"), at=NOON)


def test_a_credential_is_read_without_its_secret(house: House) -> None:
    credential = _credential(house, "Backbone")
    with house.open() as work:
        work.credentials.save(replace(credential, name="Core"), None, at=LATER)
        assert work.credentials.get(credential.id) == replace(credential, name="Core")
        view = work.credentials.view(credential.id)
    assert (view.name, view.kind, view.device_count) == ("Core", CredentialKind.SNMP_V2C, 0)
    assert (view.created_at, view.updated_at) == (NOON, LATER)


def test_two_credentials_cannot_have_one_name(house: House) -> None:
    _credential(house, "Backbone")
    other = _credential(house, "Core")
    with pytest.raises(CredentialAlreadyExistsError):
        _credential(house, "Backbone")
    with pytest.raises(CredentialAlreadyExistsError), house.open() as work:
        work.credentials.save(replace(other, name="Backbone"), None, at=NOON)


def test_a_credential_in_use_stays(house: House) -> None:
    credential = _credential(house, "Backbone")
    with house.open() as work:
        device = work.devices.add(a_device(credential_id=credential.id), at=NOON)
        assert work.credentials.view(credential.id).device_count == 1
    with pytest.raises(CredentialInUseError), house.open() as work:
        work.credentials.remove(credential.id)
    with house.open() as work:
        work.devices.retire(device.id, at=NOON)
        work.credentials.remove(credential.id)
        assert work.credentials.find(credential.id) is None
        with pytest.raises(NotFoundError):
            work.credentials.get(credential.id)


def test_a_devices_own_credential_is_not_listed(house: House) -> None:
    _credential(house, "Shared")
    device = a_device()
    own = Credential(CredentialId(uuid4()), "own", CredentialKind.SNMP_V1, device.id)
    with house.open() as work:
        work.credentials.add(own, b"sealed", at=NOON)
        work.devices.add(replace(device, credential_id=own.id), at=NOON)
    with house.open() as work:
        assert work.credentials.find(own.id) == own
        views, total = work.credentials.page("", Slice())
        assert ([view.name for view in views], total) == (["Shared"], 1)
        with pytest.raises(NotFoundError):
            work.credentials.view(own.id)


def test_secrets_of_many_credentials_turn_at_once(house: House) -> None:
    shared, other = _credential(house, "Backbone"), _credential(house, "Core")
    device = a_device()
    own = Credential(CredentialId(uuid4()), "own", CredentialKind.SNMP_V1, device.id)
    with house.open() as work:
        work.credentials.add(own, b"sealed", at=NOON)
        work.devices.add(replace(device, credential_id=own.id), at=NOON)
        work.devices.add(
            a_device(ip_address="192.0.2.9", name="Edge", credential_id=shared.id), at=NOON
        )
    with house.open() as work:
        # a device's own is chosen by its device, never by its id
        chosen = work.credentials.chosen([shared.id, own.id, uuid4()], [])
        assert chosen == [shared]
        chosen = work.credentials.chosen([shared.id], [device.id])
        assert {each.id for each in chosen} == {shared.id, own.id}
        assert work.credentials.reseal({each.id: b"anew" for each in chosen}, at=LATER) == 2
    with house.open() as work:
        assert work.credentials.view(shared.id).updated_at == LATER
        assert work.credentials.view(other.id).updated_at == NOON
