"""Shows every process of an instance and its health."""

from local.deploy import is_polling, metrics_port
from local.services import POLLER, POLLERS, SERVICES
from local.state import State
from local.supervisor import running


def run(state: State) -> int:
    """Print a line a process; return 1 if one of them is not well."""
    ports = state.read("ports.json")
    conditions = {}
    for service in SERVICES:
        conditions[service.name] = _condition(
            state, service.name, is_well=bool(ports) and service.is_healthy(state, ports)
        )
    for name in POLLERS:
        if name == POLLER or running(state, name):
            conditions[name] = _condition(state, name, is_well=is_polling(state, name))
    for name, condition in conditions.items():
        process = running(state, name)
        port = metrics_port(state, name) if name in POLLERS else ports.get(name, "")
        print(f"{name:10} {condition:12} {f'pid {process.pid}' if process else '':12} port {port}")
    if state.summary.exists():
        print(f"\ndashboard  {state.read('local.json')['web_url']}")
    return 0 if set(conditions.values()) == {"healthy"} else 1


def _condition(state: State, name: str, *, is_well: bool) -> str:
    if running(state, name) is None:
        return "not running"
    return "healthy" if is_well else "unhealthy"
