"""The table of probes beside ICMP and SNMP, which have engines of their own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pollers.domain.device import Device
from pollers.probes.http import HttpProbe
from pollers.probes.result import ProbeResult
from pollers.probes.tcp import probe_tcp

DeepProbe = Callable[[Device, Mapping[str, Any]], Awaitable[ProbeResult]]


def deep_probes(http: HttpProbe) -> dict[str, DeepProbe]:
    """Return the probes by the name of their part of the configuration."""
    return {"tcp": probe_tcp, "http": http}
