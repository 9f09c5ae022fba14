"""Where simulated devices live: in a namespace, or on loopback ports."""

import asyncio
import json
import socket
import struct
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from local.network.fleet import Device, Fleet
from local.network.namespace import SNMP_PORT, Namespace
from local.network.recording import Recording
from local.ports import LOOPBACK

_FIRST_HOST = 10
_FIRST_PORT = 16100
_BUFFER = 4 << 20
_IP_PKTINFO = getattr(socket, "IP_PKTINFO", 8)
# What arrived where: interface, the address of ours it came to, the address it was sent to.
_PKTINFO = struct.Struct("@I4s4s")


class Places(Protocol):
    """Gives devices their addresses, carries their packets, and silences them."""

    def settle(self, recordings: Sequence[Recording]) -> list[Device]:
        """Give each recording a place."""
        ...

    def serve(self, fleet: Fleet, loop: asyncio.AbstractEventLoop) -> None:
        """Carry packets from now on."""
        ...

    def silence(self, device: Device) -> None:
        """Let nothing of a device answer any more."""
        ...

    def restore(self, device: Device) -> None:
        """Let a device answer again."""
        ...

    def close(self) -> None:
        """Take everything away."""
        ...


class NamespacePlaces:
    """Each device at its own address, port 161; one that is down does not answer pings either."""

    def __init__(self, namespace: Namespace) -> None:
        self._namespace = namespace
        self._socket: socket.socket | None = None

    def settle(self, recordings: Sequence[Recording]) -> list[Device]:
        """Make the namespace and give each recording an address in it."""
        self._namespace.make()
        prefix = self._namespace.prefix
        devices = [
            Device(recording, f"{prefix}.{_FIRST_HOST + number}", SNMP_PORT)
            for number, recording in enumerate(recordings)
        ]
        for device in devices:
            self._namespace.show(device.address)
        return devices

    def serve(self, fleet: Fleet, loop: asyncio.AbstractEventLoop) -> None:
        """Listen on all addresses of the namespace with one socket."""
        with self._namespace.entered():
            opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        opened.bind(("", SNMP_PORT))
        self._socket = opened
        loop.add_reader(opened, _answer_all, opened, fleet)

    def silence(self, device: Device) -> None:
        """Take the address away."""
        self._namespace.hide(device.address)

    def restore(self, device: Device) -> None:
        """Give the address back."""
        self._namespace.show(device.address)

    def close(self) -> None:
        """Remove the namespace."""
        if self._socket:
            self._socket.close()
        self._namespace.remove()


class LoopbackPlaces:
    """Each device at a port of 127.0.0.1, the same one as last time; only SNMP can go silent."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._sockets: dict[str, socket.socket] = {}
        self._open = ExitStack()

    def settle(self, recordings: Sequence[Recording]) -> list[Device]:
        """Open a port for each recording."""
        known = json.loads(self._memory.read_text()) if self._memory.exists() else {}
        for number, recording in enumerate(recordings):
            wanted = known.get(recording.name, _FIRST_PORT + number)
            opened = _bound(wanted)
            self._sockets[recording.name] = self._open.enter_context(opened)
            known[recording.name] = opened.getsockname()[1]
        self._memory.write_text(json.dumps(known, indent=2))
        return [Device(each, LOOPBACK, known[each.name]) for each in recordings]

    def serve(self, fleet: Fleet, loop: asyncio.AbstractEventLoop) -> None:
        """Listen on every port."""
        for name, opened in self._sockets.items():
            device = fleet.devices[name]
            place = (device.address, device.port)
            loop.add_reader(opened, _answer_at, opened, fleet, place)

    def silence(self, device: Device) -> None:
        """Do nothing: the fleet is silent, and an open port does not refuse."""

    def restore(self, device: Device) -> None:
        """Do nothing: the fleet answers again."""

    def close(self) -> None:
        """Close the ports."""
        self._open.close()


def _bound(port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    try:
        opened.bind((LOOPBACK, port))
    except OSError:
        opened.bind((LOOPBACK, 0))
    return opened


def _answer_at(opened: socket.socket, fleet: Fleet, place: tuple[str, int]) -> None:
    while True:
        try:
            data, sender = opened.recvfrom(65535)
        except BlockingIOError:
            return
        if reply := fleet.answer(data, place):
            opened.sendto(reply, sender)


def _answer_all(opened: socket.socket, fleet: Fleet) -> None:
    while True:
        try:
            data, ancillary, _, sender = opened.recvmsg(65535, socket.CMSG_SPACE(_PKTINFO.size))
        except BlockingIOError:
            return
        for level, kind, content in ancillary:
            if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO):
                _, _, asked = _PKTINFO.unpack(content[: _PKTINFO.size])
                _answer_from(opened, fleet, data, sender, asked)


def _answer_from(
    opened: socket.socket, fleet: Fleet, data: bytes, sender: tuple[str, int], asked: bytes
) -> None:
    reply = fleet.answer(data, (socket.inet_ntoa(asked), SNMP_PORT))
    if reply is None:
        return
    source = (socket.IPPROTO_IP, _IP_PKTINFO, _PKTINFO.pack(0, asked, bytes(4)))
    try:
        opened.sendmsg([reply], [source], 0, sender)
    except OSError:
        return  # the address went away while we were thinking
