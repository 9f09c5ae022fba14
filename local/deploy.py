"""Deploys the synthesised app to the emulator and starts what belongs to the deployment."""

import json
from collections.abc import Mapping
from typing import Any

import boto3

from local import emulator, postgres
from local.emulator import REGION, answers, client_environment, endpoint
from local.ports import LOOPBACK, any_free
from local.services import POLLER, Ports, public_url, service_url, websocket_upstream
from local.state import State
from local.supervisor import python, start
from local.synth import ASSEMBLY, cdk

STAGE = "local"
ACCOUNT = "000000000000"
_ROLES = {
    "owner": postgres.OWNER,
    "app": "netpulse_app",
    "auth": "netpulse_auth",
    "system": "netpulse_system",
}


def client(service: str, ports: Ports) -> Any:
    """Return a client of the emulator."""
    environment = client_environment(ports["emulator"])
    return boto3.client(
        service,
        endpoint_url=endpoint(ports["emulator"]),
        region_name=REGION,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def put_secrets(state: State, ports: Ports) -> None:
    """Create the secrets that the stage expects to exist, as an operator would."""
    contents: dict[str, dict[str, str]] = {
        f"database/{role}": {"username": name, "password": state.secret(f"database_{role}")}
        for role, name in _ROLES.items()
    }
    contents["providers"] = {
        "sendgrid_api_key": state.secret("sendgrid_api_key"),
        "africastalking_username": "sandbox",
        "africastalking_api_key": state.secret("africastalking_api_key"),
        "africastalking_sender_id": "NETPULSE",
        "email_from": "alerts@netpulse.example",
    }
    contents["edge"] = {"word": state.secret("edge_word")}
    secrets = client("secretsmanager", ports)
    for name, content in contents.items():
        _put(secrets, f"netpulse/{STAGE}/{name}", json.dumps(content))


def _put(secrets: Any, name: str, text: str) -> None:
    try:
        secrets.create_secret(Name=name, SecretString=text)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=name, SecretString=text)


def parameters(ports: Ports) -> dict[str, str]:
    """Return what differs from run to run: the CloudFormation parameters of the stage."""
    return {
        "PublicUrl": public_url(ports),
        "AllowedOrigins": json.dumps([public_url(ports).replace(LOOPBACK, "localhost")]),
        "DatabaseHost": LOOPBACK,
        "DatabasePort": str(ports["postgres"]),
        "DatabaseName": postgres.NAME,
        "SendgridUrl": service_url(ports, "sandbox"),
        "AfricastalkingUrl": service_url(ports, "sandbox"),
        "WebsocketCallbackUrl": websocket_upstream(ports),
    }


def bootstrap(state: State, ports: Ports) -> None:
    """Prepare the emulator's account for the CDK, once."""
    if _has_stack(client("cloudformation", ports), "CDKToolkit"):
        return
    words = ["bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", str(ASSEMBLY)]
    _cdk(state, ports, words)


def deploy(state: State, ports: Ports) -> None:
    """Deploy every stack."""
    words = ["deploy", "--all", "--app", str(ASSEMBLY), "--require-approval", "never"]
    words += ["--concurrency", "4", "--progress", "events", "--method", "direct"]
    words += ["--outputs-file", str(state.directory / "outputs.json")]
    for name, value in parameters(ports).items():
        words += ["--parameters", f"{name}={value}"]
    _cdk(state, ports, words)


def _cdk(state: State, ports: Ports, words: list[str]) -> None:
    remedy = "`make logs` shows the emulator's side"
    cdk(words, client_environment(ports["emulator"]), log=state.log("cdk"), remedy=remedy)


def _has_stack(cloudformation: Any, name: str) -> bool:
    try:
        cloudformation.describe_stacks(StackName=name)
    except cloudformation.exceptions.ClientError:
        return False
    return True


def outputs(state: State) -> dict[str, str]:
    """Return the outputs of all stacks by name."""
    stacks: Mapping[str, Mapping[str, str]] = state.read("outputs.json")
    return {name: value for stack in stacks.values() for name, value in stack.items()}


def launch_poller(state: State, ports: Ports, name: str = POLLER) -> None:
    """Start a poller with what the deployment tells its tasks."""
    port = ports["metrics"] if name == POLLER else any_free()
    state.write(_metrics_file(name), {"port": port})
    told = json.loads(outputs(state)["PollerEnvironment"])
    environment = {
        **emulator.plain_environment(),
        **client_environment(ports["emulator"]),
        **told,
        "NETPULSE_METRICS_HOST": LOOPBACK,
        "NETPULSE_METRICS_PORT": str(port),
        "NETPULSE_SPOOL_FOLDER": str(state.folder(f"spool/{name}")),
    }
    start(state, name, [python(), "-m", "pollers"], environment)


def metrics_port(state: State, name: str = POLLER) -> int:
    """Return where a poller serves its metrics, 0 when it was never started."""
    port: int = state.read(_metrics_file(name)).get("port", 0)
    return port


def is_polling(state: State, name: str = POLLER) -> bool:
    """Whether a poller says that it is well."""
    port = metrics_port(state, name)
    return bool(port) and answers(f"http://{LOOPBACK}:{port}/health")


def _metrics_file(name: str) -> str:
    return f"{name}.metrics.json"
