"""SNMPv3 through gufo-snmp, behind the same door as our own v1 and v2c."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

from gufo.snmp import (
    Aes128Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    SnmpVersion,
    User,
)
from gufo.snmp import SnmpError as GufoError
from gufo.snmp.aio import SnmpSession as GufoSession

from pollers.snmp.ber import decode_oid
from pollers.snmp.engine import SnmpTimeoutError
from pollers.snmp.message import Value
from pollers.snmp.session import Index, Pace, SnmpError, Table

T = TypeVar("T")
K = TypeVar("K")
AUTH: Mapping[str, type[BaseAuthKey]] = {
    "MD5": Md5Key,
    "SHA": Sha1Key,
    "SHA1": Sha1Key,
    "SHA224": Sha224Key,
    "SHA256": Sha256Key,
    "SHA384": Sha384Key,
    "SHA512": Sha512Key,
}
PRIVACY: Mapping[str, type[BasePrivKey]] = {
    "DES": DesKey,
    "AES": Aes128Key,
    "AES128": Aes128Key,
    "AES256": Aes256Key,
}
_MAX_ROWS = 20_000


class SecureSession:
    """SNMPv3 with one agent; one request at a time, for its engine's counters demand it."""

    def __init__(self, address: tuple[str, int], security: Mapping[str, str], pace: Pace) -> None:
        self._address = address
        self._security = security
        self.pace = pace
        self._session: GufoSession | None = None
        self._turn = asyncio.Lock()

    async def get(self, oids: Iterable[bytes]) -> dict[bytes, Value]:
        """Return the values of the objects that exist."""
        wanted = list(dict.fromkeys(oids))
        found: dict[bytes, Value] = {}
        async with self._turn:
            for start in range(0, len(wanted), self.pace.get_size):
                names = {decode_oid(o): o for o in wanted[start : start + self.pace.get_size]}
                session = await self._open()
                got = await self._patiently(partial(session.get_many, list(names)))
                found.update(
                    (names[name], value)
                    for name, value in got.items()
                    if name in names and value is not None
                )
        return found

    async def table(self, columns: Iterable[bytes]) -> Table:
        """Return the columns, each with the rows that exist."""
        async with self._turn:
            session = await self._open()
            return {column: await self._column(session, column) for column in columns}

    async def _column(self, session: GufoSession, column: bytes) -> dict[Index, Value]:
        root = decode_oid(column)
        rows: dict[Index, Value] = {}

        async def walk() -> None:
            repetitions = max(1, self.pace.bulk_varbinds // 2)
            async for name, value in session.getbulk(root, repetitions):
                rows[tuple(map(int, name[len(root) + 1 :].split(".")))] = value
                if len(rows) >= _MAX_ROWS:
                    return

        await self._patiently(walk)
        return rows

    async def _open(self) -> GufoSession:
        if self._session is None:
            session = GufoSession(
                self._address[0],
                self._address[1],
                user=user_of(self._security),
                version=SnmpVersion.v3,
                timeout=self.pace.timeout_s,
            )
            await self._patiently(session.refresh)
            self._session = session
        return self._session

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        for tries_left in range(self.pace.retries, -1, -1):
            try:
                return await ask()
            except TimeoutError as error:
                # After a restart the agent's boot count differs: begin again with its engine id.
                self._session = None
                if not tries_left:
                    raise SnmpTimeoutError("no answer") from error
            except (GufoError, OSError, ValueError) as error:
                self._session = None
                raise SnmpError(type(error).__name__) from error
        raise SnmpTimeoutError("no answer")


def user_of(security: Mapping[str, str]) -> User:
    """Return the user a credential describes; raise SnmpError when it makes none."""
    name = security.get("username") or security.get("security_name") or security.get("user", "")
    if not name:
        raise SnmpError("the credential names no user")
    return User(
        name, auth_key=_key(security, "auth", AUTH), priv_key=_key(security, "priv", PRIVACY)
    )


def _key(
    security: Mapping[str, str], part: str, known: Mapping[str, Callable[[bytes], K]]
) -> K | None:
    protocol = security.get(f"{part}_protocol", "").upper().replace("-", "")
    password = security.get(f"{part}_password") or security.get(f"{part}_key")
    if not protocol or protocol == "NONE" or not password:
        return None
    kind = known.get(protocol)
    if kind is None:
        raise SnmpError(f"{part} protocol not supported")
    return kind(password.encode())
