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
        (
            "9.1.2530",
            "Cisco IOS Software [Amsterdam], C9800 Software (C9800_IOSXE-K9), Version 17.3.3",
            *("iosxe", "Cisco", "17.3.3"),
        ),
        (
            "9.1.716",
            "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE7, RELEASE",
            *("ios", "Cisco", "12.2(55)SE7"),
        ),
        (
            "9.1.2989",
            "Cisco IOS XR Software (NCS-540), Version 7.5.2\nCopyright (c) 2013-2022 by Cisco",
            *("iosxr", "Cisco", "7.5.2"),
        ),
        (
            "9.1.2313",
            "Cisco Firepower Threat Defense, Version 6.4.0.4 (Build 34), ASA Version 9.12(2)117",
            *("ftd", "Cisco", "6.4.0.4"),
        ),
        ("9.1.451", "Cisco PIX Security Appliance Version 8.0(4)", "pixos", "Cisco", "8.0(4)"),
        (
            "2636.1.1.1.2.594",
            "Juniper Networks, Inc. acx7100-48l, kernel Linux 4.8.28, Version 21.4R1.15-EVO",
            *("junos", "Juniper", "21.4R1.15-EVO"),
        ),
        (
            "25506.11.1.87",
            "HP V1910-48G Switch Software Version 5.20, Release 1513P06\nCopyright(c) 2010",
            *("comware", "HPE", "5.20 Release 1513P06"),
        ),
        (
            "6027.1.3.14",
            "Dell Networking OS\nOperating System Version: 2.0\n"
            "Application Software Version: 9.8(0.0P2)\nSeries: S4810",
            *("dnos", "Dell", "9.8(0.0P2)"),
        ),
        (
            "674.10895.3042",
            "Dell Networking N2048, 6.0.1.3, Linux 3.7.10-e54850e7",
            *("dnos", "Dell", "6.0.1.3"),
        ),
        (
            "674.10895.3028",
            "PowerConnect 6248, 3.3.7.3, VxWorks 6.5",
            *("powerconnect", "Dell", "3.3.7.3"),
        ),
        (
            "674.11000.5000.100.2.1.6",
            "Dell EMC Networking OS10-Enterprise.\nOS Version: 10.4.1.1.\nSystem Type: S4148T-ON",
            *("dell-os10", "Dell", "10.4.1.1"),
        ),
        ("40310", "Cumulus-Linux 4.3.0 (Linux Kernel 4.19.149)", "cumulus", "Cumulus", "4.3.0"),
        (
            "8072.3.2.10",
            "SONiC Software Version: SONiC.20220531.12 - HwSku: S6000 - Distribution: Debian 10.12",
            *("sonic", "SONiC", "20220531.12"),
        ),
        ("2604.5", "Linux fw 4.14.38 #1 SMP x86_64", "sophos-xg", "Sophos", ""),
        ("207.1.14.53", "Allied Telesis switch, AW+ v5.4.7", "awplus", "Allied Telesis", "5.4.7"),
        ("6876.4.1", "VMware ESXi 6.7.0 build-14320388", "vmware-esxi", "VMware", "6.7.0"),
        ("41112", "U6-LR 6.0.14.13577", "unifi", "Ubiquiti", "6.0.14.13577"),
        ("30803", "Vyatta VC6.6", "vyatta", "Vyatta", "VC6.6"),
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


@pytest.mark.parametrize(
    ("object_id", "descr", "model"),
    [
        (
            "1991.1.3.48.2.1",
            "Brocade Communications Systems, Inc. Stacking System ICX6450-48, IronWare Version 08",
            "ICX6450-48",
        ),
        ("22610.1.3.14", "Thunder Series Gateway TH3030S, ACOS 2.7.2-P4", "TH3030S"),
        ("4413", "USW-24P-250, 5.43.23.12533, Linux 3.6.5", "USW-24P-250"),
        ("890.1.5.8.55", "ZyXEL GS2210-48", "GS2210-48"),
        ("25506.11.1.87", "HP V1910-48G Switch Software Version 5.20", "V1910-48G"),
        ("674.10895.3053", "Dell EMC Networking N3024EP-ON, 6.6.0.2, Linux 3.6.5", "N3024EP-ON"),
        ("6027.1.3.14", "Dell Force10 OS\nOperating System Version: 1.0\nSeries: S4810", "S4810"),
    ],
)
def test_a_model_is_the_word_alone(object_id: str, descr: str, model: str) -> None:
    system = SystemGroup(descr=descr, object_id=ENTERPRISES + object_id)
    profile = choose(profiles(), system, lambda _: None)
    assert profile is not None
    assert profile.identify(system, Chassis(), lambda _: None).model == model


@pytest.mark.parametrize(
    ("object_id", "told", "expected"),
    [
        (
            "12356.106.1.1",
            {"12356.106.4.1.1.0": b"S548DF-v7.2.5-build0453,230511 (GA)"},
            ("fortiswitch", "S548DF", "7.2.5"),
        ),
        (
            "12356.105",
            {"12356.105.1.1.0": b"FortiMail-200F", "12356.105.1.3.0": b"v7.0.1,build0160"},
            ("fortimail", "FortiMail-200F", "v7.0.1,build0160"),
        ),
        (
            "23867.1.2.86",
            {"23867.3.1.1.1.2.0": b"EC-XS", "23867.3.1.1.1.1.0": b"9.3.8.1_96913"},
            ("silverpeak", "EC-XS", "9.3.8.1_96913"),
        ),
        ("20542.9.1", {"20542.9.1.1.1.4.0": b"4.14.0.014"}, ("aleos", "", "4.14.0.014")),
        (
            "2604.5",
            {"2604.5.1.1.2.0": b"XGS128", "2604.5.1.1.3.0": b"19.5.3 MR-3-Build652"},
            ("sophos-xg", "XGS128", "19.5.3 MR-3-Build652"),
        ),
    ],
)
def test_a_maker_says_in_its_own_mib_what_a_device_is(
    object_id: str, told: dict[str, bytes], expected: tuple[str, str, str]
) -> None:
    system = SystemGroup(object_id=ENTERPRISES + object_id)
    objects = {ENTERPRISES + oid: value for oid, value in told.items()}
    profile = choose(profiles(), system, objects.get)
    assert profile is not None
    found = profile.identify(system, Chassis(), objects.get)
    assert (found.os, found.model, found.os_version) == expected


def test_every_kind_of_device_has_a_maker_and_a_system_of_its_own() -> None:
    systems = [profile.os for profile in profiles()]
    assert all(systems)
    assert all(profile.matches for profile in profiles())
    twice = {os for os in systems if systems.count(os) > 1}
    assert len(twice) <= 6, twice


def test_a_maker_without_a_profile_is_still_named() -> None:
    assert vendor_of(ENTERPRISES + "2509.8") == "Aviat"
    assert vendor_of(ENTERPRISES + "999999999.1") == ""
