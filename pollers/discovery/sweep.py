"""Going over addresses at a bounded rate: pings by the burst, agents by a few askers."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from pollers.discovery.scan import RETRIES, Found, Key, Scan
from pollers.domain.device import Identity
from pollers.domain.profile import Profile
from pollers.domain.reach import Reach
from pollers.icmp.burst import Burst
from pollers.icmp.engine import IcmpEngine
from pollers.probes.snmp import open_session
from pollers.snmp.engine import SnmpEngine, SnmpTimeoutError
from pollers.snmp.identify import identify, read_system
from pollers.snmp.session import SnmpError

_PINGS = 2
_PING_S = 1.0
_IDENTIFY_S = 15.0
_ASKERS = 256
# At a high rate packets leave some at a time, for no loop wakes a thousand times a second.
_TICK_S = 0.01


class Rate:
    """Lets so many packets a second pass."""

    def __init__(self, packets_per_second: int) -> None:
        self._gap_s = 1 / packets_per_second
        self._next = 0.0

    async def pass_(self, packets: int = 1) -> None:
        """Return when so many packets more may be sent."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now) + packets * self._gap_s
        if self._next - now > _TICK_S:
            await asyncio.sleep(self._next - now)


class Sweeper:
    """Finds out what answers at addresses, through the engines that poll as well."""

    def __init__(
        self, icmp: IcmpEngine, snmp: SnmpEngine, profiles: Callable[[], Sequence[Profile]]
    ) -> None:
        self._icmp = icmp
        self._snmp = snmp
        self._profiles = profiles

    async def sweep(
        self,
        scan: Scan,
        addresses: Iterable[str],
        rate: Rate,
        reach: Reach,
        *,
        note: Callable[[float], None] = lambda _: None,
    ) -> list[Found]:
        """Return what answered; what may not be probed is passed over.

        `note` is told the share that is done after each step: the pings, and each credential.
        """
        found = {address: Found(address) for address in addresses if reach.allows(address)}
        keys = scan.keys if "snmp" in scan.protocols else ()
        steps = len(keys) + 1
        if "icmp" in scan.protocols:
            await self._ping(found, rate)
        note(1 / steps)
        for number, key in enumerate(keys, 2):
            await self._ask([each for each in found.values() if not each.snmp], key, rate)
            note(number / steps)
        return [each for each in found.values() if each.icmp or each.snmp]

    async def _ping(self, found: dict[str, Found], rate: Rate) -> None:
        left = len(found)
        over = asyncio.Event()

        def answered(burst: Burst) -> None:
            nonlocal left
            left -= 1
            rtts = [rtt for rtt in burst.rtts_ms if rtt is not None]
            if rtts:
                found[burst.address].icmp = True
                found[burst.address].rtt_ms = round(min(rtts), 3)
            if not left:
                over.set()

        for address in found:
            await rate.pass_(_PINGS)
            self._icmp.submit(address, answered, count=_PINGS, timeout_s=_PING_S)
        if found:
            await over.wait()

    async def _ask(self, waiting: list[Found], key: Key, rate: Rate) -> None:
        """Ask all with one credential: as many tasks as askers, not one an address."""
        waiting.reverse()

        async def asker() -> None:
            while waiting:
                each = waiting.pop()
                await rate.pass_(1 + RETRIES)
                await self._ask_one(each, key)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(_ASKERS, len(waiting))):
                group.create_task(asker())

    async def _ask_one(self, each: Found, key: Key) -> None:
        session = open_session(self._snmp, each.address, key.access)
        try:
            system = await read_system(session)
        except (SnmpTimeoutError, SnmpError, OSError, ValueError):
            return
        each.key = key.id
        each.identity = Identity(
            sys_name=system.name, sys_descr=system.descr, sys_object_id=system.object_id
        )
        try:
            async with asyncio.timeout(_IDENTIFY_S):
                each.identity, _ = await identify(session, self._profiles())
        except (TimeoutError, SnmpError, OSError, ValueError):
            return  # it is there and takes the credential; who it is will be found out later
