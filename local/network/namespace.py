"""A network namespace of our own, where devices have addresses that can really go silent."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.failure import LocalError

_CLONE_NEWNET = 0x40000000
_SUBNETS = 200
SNMP_PORT = 161


class Namespace:
    """One instance's namespace, joined to the host by a pair of virtual interfaces."""

    def __init__(self, key: str) -> None:
        self.name = f"netpulse-{key}"
        self._outer, self._inner = f"np{key}h", f"np{key}n"
        self._subnet = 0

    @property
    def prefix(self) -> str:
        """The first three numbers of its addresses: benchmark space, RFC 2544."""
        return f"198.18.{self._subnet}"

    def make(self) -> None:
        """Make it from nothing, in a subnet that no other interface has."""
        self.remove()
        self._subnet = _free_subnet(int(self.name[-8:], 16) % _SUBNETS, _ip("-4", "addr"))
        network, outer, inner = self._words()
        _ip("netns", "add", self.name)
        _ip("link", "add", self._outer, "type", "veth", "peer", "name", self._inner)
        _ip("link", "set", self._inner, "netns", self.name)
        _ip("addr", "add", f"{outer}/24", "dev", self._outer)
        _ip("link", "set", self._outer, "up")
        self._ip("link", "set", "lo", "up")
        self._ip("addr", "add", f"{inner}/32", "dev", self._inner)
        self._ip("link", "set", self._inner, "up")
        self._ip("route", "add", f"{outer}/32", "dev", self._inner)
        # What is sent to an address that is not there is swallowed, not refused.
        self._ip("route", "add", "blackhole", network)

    def remove(self) -> None:
        """Take it away with all that is in it; the pair of interfaces goes with it."""
        _ip("netns", "del", self.name, check=False)
        _ip("link", "del", self._outer, check=False)

    def show(self, address: str) -> None:
        """Give the namespace an address: it answers pings from now on."""
        self._ip("addr", "add", f"{address}/32", "dev", "lo", check=False)

    def hide(self, address: str) -> None:
        """Take an address away: whatever is sent to it gets no answer."""
        self._ip("addr", "del", f"{address}/32", "dev", "lo", check=False)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let this thread make sockets inside."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            with Path("/var/run/netns", self.name).open("rb") as inside:
                _setns(inside.fileno())
            yield
        finally:
            _setns(home)
            os.close(home)

    def _words(self) -> tuple[str, str, str]:
        return f"{self.prefix}.0/24", f"{self.prefix}.1", f"{self.prefix}.2"

    def _ip(self, *words: str, check: bool = True) -> str:
        return _ip("-n", self.name, *words, check=check)


def is_possible() -> bool:
    """Whether this machine lets us make namespaces."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    trial = Namespace(f"{os.getpid():08x}")
    try:
        trial.make()
        with trial.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
            return True
    except (LocalError, OSError):
        return False
    finally:
        _quietly(trial.remove)


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except (LocalError, OSError):
        return


def _free_subnet(start: int, addresses: str) -> int:
    for step in range(_SUBNETS):
        subnet = (start + step) % _SUBNETS
        if f" 198.18.{subnet}." not in addresses:
            return subnet
    raise LocalError("every simulated network is in use: end another instance with make down")


def _setns(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _ip(*words: str, check: bool = True) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise LocalError(f"ip {' '.join(words)} failed: {done.stderr.strip()}")
    return done.stdout
