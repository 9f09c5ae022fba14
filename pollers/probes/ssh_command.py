"""What a command says that is run over SSH, on the server it was first run on and no other."""

from collections.abc import Mapping
from typing import Any

import asyncssh

from pollers.domain.device import Sample
from pollers.probes.reading import NotAsExpectedError, check_text, samples_of_text
from pollers.probes.result import ProbeResult
from pollers.probes.target import Target
from pollers.probes.tcp import elapsed_since

MAX_OUTPUT_BYTES = 64 * 1024
# At its own wish it would log who logs in where.
asyncssh.set_log_level("WARNING")


async def run(target: Target, port: int, settings: Mapping[str, Any], began: float) -> ProbeResult:
    """Return the result of running the configured command on the target."""
    seen = _HostKey(str(settings.get("host_key") or target.pinned))
    try:
        async with asyncssh.connect(
            target.address,
            port,
            # Nothing of the machine the poller runs on: no config, no agent, no keys, no hosts.
            config=None,
            known_hosts=([], [], []),
            agent_path=None,
            client_keys=_keys(target.secret),
            username=target.secret.get("username", ""),
            password=target.secret.get("password"),
            client_factory=lambda: _client(seen),
            gss_host=None,
            x509_trusted_certs=None,
            preferred_auth="publickey,password,keyboard-interactive",
        ) as connection:
            output, status = await _output(connection, str(settings["command"]))
    except asyncssh.HostKeyNotVerifiable:
        return ProbeResult(ok=False, reason="ssh host key is another than before")
    except asyncssh.PermissionDenied:
        return ProbeResult(ok=False, reason="ssh login refused", pin=seen.pin)
    except asyncssh.Error as error:
        return ProbeResult(ok=False, reason=f"ssh {type(error).__name__}", pin=seen.pin)
    elapsed_ms = elapsed_since(began)
    samples = [Sample("ssh_response_ms", elapsed_ms, "ms")]
    if status is not None:
        samples.append(Sample("ssh_exit_status", float(status), "", kind="status"))
    reason = _judge(output, status, settings)
    try:
        if not reason:
            samples += samples_of_text(output, settings.get("values") or ())
    except NotAsExpectedError as error:
        reason = f"ssh {error}"
    return ProbeResult(
        ok=not reason,
        reason=reason,
        response_ms=elapsed_ms,
        samples=tuple(samples),
        pin=seen.pin,
    )


def _judge(output: str, status: int | None, settings: Mapping[str, Any]) -> str:
    expected = settings.get("expected_exit_status", 0)
    # Network gear often tells no status at all: what it printed has to do.
    if expected is not None and status is not None and status != expected:
        return f"ssh exit status {status}"
    try:
        check_text(output, settings, "output")
    except NotAsExpectedError as error:
        return f"ssh {error}"
    return ""


async def _output(connection: asyncssh.SSHClientConnection, command: str) -> tuple[str, int | None]:
    """Return the beginning of what a command prints, and its exit status where it is told."""
    process = await connection.create_process(
        command, stderr=asyncssh.STDOUT, stdin=asyncssh.DEVNULL, encoding=None
    )
    output = bytearray()
    try:
        while len(output) < MAX_OUTPUT_BYTES:
            part = await process.stdout.read(MAX_OUTPUT_BYTES - len(output))
            if not part:
                await process.wait_closed()
                break
            output += part
    finally:
        process.close()
    return bytes(output).decode(errors="replace"), process.exit_status


class _HostKey:
    """The host key that is expected, and the one that was seen."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        self.pin = ""

    def accepts(self, fingerprint: str) -> bool:
        """Take any key the first time, and only that one afterwards."""
        if self.expected:
            return fingerprint == self.expected
        self.pin = fingerprint
        return True


def _client(seen: _HostKey) -> Any:
    class Client(asyncssh.SSHClient):
        def validate_host_public_key(
            self, host: str, addr: str, port: int, key: asyncssh.SSHKey
        ) -> bool:
            return seen.accepts(key.get_fingerprint("sha256"))

    return Client()


def _keys(secret: Mapping[str, str]) -> Any:
    text = secret.get("private_key")
    if not text:
        return None
    try:
        return [asyncssh.import_private_key(text, secret.get("passphrase"))]
    except (asyncssh.KeyImportError, ValueError) as error:
        raise NotAsExpectedError("private key not understood") from error
