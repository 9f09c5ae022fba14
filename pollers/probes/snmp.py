"""Reading a device by SNMP: the session it is spoken to in, and what came of it."""

import time
from dataclasses import dataclass, field

from pollers.domain.device import Device, SnmpAccess, SnmpVersion
from pollers.probes.result import ProbeResult
from pollers.snmp.collector import Portrait, SnmpCollector, SnmpMemory
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.message import Version
from pollers.snmp.secure_session import SecureSession
from pollers.snmp.session import AgentSession, CommunitySession, Pace, SnmpError


@dataclass(slots=True)
class SnmpState:
    """A device's SNMP session and memory, kept from cycle to cycle."""

    address: str
    access: SnmpAccess
    session: AgentSession
    memory: SnmpMemory = field(default_factory=SnmpMemory)


class SnmpProbe:
    """Reads devices; one session a device, all through one socket."""

    def __init__(self, engine: SnmpEngine, collector: SnmpCollector) -> None:
        self._engine = engine
        self._collector = collector

    def state_for(self, device: Device, before: SnmpState | None) -> SnmpState | None:
        """Return the device's state, made anew when its address or credential changed."""
        if device.snmp is None:
            return None
        if before and (before.address, before.access) == (device.address, device.snmp):
            return before
        session = open_session(self._engine, device.address, device.snmp)
        state = SnmpState(device.address, device.snmp, session)
        if before is not None:
            state.memory = before.memory
        return state

    async def __call__(self, state: SnmpState) -> tuple[ProbeResult, Portrait | None]:
        """Return the cycle's result, and the device's portrait when it was drawn anew."""
        began = time.perf_counter()
        try:
            collection = await self._collector.collect(state.session, state.memory)
        except SnmpTimeoutError:
            return ProbeResult(ok=False, reason="snmp timeout"), None
        except SnmpError as error:
            return ProbeResult(ok=False, reason=f"snmp {error}"), None
        elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
        state.session.pace.raise_slowly()
        result = ProbeResult(ok=True, response_ms=elapsed_ms, samples=collection.samples)
        return result, collection.portrait


def open_session(engine: SnmpEngine, address: str, access: SnmpAccess) -> AgentSession:
    """Return a session for the agent's dialect."""
    pace = Pace(
        timeout_s=access.timeout_s,
        retries=access.retries,
        max_repetitions=access.max_repetitions,
    )
    if access.version is SnmpVersion.V3:
        return SecureSession(engine, (address, access.port), access.security, pace)
    version = Version.V1 if access.version is SnmpVersion.V1 else Version.V2C
    return CommunitySession(
        engine, (address, access.port), access.community.encode(), version=version, pace=pace
    )
