"""Answers SNMP v1 and v2c requests from a recording."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from local.network import ber
from local.network.ber import MalformedError, Oid
from local.network.recording import Recording

_GET, _GET_NEXT, _RESPONSE, _SET, _GET_BULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
_V1, _V2C = 0, 1
_NO_SUCH_NAME, _NOT_WRITABLE = 2, 17
_COUNTER64 = 0x46
# What many real agents allow themselves: a packet that no network needs to cut.
_LARGEST = 1400


@dataclass(frozen=True)
class Request:
    """A message as it came in."""

    version: int
    community: bytes
    kind: int
    id: int
    first: int
    second: int
    oids: tuple[Oid, ...]


def decode(data: bytes) -> Request:
    """Read a request."""
    at, _ = ber.expect(data, 0, ber.SEQUENCE)
    version, at = ber.read_integer(data, at)
    start, at = ber.expect(data, at, ber.OCTETS)
    community = data[start:at]
    kind, at, _ = ber.read(data, at)
    request_id, at = ber.read_integer(data, at)
    first, at = ber.read_integer(data, at)
    second, at = ber.read_integer(data, at)
    oids = tuple(_names(data, at))
    return Request(version, community, kind, request_id, first, second, oids)


def answer(data: bytes, recording: Recording, elapsed: float) -> bytes | None:
    """Return the answer to a request, or nothing where a real agent would be silent."""
    try:
        request = decode(data)
    except MalformedError:
        return None
    is_known = request.version in (_V1, _V2C) and request.community == recording.name.encode()
    return _ANSWERS[request.kind](request, recording, elapsed) if is_known else None


def _refuse_to_set(request: Request, _: Recording, __: float) -> bytes:
    status = _NO_SUCH_NAME if request.version == _V1 else _NOT_WRITABLE
    return _reply(request, _echo(request), status, 1)


def _get(request: Request, recording: Recording, elapsed: float) -> bytes:
    found = [_one(request, oid, recording, elapsed) for oid in request.oids]
    if request.version == _V1 and None in found:
        return _reply(request, _echo(request), _NO_SUCH_NAME, found.index(None) + 1)
    pairs = zip(found, request.oids, strict=True)
    return _reply(request, [pair or _absent(request, oid) for pair, oid in pairs])


def _get_bulk(request: Request, recording: Recording, elapsed: float) -> bytes | None:
    return _reply(request, _bulk(request, recording, elapsed)) if request.version else None


def _be_silent(_: Request, __: Recording, ___: float) -> None:
    return None


_ANSWERS: Mapping[int, Callable[[Request, Recording, float], bytes | None]] = defaultdict(
    lambda: _be_silent,
    {_GET: _get, _GET_NEXT: _get, _GET_BULK: _get_bulk, _SET: _refuse_to_set},
)


def _one(request: Request, oid: Oid, recording: Recording, elapsed: float) -> bytes | None:
    if request.kind == _GET:
        at = recording.find(oid)
    else:
        at = recording.after(oid)
        while request.version == _V1 and _is_unknown_to_v1(recording, at, elapsed):
            at += 1
    if at is None or at >= len(recording.oids):
        return None
    value = recording.value(at, elapsed)
    if request.version == _V1 and value[0] == _COUNTER64:
        return None
    return _pair(recording.oids[at], value)


def _is_unknown_to_v1(recording: Recording, at: int, elapsed: float) -> bool:
    return at < len(recording.oids) and recording.value(at, elapsed)[0] == _COUNTER64


def _bulk(request: Request, recording: Recording, elapsed: float) -> list[bytes]:
    once = max(0, request.first)
    pairs = [
        _one(request, oid, recording, elapsed) or _absent(request, oid)
        for oid in request.oids[:once]
    ]
    room = _LARGEST - sum(map(len, pairs))
    for pair in _repeat(request.oids[once:], max(0, request.second), recording, elapsed):
        room -= len(pair)
        if room < 0 and len(pairs) > once:
            break
        pairs.append(pair)
    return pairs


def _repeat(
    oids: tuple[Oid, ...], times: int, recording: Recording, elapsed: float
) -> Iterator[bytes]:
    places = [recording.after(oid) for oid in oids]
    end = len(recording.oids)
    for _ in range(times):
        if not any(place < end for place in places):
            yield from (_pair(_last(recording, oid), ber.END_OF_MIB) for oid in oids)
            return
        for column, place in enumerate(places):
            if place < end:
                yield _pair(recording.oids[place], recording.value(place, elapsed))
                places[column] += 1
            else:
                yield _pair(_last(recording, oids[column]), ber.END_OF_MIB)


def _last(recording: Recording, asked: Oid) -> Oid:
    return max(asked, recording.oids[-1]) if recording.oids else asked


def _absent(request: Request, oid: Oid) -> bytes:
    return _pair(oid, ber.NO_SUCH_OBJECT if request.kind == _GET else ber.END_OF_MIB)


def _echo(request: Request) -> list[bytes]:
    return [_pair(oid, ber.wrap(ber.NULL, b"")) for oid in request.oids]


def _pair(oid: Oid, value: bytes) -> bytes:
    return ber.wrap(ber.SEQUENCE, ber.oid(oid) + value)


def _reply(request: Request, pairs: list[bytes], status: int = 0, index: int = 0) -> bytes:
    body = (
        ber.integer(request.id)
        + ber.integer(status)
        + ber.integer(index)
        + ber.wrap(ber.SEQUENCE, b"".join(pairs))
    )
    head = ber.integer(request.version) + ber.wrap(ber.OCTETS, request.community)
    return ber.wrap(ber.SEQUENCE, head + ber.wrap(_RESPONSE, body))


def _names(data: bytes, at: int) -> Iterator[Oid]:
    at, end = ber.expect(data, at, ber.SEQUENCE)
    while at < end:
        start, at = ber.expect(data, at, ber.SEQUENCE)
        name, _ = ber.read_oid(data, start)
        yield name
