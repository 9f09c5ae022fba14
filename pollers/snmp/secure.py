"""SNMPv3 messages (RFC 3412, RFC 3414): sealed on the way out, opened and checked on the way in."""
# ruff: noqa: PLR2004 - the numbers here are the wire format's own

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from pollers.snmp.ber import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    BerError,
    decode_oid,
    encode_integer,
    encode_tlv,
    read_integer,
    read_tlv,
)
from pollers.snmp.message import REPORT, RESPONSE, Response, decode_pdu, encode_pdu
from pollers.snmp.usm import Keys, UndecipherableError, User

_VERSION_3 = b"\x02\x01\x03"
_MAX_SIZE = b"\x02\x03\x00\xff\xe3"
_USM = b"\x02\x01\x03"
_AUTH, _PRIV, _REPORTABLE = 1, 2, 4
_WINDOW_S = 150
_MAX_CLOCK = 2**31 - 1
_STATS = "1.3.6.1.6.3.15.1.1."
REPORTS = {
    "1": "security level not supported",
    "2": "not in time window",
    "3": "unknown user",
    "4": "unknown engine",
    "5": "wrong authentication password or protocol",
    "6": "wrong privacy password or protocol",
}
NOT_IN_WINDOW, UNKNOWN_ENGINE = REPORTS["2"], REPORTS["4"]


class StrangeMessageError(BerError):
    """A message that is none of this conversation: not authentic, old, or another's."""


@dataclass(frozen=True, slots=True)
class Report:
    """An agent's word that it will not serve a message, and why."""

    reason: str


def message_id(data: bytes) -> int:
    """Return the id of a version 3 message without opening it."""
    _, at, end = read_tlv(data, 0, len(data))
    _, at = read_integer(data, at, end)
    tag, at, end = read_tlv(data, at, end)
    if tag != SEQUENCE:
        raise BerError("a header was expected")
    return read_integer(data, at, end)[0]


@dataclass(slots=True)
class SecureChannel:
    """What is agreed with one agent: its engine, its clock, and the user's keys there."""

    user: User
    engine_id: bytes = b""
    boots: int = 0
    _clock: int = 0
    _set_at: float = 0.0
    _keys: Keys = field(default_factory=Keys, repr=False)

    def forget(self) -> None:
        """Begin anew, as with an agent never met."""
        self.engine_id, self.boots, self._clock, self._keys = b"", 0, 0, Keys()

    def discovery(self, message_id: int) -> bytes:
        """Return the message that an agent answers with its engine and its clock."""
        scoped = _scoped(b"", encode_pdu(0xA0, message_id, []))
        return _message(message_id, _REPORTABLE, _parameters(b"", 0, 0, b"", b"", b""), scoped)

    def seal(self, message_id: int, kind: int, oids: Iterable[bytes], repetitions: int) -> bytes:
        """Return a request, encrypted and signed as the user's protocols say."""
        keys, clock = self._keys, self.clock
        payload = _scoped(self.engine_id, encode_pdu(kind, message_id, oids, 0, repetitions))
        flags, salt = _REPORTABLE, b""
        if keys.privacy is not None:
            flags |= _PRIV
            payload, salt = keys.encrypt(payload, self.boots, clock)
            payload = encode_tlv(OCTET_STRING, payload)
        length = 0
        if keys.digest is not None:
            flags |= _AUTH
            length = keys.digest.length
        parameters = _parameters(
            self.engine_id, self.boots, clock, self.user.name, bytes(length), salt
        )
        message = _message(message_id, flags, parameters, payload)
        if not length:
            return message
        # The digest stands before the privacy parameters and the payload, as zeros so far.
        end = len(message) - len(payload) - 2 - len(salt)
        return message[: end - length] + keys.sign(message) + message[end:]

    @property
    def clock(self) -> int:
        """Return the agent's engine time by now."""
        return min(_MAX_CLOCK, self._clock + int(time.monotonic() - self._set_at))

    def open(self, data: bytes, message_id: int) -> Response | Report:
        """Return what an agent answered; raise BerError for anything that is not its answer."""
        header = _Header.read(data)
        if header.message_id != message_id:
            raise StrangeMessageError("another message's answer")
        authentic = bool(header.flags & _AUTH) and self._is_authentic(data, header)
        if header.flags & _AUTH and self.engine_id and not authentic:
            raise StrangeMessageError("not authentic")
        kind, pdu = _opened(self._deciphered(data, header))
        if kind == REPORT:
            return self._heed(pdu, header, authentic=authentic)
        if kind != RESPONSE or pdu.request_id != message_id:
            raise StrangeMessageError("not a response to this request")
        if header.engine_id != self.engine_id or not self._is_secure_enough(header):
            raise StrangeMessageError("less secure than asked, or another engine's")
        if authentic:
            self._keep_time(header)
        return pdu

    def _deciphered(self, data: bytes, header: "_Header") -> bytes:
        body = data[header.payload_at : header.payload_end]
        if not header.flags & _PRIV:
            return body
        try:
            return self._keys.decrypt(body, header.boots, header.clock, header.salt)
        except UndecipherableError as error:
            raise StrangeMessageError(str(error)) from error

    def _is_authentic(self, data: bytes, header: "_Header") -> bool:
        digest = self._keys.digest
        if digest is None or header.engine_id != self.engine_id:
            return False
        at = header.digest_at
        if header.digest_length != digest.length:
            return False
        blank = data[:at] + bytes(digest.length) + data[at + digest.length :]
        return hmac.compare_digest(data[at : at + digest.length], self._keys.sign(blank))

    def _is_secure_enough(self, header: "_Header") -> bool:
        wanted = (_AUTH if self._keys.digest else 0) | (_PRIV if self._keys.privacy else 0)
        return header.flags & wanted == wanted and header.user == self.user.name

    def _heed(self, pdu: Response, header: "_Header", *, authentic: bool) -> Report:
        name = decode_oid(pdu.varbinds[0][0]) if pdu.varbinds else ""
        reason = REPORTS.get(name.removeprefix(_STATS).partition(".")[0], "refused")
        if header.engine_id and header.engine_id != self.engine_id:
            # Not met yet, or another agent by now: some then say they know no such user.
            self._meet(header)
            return Report(UNKNOWN_ENGINE)
        if reason == NOT_IN_WINDOW:
            # A clock that anybody may set would let old answers pass for new ones.
            if self._keys.digest is not None and not authentic:
                raise StrangeMessageError("not authentic")
            self._set_clock(header)
        return Report(reason)

    def _meet(self, header: "_Header") -> None:
        self.engine_id = header.engine_id
        self._keys = self.user.keys_for(header.engine_id)
        self._set_clock(header)

    def _keep_time(self, header: "_Header") -> None:
        if header.boots < self.boots or (
            header.boots == self.boots and header.clock < self.clock - _WINDOW_S
        ):
            raise StrangeMessageError("an old message")
        if (header.boots, header.clock) > (self.boots, self._clock):
            self._set_clock(header)

    def _set_clock(self, header: "_Header") -> None:
        self.boots, self._clock, self._set_at = header.boots, header.clock, time.monotonic()


@dataclass(slots=True)
class _Header:
    """The parts of a message before its payload."""

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    clock: int
    user: bytes
    digest_at: int
    digest_length: int
    salt: bytes
    payload_at: int
    payload_end: int

    @classmethod
    def read(cls, data: bytes) -> "_Header":
        _, at, end = read_tlv(data, 0, len(data))
        _, at = read_integer(data, at, end)
        tag, start, at = read_tlv(data, at, end)
        if tag != SEQUENCE:
            raise BerError("a header was expected")
        message_id, start = read_integer(data, start, at)
        _, start = read_integer(data, start, at)
        tag, flags_at, start = read_tlv(data, start, at)
        if tag != OCTET_STRING or start - flags_at != 1:
            raise BerError("flags were expected")
        if read_integer(data, start, at)[0] != 3:
            raise BerError("another security model")
        tag, start, at = read_tlv(data, at, end)
        if tag != OCTET_STRING:
            raise BerError("security parameters were expected")
        tag, start, stop = read_tlv(data, start, at)
        if tag != SEQUENCE:
            raise BerError("security parameters were expected")
        engine_at, start = _octets(data, start, stop)
        engine_id = data[engine_at:start]
        boots, start = read_integer(data, start, stop)
        clock, start = read_integer(data, start, stop)
        user_at, start = _octets(data, start, stop)
        user = data[user_at:start]
        digest_at, start = _octets(data, start, stop)
        digest_length = start - digest_at
        salt_at, start = _octets(data, start, stop)
        if not (0 <= boots <= _MAX_CLOCK and 0 <= clock <= _MAX_CLOCK):
            raise BerError("an impossible clock")
        flags = data[flags_at]
        payload_at, payload_end = at, end
        if flags & _PRIV:
            payload_at, payload_end = _octets(data, at, end)
        return cls(
            message_id,
            flags,
            engine_id,
            boots,
            clock,
            user,
            digest_at,
            digest_length,
            data[salt_at:start],
            payload_at,
            payload_end,
        )


def _octets(data: bytes, at: int, end: int) -> tuple[int, int]:
    tag, start, stop = read_tlv(data, at, end)
    if tag != OCTET_STRING:
        raise BerError("octets were expected")
    return start, stop


def _opened(body: bytes) -> tuple[int, Response]:
    tag, at, end = read_tlv(body, 0, len(body))
    if tag != SEQUENCE:
        raise BerError("a scoped PDU was expected")
    _, at = _octets(body, at, end)
    _, at = _octets(body, at, end)
    return decode_pdu(body, at, end, version=3)


def _scoped(engine_id: bytes, pdu: bytes) -> bytes:
    return encode_tlv(SEQUENCE, encode_tlv(OCTET_STRING, engine_id) + b"\x04\x00" + pdu)


def _parameters(  # noqa: PLR0917 - the order is the message's own
    engine_id: bytes, boots: int, clock: int, user: bytes, digest: bytes, salt: bytes
) -> bytes:
    return encode_tlv(
        SEQUENCE,
        encode_tlv(OCTET_STRING, engine_id)
        + encode_integer(boots, INTEGER)
        + encode_integer(clock, INTEGER)
        + encode_tlv(OCTET_STRING, user)
        + encode_tlv(OCTET_STRING, digest)
        + encode_tlv(OCTET_STRING, salt),
    )


def _message(message_id: int, flags: int, parameters: bytes, payload: bytes) -> bytes:
    header = b"\x02\x04" + message_id.to_bytes(4, "big") + _MAX_SIZE + b"\x04\x01" + bytes((flags,))
    return encode_tlv(
        SEQUENCE,
        _VERSION_3
        + encode_tlv(SEQUENCE, header + _USM)
        + encode_tlv(OCTET_STRING, parameters)
        + payload,
    )
