from __future__ import annotations

import pytest

from pollers.domain.reach import Reach

REACH = Reach(["127.0.0.0/8", "169.254.0.0/16", "::1/128"])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.170.2",
        "::1",
        "::ffff:169.254.169.254",
        "2002:a9fe:a9fe::",
        "64:ff9b::a9fe:a9fe",
        "localhost",
        "0x7f000001",
        "",
    ],
)
def test_a_forbidden_address_is_known_in_every_dress(address: str) -> None:
    assert not REACH.allows(address)


@pytest.mark.parametrize("address", ["198.51.100.7", "10.0.0.1", "2001:db8::1"])
def test_other_addresses_may_be_probed(address: str) -> None:
    assert REACH.allows(address)
