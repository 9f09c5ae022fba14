"""SNMPv3 with one agent through the shared engine: it is met, asked, and heeded when it refuses."""

import asyncio
from collections.abc import Iterable, Mapping

from pollers.snmp.engine import SnmpEngine
from pollers.snmp.message import Response, Value
from pollers.snmp.secure import NOT_IN_WINDOW, UNKNOWN_ENGINE, Report, SecureChannel
from pollers.snmp.session import AgentSession, Pace, SnmpError, Table
from pollers.snmp.usm import User, UserError, user_of

_TRIES = 3


class SecureSession(AgentSession):
    """SNMPv3 with one agent; its engine and clock are learnt at first and when it says so."""

    def __init__(
        self,
        engine: SnmpEngine,
        address: tuple[str, int],
        security: Mapping[str, str],
        pace: Pace,
    ) -> None:
        super().__init__(pace)
        self._engine = engine
        self._address = address
        self._security = security
        self._channel: SecureChannel | None = None
        self._turn = asyncio.Lock()

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        """Return the values of the objects that exist."""
        async with self._turn:
            return await super().get(oids)

    async def table(self, columns: Iterable[bytes]) -> Table:
        """Return the columns, each with the rows that exist."""
        async with self._turn:
            return await super().table(columns)

    async def exist_below(self, roots: Iterable[bytes]) -> set[bytes]:
        """Return those roots below which the agent has anything at all."""
        async with self._turn:
            return await super().exist_below(roots)

    async def _ask(self, kind: int, oids: list[bytes], repetitions: int) -> Response:
        channel = self._channel or self._open()
        reason = ""
        for _ in range(_TRIES):
            message_id = self._engine.new_id()
            packet = (
                channel.seal(message_id, kind, oids, repetitions)
                if channel.engine_id
                else channel.discovery(message_id)
            )
            answer = await self._engine.ask(
                self._address,
                channel,
                message_id,
                packet,
                self.pace.timeout_s,
                self.pace.retries,
            )
            if not isinstance(answer, Report):
                return answer
            reason = answer.reason
            if reason not in (NOT_IN_WINDOW, UNKNOWN_ENGINE):
                break
        channel.forget()
        raise SnmpError(reason)

    def _open(self) -> SecureChannel:
        try:
            user: User = user_of(self._security)
        except UserError as error:
            raise SnmpError(str(error)) from error
        self._channel = SecureChannel(user)
        return self._channel
