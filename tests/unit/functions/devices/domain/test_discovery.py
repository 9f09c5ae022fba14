"""What kind of thing a stranger is likely to be."""

from __future__ import annotations

import pytest

from functions.devices.domain.device import DeviceType
from functions.devices.domain.discovery import guessed_type


@pytest.mark.parametrize(
    ("sys_descr", "model", "os", "kind"),
    [
        ("Cisco IOS Software, C2960 Software", "WS-C2960 Catalyst", "ios", DeviceType.SWITCH),
        ("Cisco IOS Software, 7200 Software", "7206VXR", "ios", DeviceType.ROUTER),
        ("RouterOS CCR1036", "CCR1036", "routeros", DeviceType.ROUTER),
        ("Arista Networks EOS version 4.15", "DCS-7150S-24", "arista_eos", DeviceType.SWITCH),
        ("", "FWF_60D", "fortigate", DeviceType.FIREWALL),
        ("APC Web/SNMP Management Card", "AP9631", "apc", DeviceType.UPS),
        ("Linux nas 5.10", "", "", DeviceType.SERVER),
        ("a backups studios appliance", "", "", DeviceType.OTHER),
        ("", "", "", DeviceType.OTHER),
    ],
)
def test_a_device_is_known_by_its_own_words(
    sys_descr: str, model: str, os: str, kind: DeviceType
) -> None:
    assert guessed_type(sys_descr=sys_descr, model=model, os=os) is kind
