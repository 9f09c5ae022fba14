"""What every store of devices does, the fake one and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from netpulse.errors import NotFoundError
from netpulse.ids import DeviceId, GroupId

from functions.devices.domain.device import Check, DeviceType
from functions.devices.domain.errors import DeviceAlreadyExistsError
from functions.devices.domain.listing import DeviceFilter, Slice, SortField, SortKey, parse_order
from functions.devices.models.groups import GroupIn
from tests.support.clock import NOON
from tests.support.inventory import a_device

if TYPE_CHECKING:
    from typing import Any

    from functions.devices.domain.device import Device
    from tests.contract.functions.devices.conftest import House


def _stored(house: House, **changes: Any) -> Device:
    with house.open() as work:
        return work.devices.add(a_device(**changes), at=NOON)


def test_a_device_is_read_as_it_was_written(house: House) -> None:
    parent = _stored(house)
    group = GroupId(uuid4())
    with house.open() as work:
        work.groups.add(group, GroupIn(name="g"), at=NOON)
    device = _stored(
        house,
        ip_address="2001:db8::1",
        external_id="crm-1",
        description="two\nlines",
        location="Nairobi",
        tags=("b", "a"),
        metadata={"rack": [1, {"unit": 2}]},
        group_ids=frozenset({group}),
        parent_ids=frozenset({parent.id}),
        is_active=False,
        availability_check=Check.TCP,
        interval_seconds=10,
        down_after=2,
        down_window=5,
        snmp_port=1161,
        configuration={"tcp": {"port": 22}, "icmp": {"count": 5}},
    )
    assert device.number > parent.number
    with house.open() as work:
        assert work.devices.get(device.id) == device
        assert work.devices.existing([device.id, DeviceId(uuid4())]) == {device.id: device}


def test_a_saved_change_is_there_and_dated(house: House) -> None:
    device = _stored(house)
    changed = replace(device, name="Edge", tags=("x",), ip_address="192.0.2.2")
    with house.open() as work:
        work.devices.save(changed, at=NOON + timedelta(hours=1))
    with house.open() as work:
        assert work.devices.get(device.id) == changed
        view = work.inventory.view(device.id)
    assert (view.created_at, view.updated_at) == (NOON, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    "twin", [{}, {"ip_address": "192.0.2.7", "external_id": "crm-1"}], ids=["address", "external"]
)
def test_two_devices_cannot_be_the_same(house: House, twin: dict[str, Any]) -> None:
    _stored(house, external_id="crm-1")
    with pytest.raises(DeviceAlreadyExistsError):
        _stored(house, **twin)
    _stored(house, snmp_port=1161)
    other = _stored(house, ip_address="192.0.2.9")
    with pytest.raises(DeviceAlreadyExistsError), house.open() as work:
        work.devices.save(replace(other, **{"ip_address": "192.0.2.1", **twin}), at=NOON)
    with house.open() as work:
        assert work.devices.get(other.id) == other


def test_a_retired_device_is_gone_and_its_place_is_free(house: House) -> None:
    device = _stored(house)
    child = _stored(house, ip_address="192.0.2.2", parent_ids=frozenset({device.id}))
    with house.open() as work:
        work.devices.retire(device.id, at=NOON)
    with house.open() as work:
        assert work.devices.existing([device.id]) == {}
        assert work.devices.get(child.id).parent_ids == frozenset()
        assert work.inventory.page(DeviceFilter(), Slice())[1] == 1
        for ask in (work.devices.get, work.inventory.view):
            with pytest.raises(NotFoundError) as caught:
                ask(device.id)
            assert caught.value.code == "DEVICE_NOT_FOUND"
    _stored(house)


def test_ancestors_are_found_through_every_generation(house: House) -> None:
    top = _stored(house)
    left = _stored(house, ip_address="192.0.2.2", parent_ids=frozenset({top.id}))
    right = _stored(house, ip_address="192.0.2.3", parent_ids=frozenset({top.id}))
    leaf = _stored(house, ip_address="192.0.2.4", parent_ids=frozenset({left.id, right.id}))
    with house.open() as work:
        work.devices.lock_topology()
        assert work.devices.ancestors([leaf.id]) == {left.id, right.id, top.id}
        assert work.devices.ancestors([top.id]) == set()


def test_what_raises_changes_nothing(house: House) -> None:
    twins = (a_device(), a_device())
    with pytest.raises(DeviceAlreadyExistsError), house.open() as work:
        assert [work.devices.add(twin, at=NOON) for twin in twins]
    with house.open() as work:
        assert work.inventory.page(DeviceFilter(), Slice()) == ([], 0)


@pytest.fixture
def four(house: House) -> House:
    """Four devices, of which some were seen."""
    alpha = _stored(
        house, name="alpha", ip_address="192.0.2.10", location="Nairobi", tags=("core",)
    )
    bravo = _stored(house, name="Bravo", ip_address="192.0.2.9", tags=("core", "x"))
    _stored(house, name="charlie_1", ip_address="2001:db8::1", device_type=DeviceType.SWITCH)
    _stored(house, name="delta", ip_address="192.0.2.100", is_active=False, location="Mombasa")
    house.put_known(
        alpha.id,
        {"status": "online", "response_time_ms": 5.0, "vendor": "MikroTik", "model": "CCR2004"},
    )
    house.put_known(bravo.id, {"status": "offline", "response_time_ms": 3.0})
    return house


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (DeviceFilter(), ["alpha", "Bravo", "charlie_1", "delta"]),
        (DeviceFilter(search="BRAV"), ["Bravo"]),
        (DeviceFilter(search="192.0.2.10"), ["alpha", "delta"]),
        (DeviceFilter(search="ccr2"), ["alpha"]),
        (DeviceFilter(search="e_1"), ["charlie_1"]),
        (DeviceFilter(search="%"), []),
        (DeviceFilter(statuses=["online", "unknown"]), ["alpha", "charlie_1", "delta"]),
        (DeviceFilter(device_types=[DeviceType.SWITCH]), ["charlie_1"]),
        (DeviceFilter(tags=["x", "y"]), ["Bravo"]),
        (DeviceFilter(vendors=["MIKROTIK"]), ["alpha"]),
        (DeviceFilter(location="nairobi"), ["alpha"]),
        (DeviceFilter(is_active=False), ["delta"]),
        (DeviceFilter(tags=["core"], statuses=["offline"]), ["Bravo"]),
        (DeviceFilter(group_ids=[uuid4()]), []),
        (DeviceFilter(numbers=[2**31 - 1]), []),
    ],
)
def test_a_list_has_what_every_filter_lets_through(
    four: House, wanted: DeviceFilter, names: list[str]
) -> None:
    with four.open() as work:
        found, total = work.inventory.page(wanted, Slice())
    assert [view.name for view in found] == names
    assert total == len(names)


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("-name", ["delta", "charlie_1", "Bravo", "alpha"]),
        ("ip_address", ["Bravo", "alpha", "delta", "charlie_1"]),
        ("response_time_ms", ["Bravo", "alpha", "charlie_1", "delta"]),
        ("-response_time_ms", ["alpha", "Bravo", "charlie_1", "delta"]),
        ("status,-name", ["Bravo", "alpha", "delta", "charlie_1"]),
        ("-vendor", ["alpha", "Bravo", "charlie_1", "delta"]),
        ("created_at", ["alpha", "Bravo", "charlie_1", "delta"]),
    ],
)
def test_a_list_has_the_order_it_is_asked_for(four: House, order: str, names: list[str]) -> None:
    with four.open() as work:
        keys = parse_order(order.split(","))
        found, _ = work.inventory.page(DeviceFilter(), Slice(order=keys))
    assert [view.name for view in found] == names


@pytest.mark.parametrize("field", SortField)
def test_every_order_is_complete_page_by_page(four: House, field: SortField) -> None:
    with four.open() as work:
        pages = [
            work.inventory.page(DeviceFilter(), Slice(page, 1, (SortKey(field),)))
            for page in (1, 2, 3, 4, 5)
        ]
    names = [view.name for views, _ in pages for view in views]
    assert sorted(names) == ["Bravo", "alpha", "charlie_1", "delta"]
    assert {total for _, total in pages} == {4}


def test_the_snapshot_has_active_devices_by_name(four: House) -> None:
    with four.open() as work:
        snapshot = work.inventory.snapshot(NOON)
    assert snapshot.name_steps == ["0Bravo", "0alpha", "0charlie_1"]
    assert [snapshot.status_names[int(code)] for code in snapshot.statuses] == [
        "offline",
        "online",
        "unknown",
    ]
    assert len(snapshot.number_steps) == len(snapshot.name_steps)
    assert snapshot.seq == 0
