"""Alertmanager's API, spoken by hand and by its own amtool."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from netpulse.permissions import Role

from tests.integration.functions.alerts.callers import a_firing_alert, client_of
from tests.support.clock import NOON
from tests.support.http import an_event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Answer, Client

MINUTE = timedelta(minutes=1)
API = "//alertmanager/api/v2"
DISK: dict[str, Any] = {
    "labels": {"alertname": "DiskFull", "instance": "198.51.100.1:9100", "severity": "page"},
    "annotations": {"summary": "/var is full"},
    "generatorURL": "http://prometheus.example.org/graph",
}


def post(client: Client, *alerts: dict[str, Any]) -> Answer:
    return client.call("POST", f"{API}/alerts", body=list(alerts))


def listed(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.call("GET", f"{API}/alerts", raw_query=query)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json
    return found


def names(client: Client, query: str = "") -> list[str]:
    return sorted(each["labels"]["alertname"] for each in listed(client, query))


def test_an_alert_of_another_system_opens_is_told_and_ends(place: Place, client: Client) -> None:
    device_id = place.device("web", address="198.51.100.1")
    assert post(client, DISK).status == 200
    (alert,) = place.alerts()
    assert (alert["alert_type"], alert["severity"], alert["state"]) == (
        "external",
        "critical",
        "firing",
    )
    assert (alert["device_id"], alert["message"]) == (device_id, "/var is full")
    # Prometheus sends what fires again and again
    place.clock.advance(MINUTE)
    assert post(client, DISK).status == 200
    assert place.facts() == ["AlertOpened.v1"]
    (shown,) = listed(client)
    assert shown["labels"] == DISK["labels"]
    assert shown["annotations"] == DISK["annotations"]
    assert (shown["startsAt"], shown["endsAt"]) == (
        "2026-03-02T12:00:00.000Z",
        "2026-03-02T12:06:00.000Z",
    )
    assert shown["status"] == {"state": "active", "silencedBy": [], "inhibitedBy": []}
    ended = {**DISK, "startsAt": NOON.isoformat(), "endsAt": place.clock.now().isoformat()}
    assert post(client, ended).status == 200
    assert place.facts() == ["AlertOpened.v1", "AlertResolved.v1"]
    assert listed(client) == []


def test_an_alert_that_is_not_sent_again_is_over_after_five_minutes(
    place: Place, client: Client
) -> None:
    post(client, DISK)
    place.clock.advance(4 * MINUTE)
    post(client, DISK)
    place.clock.advance(4 * MINUTE)
    place.ring()
    assert place.alerts()[0]["state"] == "firing"
    place.clock.advance(MINUTE + timedelta(seconds=1))
    place.ring()
    assert place.alerts()[0]["state"] == "resolved"


def test_the_right_alerts_of_a_mixed_batch_are_kept_although_it_is_refused(
    place: Place, client: Client
) -> None:
    refused = post(client, {"labels": {}}, DISK, {"labels": {"a-b": "c"}})
    assert refused.status == 400
    assert "at least one label pair required" in refused.json
    assert len(place.alerts()) == 1


@pytest.mark.parametrize("body", ["[", "{}", '[{"labels": 1}]', '[{"labels": {"a": 1}}]', "null"])
def test_what_is_no_list_of_alerts_is_refused(client: Client, body: str) -> None:
    refused = client.call("POST", f"{API}/alerts", body=body)
    assert refused.status == 400


def test_our_alerts_are_shown_beside_theirs_and_filtered(place: Place, client: Client) -> None:
    a_firing_alert(place)
    post(client, DISK)
    assert names(client) == ["Device down", "DiskFull"]
    assert names(client, "filter=alertname%3D~%22Disk.*%22") == ["DiskFull"]
    assert names(client, "filter=severity%3Dcritical&filter=alert_type%21%3D%22%22") == [
        "Device down"
    ]
    assert names(client, "active=false") == []
    refused = client.call("GET", f"{API}/alerts", raw_query="filter=(")
    assert refused.status == 400
    groups = client.call("GET", f"{API}/alerts/groups").json
    assert [each["labels"] for each in groups] == [
        {"alertname": "Device down"},
        {"alertname": "DiskFull"},
    ]
    assert [len(each["alerts"]) for each in groups] == [1, 1]


def a_silence(**given: Any) -> dict[str, Any]:
    plain = {
        "matchers": [{"name": "alertname", "value": "Disk.*", "isRegex": True, "isEqual": True}],
        "startsAt": NOON.isoformat(),
        "endsAt": (NOON + 60 * MINUTE).isoformat(),
        "createdBy": "amina",
        "comment": "known",
    }
    return {**plain, **given}


def test_a_silence_is_made_shown_changed_and_ended(place: Place, client: Client) -> None:
    post(client, DISK)
    made = client.call("POST", f"{API}/silences", body=a_silence())
    assert made.status == 200, made.text
    key = made.json["silenceID"]
    (shown,) = listed(client)
    assert shown["status"] == {"state": "suppressed", "silencedBy": [key], "inhibitedBy": []}
    assert listed(client, "silenced=false") == []
    found = client.call("GET", f"{API}/silence/{key}").json
    assert (found["createdBy"], found["status"]) == ("amina", {"state": "active"})
    assert found["matchers"] == a_silence()["matchers"]
    assert [each["id"] for each in client.call("GET", f"{API}/silences").json] == [key]
    longer = a_silence(id=key, startsAt=found["startsAt"], endsAt="2026-03-02T15:00:00Z")
    assert client.call("POST", f"{API}/silences", body=longer).json == {"silenceID": key}
    # other matchers are another silence, and the old one ends
    other = a_silence(
        id=key, matchers=[{"name": "a", "value": "b", "isRegex": False, "isEqual": True}]
    )
    assert client.call("POST", f"{API}/silences", body=other).json["silenceID"] != key
    assert client.call("GET", f"{API}/silence/{key}").json["status"] == {"state": "expired"}
    assert listed(client)[0]["status"]["state"] == "active"
    again = client.call("POST", f"{API}/silences", body=a_silence()).json["silenceID"]
    assert client.call("DELETE", f"{API}/silence/{again}").status == 200
    assert place.alerts()[0]["state"] == "firing"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"matchers": []}, 400),
        ({"matchers": [{"name": "a", "value": "(", "isRegex": True}]}, 400),
        ({"endsAt": NOON.isoformat()}, 400),
        ({"endsAt": "soon"}, 400),
        ({"comment": None}, 400),
        ({"id": "6f1a3c52-6c1e-4d0a-9a3e-0d5a8c6f1b77"}, 404),
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(
    client: Client, change: dict[str, Any], status: int
) -> None:
    assert client.call("POST", f"{API}/silences", body=a_silence(**change)).status == status


def test_silences_that_are_not_there_are_not_found(client: Client) -> None:
    for key in ("6f1a3c52-6c1e-4d0a-9a3e-0d5a8c6f1b77", "nothing"):
        assert client.call("GET", f"{API}/silence/{key}").status == 404
        assert client.call("DELETE", f"{API}/silence/{key}").status == 404


def test_those_who_may_only_look_cannot_post(place: Place) -> None:
    viewer = client_of(place, role=Role.VIEWER)
    assert listed(viewer) == []
    assert post(viewer, DISK).status == 403
    assert viewer.call("POST", f"{API}/silences", body=a_silence()).status == 403


def test_status_and_receivers_are_told(client: Client) -> None:
    assert client.call("GET", f"{API}/status").json["versionInfo"]["version"]
    assert client.call("GET", f"{API}/receivers").json == []


@contextmanager
def served(client: Client) -> Iterator[str]:
    """Serve the application on loopback, as the edge does."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            address = urlsplit(self.path)
            length = int(self.headers.get("content-length") or 0)
            event = an_event(
                self.command,
                address.path,
                raw_query=address.query,
                body=self.rfile.read(length).decode() or None,
                headers={name.lower(): value for name, value in self.headers.items()},
            )
            answer = client.handle(event)
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            body = (answer.get("body") or "").encode()
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alertmanager"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed here")
def test_amtool_adds_queries_and_silences_unchanged(place: Place) -> None:
    # amtool takes the time from the machine's clock
    place.clock.advance(datetime.now(UTC) - place.clock.now())
    with served(client_of(place)) as url:

        def amtool(*arguments: str) -> Any:
            done = subprocess.run(
                ["amtool", f"--alertmanager.url={url}", "--output=json", *arguments],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        amtool("alert", "add", "DiskFull", "instance=web:9100", "severity=critical")
        (alert,) = json.loads(amtool("alert", "query", "alertname=~Disk.*"))
        assert alert["labels"]["alertname"] == "DiskFull"
        amtool("silence", "add", "--comment=known", "--author=amina", "alertname=DiskFull")
        # our clock stood still, amtool's did not
        place.clock.advance(MINUTE)
        place.ring()
        (silence,) = json.loads(amtool("silence", "query"))
        assert silence["comment"] == "known"
        (hidden,) = json.loads(amtool("alert", "query", "--silenced"))
        assert hidden["status"]["silencedBy"] == [silence["id"]]
        assert place.alerts()[0]["reason"] == "silenced"
        amtool("silence", "expire", silence["id"])
        (back,) = json.loads(amtool("alert", "query"))
        assert back["status"]["state"] == "active"
