"""The processes of an instance, each with its start and its sign of health."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local import emulator, postgres
from local.emulator import HTTP_API, WEBSOCKET_API, answers, endpoint
from local.failure import LocalError
from local.network.namespace import Namespace
from local.ports import LOOPBACK
from local.state import ROOT, State
from local.supervisor import python, start, stop, wait_until

Ports = Mapping[str, int]
# The WebSocket API's stage has the path's name, so the edge passes /ws on as it is.
WEBSOCKET_STAGE = "ws"


@dataclass(frozen=True)
class Service:
    """One process: which port it takes, how it starts and how to see that it is well."""

    name: str
    port: str
    launch: Callable[[State, Ports], None]
    is_healthy: Callable[[State, Ports], bool]


def http_upstream(ports: Ports) -> str:
    """Return where the emulator serves the HTTP API."""
    return f"{endpoint(ports['emulator'])}/_aws/execute-api/{HTTP_API}/$default"


def websocket_upstream(ports: Ports) -> str:
    """Return where the emulator serves the WebSocket API."""
    base = endpoint(ports["emulator"])
    return f"{base}/_aws/execute-api/{WEBSOCKET_API}/{WEBSOCKET_STAGE}"


def public_url(ports: Ports) -> str:
    """Return the one origin that browsers and clients use."""
    return f"http://{LOOPBACK}:{ports['edge']}"


def service_url(ports: Ports, name: str) -> str:
    """Return where one of our own HTTP services answers."""
    return f"http://{LOOPBACK}:{ports[name]}"


def recordings_folder() -> Path:
    """Return the folder of recordings that the simulated network serves."""
    chosen = os.environ.get("NETPULSE_RECORDINGS", "")
    return Path(chosen).resolve() if chosen else ROOT / "local" / "network" / "recordings"


def _launch_edge(state: State, ports: Ports) -> None:
    word = state.directory / "edge-word"
    word.touch(mode=0o600)
    word.write_text(state.secret("edge_word"))
    _launch_ours(
        state,
        "edge",
        f"--port={ports['edge']}",
        f"--http={http_upstream(ports)}",
        f"--websocket={websocket_upstream(ports)}",
        f"--site={ROOT / 'web' / 'dist'}",
        f"--word={word}",
    )


def _launch_network(state: State, ports: Ports) -> None:
    _launch_ours(
        state,
        "network",
        f"--port={ports['network']}",
        f"--recordings={recordings_folder()}",
        f"--key={state.key}",
        f"--memory={state.directory / 'network.json'}",
    )


def _launch_ours(state: State, name: str, *arguments: str) -> None:
    start(state, name, [python(), "-m", f"local.{name}", *arguments], emulator.plain_environment())


SERVICES = (
    Service(
        "postgres",
        "postgres",
        lambda state, ports: postgres.launch(state, ports["postgres"]),
        lambda state, ports: postgres.is_healthy(state, ports["postgres"]),
    ),
    Service(
        "emulator",
        "emulator",
        lambda state, ports: emulator.launch(state, ports["emulator"]),
        lambda _, ports: emulator.is_healthy(ports["emulator"]),
    ),
    Service(
        "sandbox",
        "sandbox",
        lambda state, ports: _launch_ours(state, "sandbox", f"--port={ports['sandbox']}"),
        lambda _, ports: answers(f"{service_url(ports, 'sandbox')}/faults"),
    ),
    Service(
        "network",
        "network",
        _launch_network,
        lambda _, ports: answers(f"{service_url(ports, 'network')}/devices"),
    ),
    Service(
        "edge",
        "edge",
        _launch_edge,
        lambda _, ports: answers(f"{public_url(ports)}/"),
    ),
)
# The poller needs the deployment, so it is not among those that come before it.
POLLER = "poller"
_MOST_POLLERS = 8
POLLERS = (POLLER, *(f"{POLLER}-{number}" for number in range(2, _MOST_POLLERS + 1)))
NAMES = (*(service.name for service in SERVICES), *POLLERS)


def pollers_wanted() -> tuple[str, ...]:
    """Return the names of as many pollers as NETPULSE_POLLERS says: one, when it is not set."""
    told = os.environ.get("NETPULSE_POLLERS", "1")
    if not told.isdigit() or not 1 <= int(told) <= _MOST_POLLERS:
        raise LocalError(f"NETPULSE_POLLERS={told}: give a number from 1 to {_MOST_POLLERS}")
    return POLLERS[: int(told)]


def wait_for(service: Service, state: State, ports: Ports) -> None:
    """Wait until a service is well."""
    wait_until(partial(service.is_healthy, state, ports), state=state, name=service.name)


def stop_all(state: State) -> list[str]:
    """End what we started, the last first; return the names of what was running."""
    stopped = [name for name in reversed(NAMES) if stop(state, name)]
    if os.geteuid() == 0 and "network" not in stopped:
        Namespace(state.key).remove()  # what a killed one may have left
    return stopped
