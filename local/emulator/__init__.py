"""The AWS emulator, in its own virtual environment."""

import os
import shutil
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from local.failure import LocalError
from local.ports import LOOPBACK
from local.state import ROOT, State
from local.supervisor import start, wait_until

REGION = "us-east-1"
DEPLOYED = "deployed.json"
HTTP_API, WEBSOCKET_API = "netpulse-http", "netpulse-ws"
_INTERPRETER = ROOT / ".venv-emulator" / "bin" / "python"


def endpoint(port: int) -> str:
    """Return where the emulator answers the SDKs."""
    return f"http://{LOOPBACK}:{port}"


def client_environment(port: int) -> dict[str, str]:
    """Return the variables with which an SDK or the CDK talks to the emulator."""
    return {
        "AWS_ENDPOINT_URL": endpoint(port),
        "AWS_ENDPOINT_URL_S3": endpoint(port),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
    }


def plain_environment() -> dict[str, str]:
    """Return this process's environment without our settings and without a real AWS account's."""
    ours = ("AWS_", "NETPULSE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def launch(state: State, port: int) -> None:
    """Start the emulator and wait for it."""
    if not _INTERPRETER.exists():
        raise LocalError("the emulator is not installed: run make setup")
    folder = state.folder("emulator")
    if state.read(DEPLOYED).get("emulator") != port:
        _forget(folder)
    environment = {
        **plain_environment(),
        **{
            name: value
            for name, value in client_environment(port).items()
            if "ENDPOINT" not in name
        },
        # As in Lambda, whoever asks for the user's name gets one.
        "USER": os.environ.get("USER") or "netpulse",
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "TMPDIR": str(state.folder("emulator/tmp")),
        "LAMBDA_WARM_TTL_SECONDS": "120",
        "NETPULSE_EMULATOR_UNPACKED": str(folder / "unpacked"),
        "NETPULSE_LAMBDA_LOG": str(state.log("lambda")),
    }
    command = [str(_INTERPRETER), str(ROOT / "local" / "emulator" / "wrapper.py")]
    start(state, "emulator", command, environment)
    wait_until(partial(is_healthy, port), state=state, name="emulator")


def _forget(folder: Path) -> None:
    """Begin anew: a deployment that never came to its end, or whose URLs name another port.

    Keys stay: what they sealed is in the database.
    """
    shutil.rmtree(folder / "s3", ignore_errors=True)
    for path in (folder / "state").glob("*"):
        if path.name != "kms.json":
            path.unlink()


def is_healthy(port: int) -> bool:
    """Whether the emulator serves."""
    return answers(f"{endpoint(port)}/_ministack/ready")


def answers(url: str) -> bool:
    """Whether a URL is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - loopback
            return bool(response.status < 400)  # noqa: PLR2004 - HTTP's errors
    except (urllib.error.URLError, OSError):
        return False
