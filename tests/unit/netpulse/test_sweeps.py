"""The addresses of networks to be gone over."""

from __future__ import annotations

import pytest
from netpulse.sweeps import host_count, hosts, parse_network, without_overlap


@pytest.mark.parametrize(
    ("network", "count"),
    [
        ("192.0.2.0/24", 254),
        ("192.0.2.0/31", 2),
        ("192.0.2.7", 1),
        ("198.18.0.0/20", 4094),
        ("2001:db8::/120", 256),
        ("192.0.2.9/29", 6),
    ],
)
def test_a_networks_own_and_last_address_are_no_devices(network: str, count: int) -> None:
    assert host_count(parse_network(network)) == count


def test_addresses_are_taken_in_order_across_networks() -> None:
    networks = [
        parse_network("192.0.2.0/30"),
        parse_network("198.51.100.9"),
        parse_network("::/127"),
    ]
    assert hosts(networks, 0, 99) == ["192.0.2.1", "192.0.2.2", "198.51.100.9", "::", "::1"]
    assert hosts(networks, 1, 2) == ["192.0.2.2", "198.51.100.9"]
    assert hosts(networks, 5, 2) == []


def test_every_address_is_taken_once_whatever_the_step() -> None:
    networks = [parse_network("192.0.2.0/27"), parse_network("198.51.100.0/28")]
    whole = hosts(networks, 0, 999)
    stepped = [each for start in range(0, 50, 7) for each in hosts(networks, start, 7)]
    assert stepped == whole
    assert len(whole) == 44


def test_a_network_within_another_is_gone_over_once() -> None:
    given = [parse_network(n) for n in ("192.0.2.0/25", "192.0.2.0/24", "192.0.2.1", "::1")]
    assert [str(n) for n in without_overlap(given)] == ["192.0.2.0/24", "::1/128"]
