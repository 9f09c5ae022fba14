"""Which TCP ports an instance uses."""

import os
import socket
from collections.abc import Callable, Iterable, Mapping

from local.failure import LocalError
from local.state import State

DEFAULTS = {
    "edge": 8080,
    "emulator": 4566,
    "postgres": 55432,
    "sandbox": 8090,
    "network": 8091,
    "metrics": 9464,
}
LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether nobody listens on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """Return a port that the system says is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def variable(name: str) -> str:
    """Return the environment variable that moves a port."""
    return f"NETPULSE_{name.upper()}_PORT"


def wanted(
    environment: Mapping[str, str],
    kept: Mapping[str, int],
    *,
    pick: Callable[[], int] = any_free,
    free: Callable[[int], bool] = is_free,
) -> dict[str, int]:
    """Return the ports that the environment asks for; automatic ones stay the same while free."""
    automatic = environment.get("NETPULSE_PORTS", "") == "auto"
    chosen = {}
    for name, default in DEFAULTS.items():
        told = environment.get(variable(name))
        if told:
            chosen[name] = _number(variable(name), told)
        elif automatic:
            before = kept.get(name)
            chosen[name] = before if before and free(before) else pick()
        else:
            chosen[name] = default
    return chosen


def choose(state: State) -> dict[str, int]:
    """Return the instance's ports and keep them for the next time."""
    ports = wanted(os.environ, state.read("ports.json"))
    state.write("ports.json", ports)
    return ports


def require_free(ports: Mapping[str, int], names: Iterable[str]) -> None:
    """Say which port is taken and what to set, before anything is started."""
    for name in names:
        if not is_free(ports[name]):
            raise LocalError(
                f"port {ports[name]} ({name}) is taken by another program: stop it, or choose "
                f"another with {variable(name)}=<port> (NETPULSE_PORTS=auto picks free ones)"
            )


def _number(name: str, text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the ports there are
        raise LocalError(f"{name}={text} is no port: give a number from 1 to 65535")
    return int(text)
