import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cli.client import Client, connect
from cli.logins import KeyLogin
from tests.unit.cli.fake import (
    KEY,
    URL,
    FakeNetPulse,
    Terminal,
    a_device,
    failure,
    success,
)

ALERT = "aaaa1111-0000-4000-8000-000000000000"


def test_every_page_is_listed(ann: Terminal, server: FakeNetPulse) -> None:
    server.devices = [a_device(number) for number in range(1, 451)]
    result = ann.types("devices", "list", "--json")
    assert [each["number"] for each in json.loads(result.stdout)] == list(range(1, 451))


def test_no_more_pages_are_asked_for_than_wanted(ann: Terminal, server: FakeNetPulse) -> None:
    server.devices = [a_device(number) for number in range(1, 451)]
    before = len(server.asked)
    assert len(json.loads(ann.types("devices", "list", "--limit", "5", "--json").stdout)) == 5
    assert len(server.asked) == before + 1
    assert len(json.loads(ann.types("devices", "list", "--limit", "205", "--json").stdout)) == 205


def test_a_table_in_a_pipe_is_not_cut(ann: Terminal, server: FakeNetPulse) -> None:
    server.devices = [a_device(name="n" * 300)]
    assert "n" * 300 in ann.types("devices", "list").stdout


@pytest.mark.parametrize("named", ["core-2", "192.0.2.2", "2", "crm-2", a_device(2)["id"]])
def test_a_device_goes_by_many_names(ann: Terminal, server: FakeNetPulse, named: str) -> None:
    server.devices = [a_device(1), a_device(2, external_id="crm-2"), a_device(20)]
    assert json.loads(ann.types("devices", "show", named, "--json").stdout)["number"] == 2


def test_a_name_of_two_devices_is_refused_with_their_numbers(
    ann: Terminal, server: FakeNetPulse
) -> None:
    server.devices = [a_device(1, name="core"), a_device(2, name="core")]
    result = ann.types("devices", "show", "core")
    assert result.exit_code == 1
    assert "give a number, 1, 2" in result.stderr


def test_a_device_that_is_not_there_is_told(ann: Terminal) -> None:
    assert "there is no device “nope”" in ann.types("devices", "show", "nope").stderr


def test_a_device_is_added_with_what_was_given(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["POST", "/devices"] = a_device(7, name="edge")
    words = ("devices", "add", "edge", "192.0.2.7", "--type", "router", "--tag", "a")
    result = ann.types(*words, "--check", "tcp", "--port", "443", "--community", "public")
    assert result.stdout == "Added edge, device 7.\n"
    assert server.body("/devices") == {
        "name": "edge",
        "ip_address": "192.0.2.7",
        "device_type": "router",
        "tags": ["a"],
        "availability_check": "tcp",
        "tcp": {"port": 443},
        "snmp": {"community": "public"},
    }


def test_a_refusal_names_its_fields(ann: Terminal, server: FakeNetPulse) -> None:
    fields = [{"field": "ip_address", "message": "An address is needed"}]
    server.answers["POST", "/devices"] = lambda _: failure(
        422, "INVALID_IP_ADDRESS", "Not accepted", fields=fields
    )
    result = ann.types("devices", "add", "edge", "x", "--type", "router")
    assert result.exit_code == 1
    assert result.stderr == "netpulse: ip_address: An address is needed (INVALID_IP_ADDRESS)\n"


def test_a_device_is_retired_only_when_that_is_meant(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["DELETE", f"/devices/{a_device()['id']}"] = lambda _: success(None)
    assert ann.types("devices", "remove", "core-1", answer="n\n").exit_code == 1
    assert not [each for each in server.asked if each.method == "DELETE"]
    assert ann.types("devices", "remove", "core-1", "--yes").stdout == "Retired core-1.\n"


def test_an_import_tells_each_row_that_is_wrong(
    ann: Terminal, server: FakeNetPulse, tmp_path: Path
) -> None:
    server.answers["POST", "/devices/import"] = _imported
    file = tmp_path / "new.csv"
    file.write_text("name,ip_address,interval_seconds\na,192.0.2.1,\nb,bad,\nc,192.0.2.3,often\n")
    result = ann.types("devices", "import", str(file), "--dry-run")
    assert result.exit_code == 1
    assert "line 3" in result.stdout
    assert "line 4" in result.stdout
    assert result.stdout.endswith("Would be: 1 created, 0 updated, 0 unchanged, 2 failed.\n")
    assert server.body("/devices/import")["dry_run"] is True


def test_a_large_import_is_sent_in_parts(
    ann: Terminal, server: FakeNetPulse, tmp_path: Path
) -> None:
    server.answers["POST", "/devices/import"] = _imported
    file = tmp_path / "new.yaml"
    file.write_text(json.dumps([{"name": str(place)} for place in range(450)]))
    told = json.loads(ann.types("devices", "import", str(file), "--json").stdout)
    assert told["created"] == 450
    assert told["rows"][449]["name"] == "449"


def test_an_import_of_unknown_format_is_misuse(ann: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("x")
    assert ann.types("devices", "import", str(file)).exit_code == 2


@pytest.mark.parametrize("format_", ["csv", "yaml", "json"])
def test_an_export_is_what_an_import_takes(
    ann: Terminal, server: FakeNetPulse, tmp_path: Path, format_: str
) -> None:
    server.answers["POST", "/devices/import"] = _imported
    file = tmp_path / f"all.{format_}"
    assert ann.types("devices", "export", "-o", str(file)).exit_code == 0
    assert ann.types("devices", "import", str(file)).exit_code == 0
    (sent,) = server.body("/devices/import")["devices"]
    assert sent["ip_address"] == "192.0.2.1"
    assert "status" not in sent


def test_open_alerts_are_listed(ann: Terminal, server: FakeNetPulse) -> None:
    server.alerts[1]["resolved"] = True
    result = ann.types("alerts", "list")
    assert "aaaa1111" in result.stdout
    assert "bbbb2222" not in result.stdout
    assert "bbbb2222" in ann.types("alerts", "list", "--all").stdout


def test_no_alerts_are_told_in_words(ann: Terminal, server: FakeNetPulse) -> None:
    server.alerts = []
    assert ann.types("alerts", "list").stdout == "No alerts.\n"
    assert json.loads(ann.types("alerts", "list", "--json").stdout) == []


@pytest.mark.parametrize(("word", "verb"), [("ack", "acknowledge"), ("resolve", "resolve")])
def test_an_alert_is_dealt_with_by_the_beginning_of_its_id(
    ann: Terminal, server: FakeNetPulse, word: str, verb: str
) -> None:
    server.answers["POST", f"/alerts/{ALERT}/{verb}"] = server.alerts[0]
    assert ann.types("alerts", word, "aaaa", "--note", "on it").exit_code == 0
    assert server.body(f"/alerts/{ALERT}/{verb}") == {"note": "on it"}


def test_of_many_alerts_the_good_ones_are_dealt_with(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["POST", f"/alerts/{ALERT}/acknowledge"] = server.alerts[0]
    result = ann.types("alerts", "ack", "nope", "aaaa")
    assert result.exit_code == 1
    assert "aaaa1111" in result.stdout
    assert result.stderr.startswith("netpulse: nope: no open or recent alert")


def test_an_alert_is_shown_with_its_life(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["GET", f"/alerts/{ALERT}"] = server.alerts[0]
    step = {"at": "2026-03-02T12:00:00Z", "to_state": "firing", "reason": "breached"}
    server.answers["GET", f"/alerts/{ALERT}/history"] = [{**step, "actor_name": "", "note": ""}]
    assert "breached" in ann.types("alerts", "show", "aaaa").stdout


def test_metrics_are_drawn_listed_or_the_newest(ann: Terminal, server: FakeNetPulse) -> None:
    path = f"/devices/{a_device()['id']}/metrics"
    times = [f"2026-03-02T12:0{minute}:00Z" for minute in range(3)]
    points = list(zip(times, (1.0, None, 3.0), strict=True))
    series = {"metric": "cpu_usage", "entity": "", "unit": "%", "points": points}
    server.answers["GET", path] = {"series": [series]}
    newest = {**series, "time": times[2], "value": 3.5}
    server.answers["GET", f"{path}/latest"] = [newest]
    assert "▁·█" in ann.types("metrics", "core-1", "-m", "cpu_usage").stdout
    assert len(ann.types("metrics", "core-1", "-m", "cpu_usage", "--table").stdout.split("\n")) == 5
    assert "3.5" in ann.types("metrics", "core-1").stdout
    server.answers["GET", path] = {"series": []}
    assert ann.types("metrics", "core-1", "-m", "nope").exit_code == 1


def test_the_status_counts_devices_and_tells_what_is_not_well(
    ann: Terminal, server: FakeNetPulse
) -> None:
    names = ["online", "degraded", "offline"]
    server.answers["GET", "/devices/snapshot"] = {
        "status_names": names,
        "statuses": "0020",
        "maintenance": [4],
    }
    server.answers["GET", "/alerts/summary"] = {
        "open": 1,
        "unacknowledged": 1,
        "by_severity": {"critical": 1},
    }
    told = json.loads(ann.types("status", "--json").stdout)
    assert told["devices"] == {"online": 3, "degraded": 0, "offline": 1, "maintenance": 1}
    result = ann.types("status")
    assert "database" in result.stdout
    assert "unhealthy" in result.stdout


def test_a_report_is_asked_for_awaited_and_fetched(
    ann: Terminal, server: FakeNetPulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report_id = str(uuid4())
    report = {"id": report_id, "state": "succeeded"}
    server.answers["POST", "/reports/generate"] = {"job_id": "j1", "report_id": report_id}
    server.answers["GET", f"/reports/{report_id}"] = report
    listed = [report, {**report, "id": str(uuid4())}]
    server.answers["GET", "/reports"] = lambda _: success(listed, pagination={"has_next": False})
    server.answers["GET", f"/reports/{report_id}/download"] = {
        "url": "https://store.example/r1?signature=x",
        "file_name": "../../uptime.pdf",
    }
    asked = ("reports", "generate", "uptime", "--period", "last_month", "--device", "core-1")
    r1 = report_id[:8]
    assert f"netpulse reports download {r1}`" in ann.types(*asked).stdout
    body = server.body("/reports/generate")
    assert body["device_ids"] == [a_device()["id"]]
    assert body["formats"] == ["pdf"]
    assert ann.types("reports", "download", r1).exit_code == 0
    assert (tmp_path / "uptime.pdf").read_bytes() == b"%PDF"
    assert "Authorization" not in server.asked[-1].headers
    assert ann.types("reports", "download", r1).exit_code == 1
    assert ann.types("reports", "download", r1, "--force").exit_code == 0
    assert ann.types("reports", "download", r1, "-o", "-").stdout_bytes == b"%PDF"
    nothing = ann.types("reports", "download", "ffff-no")
    assert "no open or recent report has an id that begins with “ffff-no”" in nothing.stderr
    assert "4 characters" in ann.types("reports", "download", "r1").stderr


def test_a_report_that_failed_is_told(ann: Terminal, server: FakeNetPulse) -> None:
    server.answers["POST", "/reports/generate"] = {"job_id": "j1", "report_id": "r1"}
    server.answers["GET", "/reports/r1"] = {"state": "failed", "error": {"message": "too much"}}
    result = ann.types("reports", "generate", "alerts")
    assert result.exit_code == 1
    assert "was not made: too much" in result.stderr
    assert ann.types("reports", "generate", "alerts", "--no-wait").exit_code == 0


def test_who_is_too_fast_waits_as_long_as_told() -> None:
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if waits:
            return success("done")
        return httpx.Response(429, headers={"Retry-After": "7"}, json={"success": False})

    http = connect(URL, transport=httpx.MockTransport(answer))
    assert Client(http, KeyLogin(KEY), wait=waits.append).get("/me") == "done"
    assert waits == [7.0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(stranger: Terminal, shell: str) -> None:
    assert "_NETPULSE_COMPLETE" in stranger.types("completion", shell).stdout


@pytest.mark.parametrize("words", [("devices", "frob"), ("devices", "list", "--limit", "0")])
def test_misuse_ends_with_2(ann: Terminal, words: tuple[str, ...]) -> None:
    assert ann.types(*words).exit_code == 2


def test_every_command_answers_in_json() -> None:
    from cli.app import app

    def leaves(command: Any) -> list[Any]:
        inner = getattr(command, "commands", None)
        return [leaf for each in inner.values() for leaf in leaves(each)] if inner else [command]

    without = {"logout", "completion"}
    for command in leaves(app):
        names = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in names or command.name in without, command.name


def _imported(request: httpx.Request) -> httpx.Response:
    devices = json.loads(request.content)["devices"]
    error = {"code": "INVALID_IP_ADDRESS", "message": "No address", "details": {}}
    rows = [
        {"row": place, "outcome": "failed", "device_id": None, "error": error}
        if device.get("ip_address") == "bad"
        else {"row": place, "outcome": "created", "device_id": "d", "error": None}
        for place, device in enumerate(devices)
    ]
    return success({"rows": rows})
