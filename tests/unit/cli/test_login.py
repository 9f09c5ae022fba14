import json
from pathlib import Path
from threading import Thread

import httpx
import pytest

from cli.logins import TokenLogin
from cli.run import Run
from tests.unit.cli.fake import KEY, PASSWORD, URL, FakeNetPulse, Terminal


def test_a_login_is_kept_where_only_its_owner_reads_it(stranger: Terminal) -> None:
    result = stranger.logs_in()
    assert result.stdout == f"Logged in at {URL} as ann@acme.example, admin of Acme.\n"
    kept = stranger.config / "sessions.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert stranger.config.stat().st_mode & 0o777 == 0o700
    assert PASSWORD not in kept.read_text()


def test_a_wrong_password_is_told_in_one_line(stranger: Terminal) -> None:
    result = stranger.types("login", "--url", URL, "--email", "ann@acme.example", answer="x\n")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "netpulse: email or password is wrong"
    assert not (stranger.config / "sessions.json").exists()


def test_nobody_logged_in_is_told_what_to_do(stranger: Terminal) -> None:
    result = stranger.types("status")
    assert result.exit_code == 1
    assert "run `netpulse login`" in result.stderr


def test_a_command_after_the_access_token_ran_out_goes_on(
    ann: Terminal, server: FakeNetPulse
) -> None:
    expire(server)
    assert ann.types("devices", "list").exit_code == 0
    kept = json.loads((ann.config / "sessions.json").read_text())["sessions"][URL]
    assert kept["access_token"] == server.tokens[-1]
    assert ann.types("devices", "list").exit_code == 0
    assert server.refreshes == 1


def test_commands_at_once_use_a_refresh_token_once(ann: Terminal, server: FakeNetPulse) -> None:
    expire(server)
    run = Run(config=ann.config, transport=ann.transport)
    # Each has read the same tokens before the first renews them.
    logins = [TokenLogin(run.session(), run.sessions) for _ in range(4)]
    threads = [Thread(target=each.renew, args=(run.connect(URL),)) for each in logins]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.headers()["Authorization"] for each in logins} == {f"Bearer {server.tokens[-1]}"}
    assert server.refreshes == 1


def test_a_session_that_ended_asks_for_a_login(ann: Terminal, server: FakeNetPulse) -> None:
    expire(server)
    server.is_session_over = True
    result = ann.types("devices", "list")
    assert result.exit_code == 1
    assert "has ended: run `netpulse login`" in result.stderr


def test_an_api_key_of_the_environment_needs_no_login(stranger: Terminal) -> None:
    assert stranger.types("devices", "list", "--url", URL, key=KEY).exit_code == 0
    assert not stranger.config.exists()


def test_an_api_key_can_be_kept(stranger: Terminal, server: FakeNetPulse) -> None:
    assert stranger.types("login", "--url", URL, "--api-key", KEY).exit_code == 0
    assert stranger.types("devices", "list").exit_code == 0
    assert server.asked[-1].headers["X-API-Key"] == KEY


def test_a_wrong_api_key_is_not_kept(stranger: Terminal) -> None:
    assert stranger.types("login", "--url", URL, "--api-key", "npk_bad").exit_code == 1
    assert not (stranger.config / "sessions.json").exists()


def test_the_local_stack_is_found_with_its_admin(
    stranger: Terminal, server: FakeNetPulse, tmp_path: Path
) -> None:
    admin = {"email": "admin@demo.example", "password": PASSWORD}
    local = {"api_url": "http://127.0.0.1:8080", "admin": admin}
    (tmp_path / "local.json").write_text(json.dumps(local))
    result = stranger.types("login", "--local", "--state-dir", str(tmp_path))
    assert result.exit_code == 0
    assert server.body("/auth/login")["email"] == "admin@demo.example"


def test_a_missing_local_stack_is_told(stranger: Terminal, tmp_path: Path) -> None:
    result = stranger.types("login", "--local", "--state-dir", str(tmp_path))
    assert result.exit_code == 1
    assert "make up" in result.stderr


def test_logging_out_ends_the_session_and_forgets_it(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["POST", "/auth/logout"] = {}
    assert ann.types("logout").exit_code == 0
    assert server.asked[-1].url.path == "/api/v1/auth/logout"
    assert ann.types("status").exit_code == 1


@pytest.mark.parametrize("url", ["http://noc.example", "noc.example:80x://", "ftp://noc.example"])
def test_a_password_is_sent_only_where_it_is_safe(
    stranger: Terminal, server: FakeNetPulse, url: str
) -> None:
    result = stranger.types("login", "--url", url, "--email", "a@b.example", answer="x\n")
    assert result.exit_code in {1, 2}
    assert not server.asked


def test_a_server_that_cannot_be_reached_is_told_in_one_line(ann: Terminal) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    ann.transport = httpx.MockTransport(refuse)
    result = ann.types("devices", "list")
    assert result.exit_code == 1
    assert result.stderr == (
        f"netpulse: {URL} cannot be reached: Connection refused. "
        "Is the address right, and does it run?\n"
    )


def test_another_server_is_recognised_as_one(ann: Terminal) -> None:
    ann.transport = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))
    result = ann.types("devices", "list")
    assert result.stderr == (
        "netpulse: noc.example answered 200 without JSON: is this a NetPulse?\n"
    )


def test_a_broken_file_of_logins_is_told(ann: Terminal) -> None:
    (ann.config / "sessions.json").write_text("{")
    result = ann.types("status")
    assert result.exit_code == 1
    assert "remove it and log in again" in result.stderr


def expire(server: FakeNetPulse) -> None:
    """Let the server know the access token no longer, but its refresh token."""
    knows = server._knows
    old = server.tokens[-1]

    def without_old(request: httpx.Request) -> bool:
        return knows(request) and request.headers.get("Authorization") != f"Bearer {old}"

    server._knows = without_old  # type: ignore[method-assign]
