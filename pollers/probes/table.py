"""The table of probes beside ICMP and SNMP, which have engines of their own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pollers.domain.device import Device
from pollers.domain.reach import Reach
from pollers.probes.http import HttpProbe
from pollers.probes.result import ProbeResult
from pollers.probes.ssh import probe_ssh
from pollers.probes.target import Probe, Target
from pollers.probes.tcp import probe_tcp

DeepProbe = Callable[[Device, Mapping[str, Any]], Awaitable[ProbeResult]]
_OF_DEVICES = ("tcp", "http")


def probes(http: HttpProbe, reach: Reach | None = None) -> dict[str, Probe]:
    """Return every probe by the kind of check that needs it."""
    return {"tcp": probe_tcp, "http": http, "dns": _dns(reach or Reach()), "ssh": probe_ssh}


def deep_probes(http: HttpProbe) -> dict[str, DeepProbe]:
    """Return the probes that a device's own configuration may have, by their section's name."""
    table = probes(http)
    return {name: _of_device(table[name]) for name in _OF_DEVICES}


def _of_device(probe: Probe) -> DeepProbe:
    def ask(device: Device, settings: Mapping[str, Any]) -> Awaitable[ProbeResult]:
        # A website is watched where its name leads; what that may be is Reach's to say.
        return probe(Target(device.address, beyond=True), settings)

    return ask


def _dns(reach: Reach) -> Probe:
    async def probe(target: Target, settings: Mapping[str, Any]) -> ProbeResult:
        from pollers.probes.dns import ask  # noqa: PLC0415 - 3 MB that few pollers need

        return await ask(target, settings, reach)

    return probe
