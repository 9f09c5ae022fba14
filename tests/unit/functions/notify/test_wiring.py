"""Everything is wired from the environment alone, without asking AWS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from netpulse.networks import Refusal, UrlRefusal
from netpulse.settings import load

from functions.notify import wiring

ENVIRONMENT = {
    "DATABASE_HOST": "database.example.org",
    "DATABASE_SECRET": "netpulse/x/database/app",
    "BUS_NAME": "bus",
    "DELIVERIES_QUEUE_URL": "https://sqs.example.org/deliveries",
    "PUBLIC_URL": "https://netpulse.example.org",
    "PROVIDERS_SECRET": "netpulse/x/providers",
    "SENDGRID_URL": "https://sendgrid.example.org",
    "AFRICASTALKING_URL": "https://africastalking.example.org",
    "CREDENTIALS_KEY_ID": "key",
    "REPORTS_BUCKET": "reports",
    "SESSIONS_TABLE": "sessions",
    "RATE_LIMITS_TABLE": "rates",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(f"NETPULSE_{name}", value)
    _forget()
    yield
    _forget()


def _forget() -> None:
    import netpulse.wiring

    for module in (wiring, netpulse.wiring):
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
    load.cache_clear()


@pytest.mark.parametrize("name", wiring.__all__)
def test_each_part_is_made_without_a_call_to_aws(name: str) -> None:
    make = getattr(wiring, name)
    assert make() is make()


@pytest.mark.parametrize(
    ("forbidden", "url", "refusal"),
    [
        ("127.0.0.0/8,169.254.0.0/16", "http://127.0.0.1/", Refusal.FORBIDDEN),
        ("127.0.0.0/8,169.254.0.0/16", "http://192.168.1.1/", Refusal.NOT_PUBLIC),
        ("169.254.0.0/16,224.0.0.0/4", "http://127.0.0.1:8090/webhook/x", None),
        ("169.254.0.0/16,224.0.0.0/4", "http://169.254.169.254/", Refusal.LINK_LOCAL),
        ("", "file:///etc/passwd", UrlRefusal.SCHEME),
    ],
)
def test_where_webhooks_may_go_follows_from_the_stages_forbidden_networks(
    monkeypatch: pytest.MonkeyPatch, forbidden: str, url: str, refusal: object
) -> None:
    monkeypatch.setenv("NETPULSE_FORBIDDEN_NETWORKS", forbidden)
    assert wiring.policy().refusal_of_url(url) == refusal
