"""The services of the inventory over the fake one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.errors import ConflictError, InvalidError, NotFoundError
from netpulse.events import DeviceRegistered, DeviceRetired, DeviceUpdated
from netpulse.ids import CredentialId, DeviceId, GroupId, OrganizationId

from functions.devices.models.credentials import CredentialIn, CredentialPatch
from functions.devices.models.device import DeviceIn, DevicePatch
from functions.devices.models.groups import GroupIn
from tests.support.clock import FakeClock
from tests.support.devices import OpenVault, a_device_body, services_over
from tests.unit.functions.devices.fakes import FakeWork

if TYPE_CHECKING:
    from typing import Any

    from functions.devices.handlers.services import Services
    from functions.devices.models.views import DeviceView

ORGANIZATION = OrganizationId(uuid4())


@pytest.fixture
def work() -> FakeWork:
    return FakeWork()


@pytest.fixture
def services(work: FakeWork) -> Services:
    return services_over(work, FakeClock())


def _body(**changes: Any) -> DeviceIn:
    return DeviceIn.model_validate(a_device_body(**changes))


def _register(services: Services, **changes: Any) -> DeviceView:
    return services.devices().register(ORGANIZATION, _body(**changes))


def _id(view: DeviceView) -> DeviceId:
    return DeviceId(view.id)


def test_every_change_is_told_once(services: Services, work: FakeWork) -> None:
    device = _register(services)
    services.devices().replace(ORGANIZATION, _id(device), _body(name="Edge"))
    services.devices().replace(ORGANIZATION, _id(device), _body(name="Edge"))
    services.devices().amend(ORGANIZATION, _id(device), DevicePatch(is_active=False))
    services.devices().retire(ORGANIZATION, _id(device))
    facts = work.stored(ORGANIZATION).facts
    known = {
        "device_id": device.id,
        "number": 1,
        "ip_address": "192.0.2.1",
        "device_type": "router",
    }
    assert facts == [
        DeviceRegistered(name="Core", **known),
        DeviceUpdated(name="Edge", changed=("name",), **known),
        DeviceUpdated(name="Edge", changed=("is_active",), is_active=False, **known),
        DeviceRetired(name="Edge", **known),
    ]


def test_a_refused_device_leaves_nothing_behind(services: Services, work: FakeWork) -> None:
    _register(services)
    with pytest.raises(ConflictError):
        _register(services, snmp={"community": "s3cret"})
    with pytest.raises(InvalidError):
        _register(services, ip_address="192.0.2.2", group_ids=[str(uuid4())])
    stored = work.stored(ORGANIZATION)
    assert (len(stored.devices), len(stored.credentials), len(stored.facts)) == (1, 0, 1)


def test_a_community_is_sealed_for_its_record(services: Services, work: FakeWork) -> None:
    device = _register(services, snmp={"community": "s3cret", "version": "1"})
    ((credential, sealed),) = work.stored(ORGANIZATION).credentials.values()
    assert (credential.kind, credential.device_id) == ("snmp_v1", device.id)
    assert device.snmp.credential_id == credential.id
    opened = OpenVault().open(sealed, organization_id=ORGANIZATION, record_id=credential.id)
    assert opened == {"community": "s3cret"}
    assert "s3cret" not in repr(work.stored(ORGANIZATION).facts)


def test_another_version_with_a_community_changes_the_credentials_kind(
    services: Services, work: FakeWork
) -> None:
    device = _register(services, snmp={"community": "a", "version": "1"})
    patch = DevicePatch.model_validate({"snmp": {"community": "b", "version": "2c"}})
    changed = services.devices().amend(ORGANIZATION, _id(device), patch)
    ((credential, _),) = work.stored(ORGANIZATION).credentials.values()
    assert (credential.kind, changed.snmp.version) == ("snmp_v2c", "2c")


def test_the_devices_own_credential_goes_when_a_shared_one_comes(
    services: Services, work: FakeWork
) -> None:
    shared = services.credentials().create(
        ORGANIZATION,
        CredentialIn.model_validate(
            {"name": "c", "kind": "snmp_v2c", "secret": {"community": "shared"}}
        ),
    )
    device = _register(services, snmp={"community": "own"})
    patch = DevicePatch.model_validate({"snmp": {"credential_id": str(shared.id)}})
    changed = services.devices().amend(ORGANIZATION, _id(device), patch)
    assert changed.snmp.credential_id == shared.id
    assert list(work.stored(ORGANIZATION).credentials) == [shared.id]
    # and back: the shared one stays
    patch = DevicePatch.model_validate({"snmp": {"community": "own"}})
    services.devices().amend(ORGANIZATION, _id(device), patch)
    assert len(work.stored(ORGANIZATION).credentials) == 2


def test_a_retired_devices_own_credential_goes(services: Services, work: FakeWork) -> None:
    device = _register(services, snmp={"community": "own"})
    services.devices().retire(ORGANIZATION, _id(device))
    assert work.stored(ORGANIZATION).credentials == {}


def test_a_secret_of_another_kind_is_refused(services: Services) -> None:
    made = services.credentials().create(
        ORGANIZATION,
        CredentialIn.model_validate(
            {"name": "c", "kind": "ssh", "secret": {"username": "u", "password": "p"}}
        ),
    )
    patch = CredentialPatch.model_validate({"secret": {"community": "x"}})
    with pytest.raises(InvalidError) as caught:
        services.credentials().amend(ORGANIZATION, CredentialId(made.id), patch)
    assert {field["field"] for field in caught.value.details["fields"]} == {"username", "community"}


def test_a_circle_of_parents_is_refused_however_long(services: Services) -> None:
    chain = [_register(services)]
    for n in range(2, 6):
        parents = [str(chain[-1].id)]
        chain.append(_register(services, ip_address=f"192.0.2.{n}", parent_ids=parents))
    patch = DevicePatch(parent_ids=[_id(chain[-1])])
    with pytest.raises(InvalidError) as caught:
        services.devices().amend(ORGANIZATION, _id(chain[0]), patch)
    assert caught.value.code == "PARENT_CYCLE"


def test_a_groups_members_hear_when_it_goes(services: Services, work: FakeWork) -> None:
    group = services.groups().create(ORGANIZATION, GroupIn(name="g"))
    device = _register(services, group_ids=[str(group.id)])
    services.groups().remove(ORGANIZATION, GroupId(group.id))
    fact = work.stored(ORGANIZATION).facts[-1]
    assert isinstance(fact, DeviceUpdated)
    assert (fact.device_id, fact.changed) == (device.id, ("group_ids",))


def test_organisations_are_apart(services: Services) -> None:
    device = _register(services)
    with pytest.raises(NotFoundError):
        services.devices().retire(OrganizationId(uuid4()), _id(device))
