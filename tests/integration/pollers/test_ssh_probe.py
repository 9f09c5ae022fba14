"""The SSH probe against a server on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncssh
import pytest

from pollers.probes.result import ProbeResult
from pollers.probes.ssh import probe_ssh
from pollers.probes.target import Target

SECRET = {"username": "monitor", "password": "s3cret"}
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
OWN_KEY = asyncssh.generate_private_key("ssh-ed25519")


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("monitor", "s3cret")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data == OWN_KEY.public_data


def _command(process: asyncssh.SSHServerProcess[bytes]) -> None:
    match process.command:
        case "show temperature":
            process.stdout.write(b"Inlet: 23.5 C\r\nFan: 4200 rpm\n")
            process.exit(0)
        case "fail":
            process.stdout.write(b"no\n")
            process.exit(3)
        case "endless":
            process.stdout.write(b"x" * 1_000_000)
            process.exit(0)
        case _:
            process.exit(127)


@dataclass
class Site:
    """A running server."""

    port: int

    async def ask(self, target: Target | None = None, **settings: Any) -> ProbeResult:
        target = target or Target("127.0.0.1", secret=SECRET)
        return await probe_ssh(target, {"port": self.port, **settings})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    server = await asyncssh.create_server(
        _Server,
        "127.0.0.1",
        0,
        server_host_keys=[HOST_KEY],
        process_factory=_command,
        encoding=None,
        server_version="NetPulseTest",
    )
    yield Site(server.get_port())
    server.close()
    await server.wait_closed()


def value(result: ProbeResult, metric: str) -> float | None:
    return next((s.value for s in result.samples if s.metric == metric), None)


async def test_a_banner_is_read_without_a_login(site: Site) -> None:
    result = await site.ask(Target("127.0.0.1"), pattern=r"^SSH-2\.0-NetPulse")
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "ssh_response_ms") == result.response_ms


async def test_another_banner_is_a_failed_probe(site: Site) -> None:
    assert (await site.ask(contains="OpenSSH")).reason == "ssh banner lacks the expected text"


async def test_a_command_is_matched_and_read(site: Site) -> None:
    result = await site.ask(
        command="show temperature",
        contains="Inlet",
        values=[
            {"pattern": r"Inlet:\s+([\d.]+)", "metric": "inlet_celsius", "unit": "C"},
            {"pattern": r"Fan:\s+(\d+)", "metric": "fan_krpm", "scale": 0.001},
        ],
    )
    assert (result.ok, result.reason) == (True, "")
    assert value(result, "inlet_celsius") == 23.5
    assert value(result, "fan_krpm") == pytest.approx(4.2)
    assert value(result, "ssh_exit_status") == 0
    assert result.pin == HOST_KEY.get_fingerprint("sha256")


async def test_a_key_lets_in_as_a_password_does(site: Site) -> None:
    secret = {"username": "monitor", "private_key": OWN_KEY.export_private_key().decode()}
    result = await site.ask(Target("127.0.0.1", secret=secret), command="show temperature")
    assert (result.ok, result.reason) == (True, "")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"command": "fail"}, "ssh exit status 3"),
        ({"command": "nonsense"}, "ssh exit status 127"),
        ({"command": "show temperature", "contains": "Outlet"}, "ssh output lacks the expected"),
        (
            {"command": "show temperature", "values": [{"pattern": "PSU", "metric": "psu"}]},
            "ssh psu not found in the output",
        ),
    ],
)
async def test_what_is_not_as_expected_is_a_failed_probe(
    site: Site, settings: dict[str, Any], reason: str
) -> None:
    result = await site.ask(**settings)
    assert not result.ok
    assert result.reason.startswith(reason)


async def test_a_wrong_password_is_refused_without_a_word_of_it(site: Site) -> None:
    target = Target("127.0.0.1", secret={**SECRET, "password": "wr0ng"})
    result = await site.ask(target, command="fail")
    assert result.reason == "ssh login refused"
    assert "wr0ng" not in repr((target, result))


@pytest.mark.parametrize("where", ["pinned", "given"])
async def test_another_host_key_than_before_is_a_failure_of_its_own(site: Site, where: str) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    pinned, given = (other, "") if where == "pinned" else ("", other)
    target = Target("127.0.0.1", secret=SECRET, pinned=pinned)
    result = await site.ask(target, command="show temperature", host_key=given)
    assert result.reason == "ssh host key is another than before"
    assert result.pin == ""


async def test_a_host_key_that_is_known_is_not_pinned_again(site: Site) -> None:
    known = HOST_KEY.get_fingerprint("sha256")
    result = await site.ask(
        Target("127.0.0.1", secret=SECRET, pinned=known), command="show temperature"
    )
    assert (result.ok, result.pin) == (True, "")


async def test_what_a_command_prints_is_read_to_a_bound(site: Site) -> None:
    async with asyncio.timeout(20):
        result = await site.ask(command="endless", pattern="^x+$")
    assert result.ok


async def test_a_private_key_that_is_none_is_said_to_be_so(site: Site) -> None:
    target = Target("127.0.0.1", secret={"username": "monitor", "private_key": "nonsense"})
    assert (await site.ask(target, command="x")).reason == "ssh private key not understood"


async def test_a_server_that_is_no_ssh_server_is_a_failed_probe() -> None:
    async def chatter(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * 10_000)
        writer.close()

    server = await asyncio.start_server(chatter, "127.0.0.1", 0)
    site = Site(server.sockets[0].getsockname()[1])
    assert (await site.ask()).reason == "ssh broke off"
    assert not (await site.ask(command="x")).ok
    server.close()
    assert (await Site(1).ask()).reason == "ssh refused"
