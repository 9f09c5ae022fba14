"""An organisation with one of everything, for others to try to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.client import Deadline, newcomer
from tests.e2e.fleet import described
from tests.security.routes import Route, document, routes

if TYPE_CHECKING:
    from tests.e2e.client import Session
    from tests.e2e.stack import Stack

PASSWORD = "gentle river over stones"
RULE: dict[str, Any] = {
    "name": "slow",
    "metric": "icmp_rtt_avg_ms",
    "comparison": ">",
    "threshold": 500,
    "severity": "warning",
}
CHANNEL: dict[str, Any] = {"name": "noc", "kind": "email", "config": {"to": ["a@isp.example"]}}
CHECK: dict[str, Any] = {"name": "web", "tcp": {"port": 80}}
SILENCE: dict[str, Any] = {
    "matchers": [{"name": "severity", "value": "warning"}],
    "starts_at": "2030-01-01T00:00:00Z",
    "ends_at": "2030-01-02T00:00:00Z",
    "comment": "planned",
}
WINDOW: dict[str, Any] = {
    "name": "planned",
    "scope": {"tags": ["core"]},
    "time_zone": "Africa/Nairobi",
    "starts_at": "2030-01-01T00:00:00",
    "duration_seconds": 3600,
}
CREDENTIAL: dict[str, Any] = {
    "name": "core",
    "kind": "snmp_v2c",
    "secret": {"community": "c0mmunity-of-the-core"},
}
SCAN: dict[str, Any] = {"networks": ["198.18.77.0/30"]}
SCHEDULE: dict[str, Any] = {
    "name": "weekly",
    "kind": "uptime",
    "cadence": "weekly",
    "formats": ["pdf"],
}
LEVEL: dict[str, Any] = {"name": "gold", "respond_seconds": 900}
ROLE: dict[str, Any] = {"name": "Night", "permissions": ["alert:read"]}
PROVIDER: dict[str, Any] = {
    "name": "idp",
    "issuer": "https://login.example.org",
    "client_id": "netpulse",
}
INHIBITION: dict[str, Any] = {
    "name": "core first",
    "source_matchers": [{"name": "severity", "value": "critical"}],
    "target_matchers": [{"name": "severity", "value": "warning"}],
}
REPORT: dict[str, Any] = {
    "kind": "uptime",
    "name": "June",
    "from": "2026-06-01T00:00:00Z",
    "to": "2026-07-01T00:00:00Z",
    "formats": ["csv"],
}


def on_call(channel_id: str, user_id: str | None = None) -> dict[str, Any]:
    """Return a schedule in which one channel, or somebody by it, is always on call."""
    member = {"name": "Amina", "channel_ids": [channel_id], "user_id": user_id}
    layer = {"members": [member], "starts_at": "2026-01-05T08:00:00"}
    return {"name": "primary", "time_zone": "Africa/Nairobi", "layers": [layer]}


def escalation(channel_id: str) -> dict[str, Any]:
    """Return a policy that asks one channel."""
    return {"name": "night", "steps": [{"after_seconds": 300, "channel_ids": [channel_id]}]}


@pytest.fixture(scope="session")
def served(stack: Stack) -> list[Route]:
    """Every route of the instance."""
    return routes(document(stack))


@pytest.fixture(scope="session")
def victim(stack: Stack) -> Session:
    """The admin whose organisation is attacked."""
    return newcomer(stack.api_url)


@pytest.fixture(scope="session")
def dead(stack: Stack, victim: Session) -> dict[str, Any]:
    """A device that answers nobody, and so has an alert, an incident and a notification."""
    victim.post("/notification-channels", {**CHANNEL, "name": "told"})
    body = described(stack.devices()[0], name="never there", availability_check="snmp")
    body["snmp"] = {**body["snmp"], "port": 9, "timeout_seconds": 0.5, "retries": 0}
    found: dict[str, Any] = victim.post("/devices", {**body, "down_after": 1, "down_window": 1})
    return found


@pytest.fixture(scope="session")
def things(victim: Session, dead: dict[str, Any]) -> dict[str, str]:
    """The id of one of everything, by the path that leads to it."""
    device = dead["id"]
    alert = Deadline.after(120).wait(lambda: victim.get("/alerts"), what="the alert")[0]["id"]
    told = Deadline.after(60).wait(lambda: victim.get("/notifications"), what="the mail")[0]["id"]
    incident = Deadline.after(30).wait(lambda: victim.get("/incidents"), what="the incident")
    report = victim.post("/reports/generate", REPORT)
    person = {"email": f"night-{device}@isp.example", "role": "viewer", "password": PASSWORD}
    channel = victim.post("/notification-channels", CHANNEL)["id"]
    totp = victim.post("/me/second-factors/totp", {"password": victim.password})
    return {
        "devices": device,
        "alerts": alert,
        "notifications": told,
        "incidents": incident[0]["id"],
        "reports": report["report_id"],
        "jobs": report["job_id"],
        "sessions": victim.get("/me/sessions")[0]["id"],
        "second-factors": totp["id"],
        "notification-channels": channel,
        "on-call-schedules": victim.post("/on-call-schedules", on_call(channel))["id"],
        "escalation-policies": victim.post("/escalation-policies", escalation(channel))["id"],
        "archives": victim.post("/metrics/archives")["archive_id"],
        "checks": victim.post(f"/devices/{device}/checks", CHECK)["id"],
        "scans": victim.post("/discovery/scans", SCAN)["scan_id"],
        "schedules": victim.post(
            "/discovery/schedules", {"name": "weekly", "every_hours": 168, "scan": SCAN}
        )["id"],
        **{
            kind: victim.post(f"/{kind}", body)["id"]
            for kind, body in {
                "alert-rules": RULE,
                "credentials": CREDENTIAL,
                "device-groups": {"name": "north"},
                "service-levels": LEVEL,
                "silences": SILENCE,
                "maintenance-windows": WINDOW,
                "inhibition-rules": INHIBITION,
                "report-schedules": SCHEDULE,
                "users": person,
                "api-keys": {"name": "k", "role": "viewer"},
                "roles": ROLE,
                "identity-providers": PROVIDER,
            }.items()
        },
    }
