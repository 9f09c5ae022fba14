from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.device import Identity, Interface
from pollers.domain.finding import MAX_PORTS, Finding, fitting, fitting_identity, fitting_ports
from pollers.domain.neighbour import Neighbour
from pollers.domain.point import Formula, Point

ETHER1 = Interface("ether1", 1, speed_bps=10**9, mtu=1500, admin_status=1, oper_status=1)
NUMBERS = st.none() | st.integers(-(2**70), 2**70)
PORTS = st.builds(
    Interface,
    name=st.text(max_size=300),
    index=st.integers(-(2**70), 2**70),
    descr=st.text(),
    alias=st.text(),
    type=st.integers(-(2**70), 2**70),
    speed_bps=NUMBERS,
    mtu=NUMBERS,
    phys_address=st.text(),
    admin_status=NUMBERS,
    oper_status=NUMBERS,
)


def test_what_fits_is_kept_as_it_is() -> None:
    ports = (ETHER1, Interface("ether2", 2, descr="Ethernet 2", alias="to Lagos"))
    assert fitting_ports(ports) == (ports, 0)


def test_one_absurd_number_costs_that_number_alone() -> None:
    absurd = replace(ETHER1, speed_bps=2**64 * 10**6, mtu=2**31, oper_status=-1)
    kept, mended = fitting_ports([absurd, replace(ETHER1, name="ether2")])
    assert kept[0] == replace(ETHER1, speed_bps=None, mtu=None, oper_status=None)
    assert (len(kept), mended) == (2, 1)


def test_an_interface_without_a_name_or_with_anothers_is_left_out_and_counted() -> None:
    kept, mended = fitting_ports(
        [ETHER1, replace(ETHER1, index=2), replace(ETHER1, name="\0\x07", index=3)]
    )
    assert (kept, mended) == ((ETHER1,), 2)


def test_control_characters_are_no_part_of_a_name() -> None:
    [port], mended = fitting_ports([replace(ETHER1, name="ether1\0\x1b", alias="up\x00link")])
    assert (port.name, port.alias, mended) == ("ether1", "uplink", 1)
    assert fitting_identity(Identity(sys_name="core\0", vendor="\x1bAcme")) == Identity(
        sys_name="core", vendor="Acme"
    )


def test_a_device_of_ten_thousand_interfaces_keeps_them_and_an_endless_one_is_bounded() -> None:
    ports = [Interface(f"port{n}", n) for n in range(MAX_PORTS + 5)]
    assert fitting_ports(ports[:10_000]) == (tuple(ports[:10_000]), 0)
    assert fitting_ports(ports) == (tuple(ports[:MAX_PORTS]), 5)


@given(st.lists(PORTS, max_size=8))
def test_whatever_a_device_says_fits(ports: list[Interface]) -> None:
    kept, mended = fitting_ports(ports)
    assert len({port.name for port in kept}) == len(kept)
    assert mended >= len(ports) - len(kept)
    assert fitting_ports(kept) == (kept, 0)
    for port in kept:
        assert 0 <= port.index < 2**63
        assert port.name
        assert "\0" not in port.name + port.descr + port.alias + port.phys_address
        assert port.speed_bps is None or 0 <= port.speed_bps < 2**63
        assert port.mtu is None or 0 <= port.mtu < 2**31


def test_a_whole_finding_is_cut_to_what_can_be_kept() -> None:
    port = Neighbour(
        "lldp", "ether1", "00:11", "p1", sys_name="n" * 40_000, capabilities=("bridge",)
    )
    fan = Point("state", "d" * 40_000, Formula(value="1.2"), states={"1": "ok" * 90})
    finding = Finding(Identity(vendor="v" * 40_000), (ETHER1,), (fan,), (port, port))
    kept, mended = fitting(finding)
    assert (kept.interfaces, mended) == ((ETHER1,), 0)
    assert len(kept.identity.vendor) < 40_000
    [neighbour] = kept.neighbours
    assert len(neighbour.sys_name) < 40_000
    assert neighbour.capabilities == ("bridge",)
    [point] = kept.points
    assert (len(point.descr) < 40_000, len(point.states["1"])) == (True, 100)
    assert finding.shape == finding
