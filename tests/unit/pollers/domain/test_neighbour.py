from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pollers.domain.device import Interface
from pollers.domain.neighbour import (
    LocalPort,
    LocalPorts,
    address_of,
    cdp_capabilities,
    identifier,
    lldp_capabilities,
)

MAC = b"\x00\x00\x5e\x00\x53\x01"
PORTS = LocalPorts(
    [
        Interface("Gi1/1", 101, "GigabitEthernet1/1", "uplink", phys_address="00:00:5e:00:53:01"),
        Interface("Gi1/2", 102, "GigabitEthernet1/2", "", phys_address="00:00:5e:00:53:ff"),
        Interface("Gi1/3", 3, "GigabitEthernet1/3", "", phys_address="00:00:5e:00:53:ff"),
    ]
)


@pytest.mark.parametrize(
    ("value", "is_mac", "is_address", "expected"),
    [
        (MAC, True, False, "00:00:5e:00:53:01"),
        (b"00-00-5E-00-53-01", True, False, "00:00:5e:00:53:01"),
        (MAC, False, False, "00:00:5e:00:53:01"),
        (b"\x01\xc0\x00\x02\x07", False, True, "192.0.2.7"),
        (b"\x02" + bytes(15) + b"\x07", False, True, "::7"),
        (b"ge-0/0/1", False, False, "ge-0/0/1"),
        (b"switch", False, False, "switch"),
        (b"", True, False, ""),
        (None, False, False, ""),
    ],
)
def test_an_identifier_is_written_as_people_write_it(
    value: object, is_mac: bool, is_address: bool, expected: str
) -> None:
    assert identifier(value, is_mac=is_mac, is_address=is_address) == expected


@given(st.binary(max_size=40), st.booleans(), st.booleans())
def test_no_octets_whatever_make_an_identifier_that_cannot_be_kept(
    value: bytes, is_mac: bool, is_address: bool
) -> None:
    told = identifier(value, is_mac=is_mac, is_address=is_address)
    assert len(told) <= 200
    assert "\0" not in told


@pytest.mark.parametrize(
    ("number", "port", "name"),
    [
        (7, LocalPort(5, b"Gi1/2", ""), "Gi1/2"),
        (7, LocalPort(5, b"GigabitEthernet1/2", ""), "Gi1/2"),
        (7, LocalPort(1, b"uplink", ""), "Gi1/1"),
        (7, LocalPort(3, MAC, ""), "Gi1/1"),
        (7, LocalPort(3, b"\x00\x00\x5e\x00\x53\xff", "GigabitEthernet1/3"), "Gi1/3"),
        (7, LocalPort(7, b"102", ""), "Gi1/2"),
        (3, LocalPort(), "Gi1/3"),
        (9, LocalPort(7, b"slot 9", ""), "slot 9"),
        (9, LocalPort(), "9"),
    ],
)
def test_a_local_port_is_found_however_the_agent_numbers_it(
    number: int, port: LocalPort, name: str
) -> None:
    assert PORTS.of(number, port) == name


def test_capabilities_are_those_enabled_or_else_those_supported() -> None:
    assert lldp_capabilities(b"\x20\x00", b"\x28\x00") == ("bridge",)
    assert lldp_capabilities(b"\x00\x00", b"\x28\x00") == ("bridge", "router")
    assert lldp_capabilities(None, None) == ()
    assert cdp_capabilities(b"\x00\x00\x00\x29") == ("router", "bridge", "igmp")


@pytest.mark.parametrize("octets", [b"", b"\x7f\x00\x00\x01", bytes(4), b"\x01\x02\x03"])
def test_an_address_that_leads_nowhere_is_none(octets: bytes) -> None:
    assert address_of(octets) == ""
