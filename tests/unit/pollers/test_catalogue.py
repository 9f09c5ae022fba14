"""Who a device is by its system group alone, as its maker's agents fill it."""

from __future__ import annotations

import pytest

from pollers.catalogue import profiles, vendor_of
from pollers.domain.profile import Chassis, SystemGroup, choose

ENTERPRISES = "1.3.6.1.4.1."
FREEBSD = "12325.1.1.2.1.1"


@pytest.mark.parametrize(
    ("object_id", "descr", "os", "vendor", "version"),
    [
        (FREEBSD, "pfSense fw 2.7.2-RELEASE FreeBSD 14.0", "pfsense", "Netgate", "2.7.2-RELEASE"),
        (FREEBSD, "FreeBSD nas 13.2-RELEASE amd64", "freebsd", "FreeBSD", "13.2-RELEASE"),
        ("41112.1.5", "EdgeOS v2.0.9.5346345.200624", "edgeos", "Ubiquiti", "2.0.9"),
        (
            "4413",
            "EdgeSwitch 24-Port 250W, 1.9.1.5322630",
            "edgeswitch",
            "Ubiquiti",
            "1.9.1.5322630",
        ),
        ("4413", "USW-24, 5.43", "unifi", "Ubiquiti", ""),
        ("44641", "VyOS 1.4.0", "vyos", "VyOS", "1.4.0"),
        (
            "14823.1.2.59",
            "ArubaOS (MODEL: 225), Version 8.6.0.9",
            "aruba-instant",
            "Aruba",
            "8.6.0.9",
        ),
        (
            "14823.1.1.1",
            "ArubaOS (MODEL: Aruba7005), Version 8.6.0.9",
            "arubaos",
            "Aruba",
            "8.6.0.9",
        ),
        ("14988.1", "RouterOS RB5009", "routeros", "MikroTik", ""),
        ("14988.2", "CSS326-24G-2S+", "mikrotik-swos", "MikroTik", ""),
        ("2281.1.3", "IP-20N, a hybrid radio", "ceraos", "Ceragon", ""),
        ("3373.1103", "ALFOplus80HD", "siae-alfoplus", "SIAE Microelettronica", ""),
        ("2509.9.3", "WTM 4200", "aviat-wtm", "Aviat", ""),
        ("25053.3.1.4.1", "Ruckus R510", "ruckuswireless", "Ruckus", ""),
        ("25053.3.1.10", "SmartZone", "ruckuswireless-sz", "Ruckus", ""),
        ("42.2.1.1", "SunOS db 5.11 11.4", "solaris", "Oracle", "5.11"),
        ("29671.2.1", "Meraki MS225-24P", "merakims", "Meraki", ""),
        ("8072.3.2.10", "Linux host 6.1.0 #1 SMP x86_64", "linux", "Linux", "6.1.0"),
    ],
)
def test_a_device_is_known_by_what_its_agent_says_first(
    object_id: str, descr: str, os: str, vendor: str, version: str
) -> None:
    system = SystemGroup(descr=descr, object_id=ENTERPRISES + object_id)
    profile = choose(profiles(), system, lambda _: None)
    assert profile is not None
    found = profile.identify(system, Chassis(), lambda _: None)
    assert (found.os, found.vendor, found.os_version) == (os, vendor, version)


def test_every_kind_of_device_has_a_maker_and_a_system_of_its_own() -> None:
    systems = [profile.os for profile in profiles()]
    assert all(systems)
    assert all(profile.matches for profile in profiles())
    twice = {os for os in systems if systems.count(os) > 1}
    assert len(twice) <= 6, twice


def test_a_maker_without_a_profile_is_still_named() -> None:
    assert vendor_of(ENTERPRISES + "2509.8") == "Aviat"
    assert vendor_of(ENTERPRISES + "999999999.1") == ""
