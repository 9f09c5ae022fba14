"""Starts everything, deploys the app, and waits until all of it is well."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from local import admin, dashboard, deploy, postgres, synth
from local.emulator import DEPLOYED, answers
from local.failure import LocalError
from local.ports import choose, require_free
from local.progress import Progress
from local.services import (
    POLLER,
    POLLERS,
    SERVICES,
    Ports,
    Service,
    pollers_wanted,
    public_url,
    service_url,
    wait_for,
)
from local.state import State
from local.supervisor import running, stop, wait_until


def run(state: State) -> None:
    """Bring the instance up, or say that it is."""
    progress = Progress()
    ports = _ports(state)
    if _is_up(state, ports):
        print("already up")
        _tell(state)
        return
    _require_ports(state, ports)
    state.folder("logs")
    with ThreadPoolExecutor(max_workers=1) as aside:
        synthesis = _begin_synthesis(aside, state)
        pages = aside.submit(dashboard.build, state.log("web"))
        _start_services(state, ports, progress)
        with progress.step("app synthesised"):
            synthesis.result()
        _run_app(state, ports, progress)
        with progress.step("dashboard"):
            has_pages = pages.result()
    but = "" if has_pages else f" but the dashboard, which was not built: see {state.log('web')}"
    print(f"{progress.elapsed:6.1f} s  all is well{but}\n")
    _tell(state)


def _run_app(state: State, ports: Ports, progress: Progress) -> None:
    _deploy(state, ports, progress)
    _start_pollers(state, ports, progress)
    with progress.step("first admin"):
        first = admin.ensure(state, public_url(ports))
    _summarise(state, ports, first)


def _ports(state: State) -> Ports:
    # What runs keeps its ports; only an instance with nothing running chooses again.
    if any(running(state, service.name) for service in SERVICES):
        return state.read("ports.json")
    return choose(state)


def _is_up(state: State, ports: Ports) -> bool:
    return (
        state.summary.exists()
        and state.read(DEPLOYED).get("inputs") == synth.inputs()
        and all(running(state, each.name) and each.is_healthy(state, ports) for each in SERVICES)
        and all(running(state, name) for name in pollers_wanted())
        and all(deploy.is_polling(state, name) for name in pollers_wanted())
    )


def _begin_synthesis(aside: ThreadPoolExecutor, state: State) -> Future[None]:
    if not synth.is_fresh():
        print("         synthesising the app in the background (20 to 60 s) …", flush=True)
    return aside.submit(synth.synthesise, state.log("synth"))


def _missing(state: State) -> list[Service]:
    return [service for service in SERVICES if running(state, service.name) is None]


def _require_ports(state: State, ports: Ports) -> None:
    needed = [service.port for service in _missing(state)]
    require_free(ports, needed if running(state, POLLER) else [*needed, "metrics"])


def _start_services(state: State, ports: Ports, progress: Progress) -> None:
    for service in _missing(state):
        with progress.step(f"{service.name} on port {ports[service.port]}"):
            _start(service, state, ports)


def _start(service: Service, state: State, ports: Ports) -> None:
    state.log(service.name).unlink(missing_ok=True)
    service.launch(state, ports)
    wait_for(service, state, ports)


def _deploy(state: State, ports: Ports, progress: Progress) -> None:
    with progress.step("account bootstrapped"):
        deploy.bootstrap(state, ports)
        deploy.put_secrets(state, ports)
    with progress.step("app deployed, database migrated"):
        deploy.deploy(state, ports)
        state.write(DEPLOYED, {"inputs": synth.inputs(), "emulator": ports["emulator"]})
    with progress.step("API healthy"):
        healthy = partial(answers, f"{public_url(ports)}/health")
        wait_until(healthy, state=state, name="edge")


def _start_pollers(state: State, ports: Ports, progress: Progress) -> None:
    for name in POLLERS:
        stop(state, name)
    for name in pollers_wanted():
        state.log(name).unlink(missing_ok=True)
        deploy.launch_poller(state, ports, name)
        with progress.step(f"{name}, metrics on port {deploy.metrics_port(state, name)}"):
            wait_until(partial(deploy.is_polling, state, name), state=state, name=name)


def _summarise(state: State, ports: Ports, first: dict[str, str]) -> None:
    origin = public_url(ports)
    state.write(
        "local.json",
        {
            "api_url": origin,
            "ws_url": f"{origin.replace('http', 'ws', 1)}/ws",
            "web_url": f"{origin}/",
            "database_url": postgres.application_url(state, ports["postgres"]),
            "database_owner_url": postgres.url(state, ports["postgres"]),
            "sandbox_url": service_url(ports, "sandbox"),
            "network_url": service_url(ports, "network"),
            "admin": {"email": first["email"], "password": first["password"]},
            "organization_id": first["organization_id"],
        },
    )


def _tell(state: State) -> None:
    told = state.read("local.json")
    if not told:
        raise LocalError("nothing is known about the instance: make down, then make up")
    print(f"dashboard  {told['web_url']}")
    print(f"API        {told['api_url']}/api/v1  (documentation: {told['api_url']}/docs)")
    print(f"login      {told['admin']['email']}  {told['admin']['password']}")
    print(f"sandbox    {told['sandbox_url']}/messages")
    print(f"network    {told['network_url']}/devices")
