"""A device's traffic is learnt by the sweeps as they are deployed; a spike is told, and its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg

from tests.flow.house import House, Person, Poller
from tests.flow.test_outage import a_watched_device, amina, house, mails
from tests.support.aws import sqs_event

if TYPE_CHECKING:
    from tests.support.database import TestDatabase

__all__ = ["amina", "house"]
RULE = {
    "name": "Odd traffic",
    "kind": "anomaly",
    "metric": "if_in_bps",
    "severity": "critical",
    "history_hours": 48,
    "least_deviation": 1e6,
}
PORT = "if:ge-0/0/0"


def a_measured_past(postgres: TestDatabase, poller: Poller) -> None:
    """Let five days of rollups be there: 10 Mbit/s by night, 80 by day."""
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, "
            "metric, kind, block, position) SELECT organization_id, id, number, %s, 'if_in_bps', "
            "'rate', 0, 1 FROM netpulse.devices WHERE id = %s",
            (PORT, poller.device_id),
        )
        connection.execute(
            "INSERT INTO netpulse.rollups_1h (bucket_at, device_number, organization_number, "
            "block, counts, sums, lows, highs, lasts) "
            "SELECT h, d.number, o.number, 0, '{1}', ARRAY[v], ARRAY[v - 1e6], ARRAY[v + 1e6], "
            "ARRAY[v] FROM netpulse.devices d "
            "JOIN netpulse.organizations o ON o.id = d.organization_id "
            "CROSS JOIN generate_series(date_trunc('hour', now()) - interval '5 days', "
            "date_trunc('hour', now()) - interval '1 hour', '1 hour') AS g (h) "
            "CROSS JOIN LATERAL (SELECT CASE WHEN extract(hour FROM h AT TIME ZONE 'UTC') "
            "BETWEEN 8 AND 19 THEN 80e6 ELSE 10e6 END::float8 AS v) AS w WHERE d.id = %s",
            (poller.device_id,),
        )


def announce(house: House, poller: Poller, value: float) -> None:
    poller.slot_at = datetime.now(UTC)
    result = {
        "device_id": str(poller.device_id),
        "epoch": 1,
        "slot_at": poller.slot_at.isoformat(),
        "state": "up",
        "hard": True,
        "first_failed_at": None,
        "rtt_ms": 10.0,
        "loss_ratio": 0.0,
        "reason": "",
        "values": [{"metric": "if_in_bps", "entity": PORT, "value": value, "unit": "bit/s"}],
    }
    body = {"organization_id": str(poller.organization_id), "poller": "one", "epoch": 1}
    house.invoke("alerts.on_poll_results", sqs_event({**body, "results": [result]}))
    house.settle()


def test_traffic_beyond_what_the_hour_is_used_to_is_mailed_and_so_is_its_end(
    house: House, amina: Person, own_postgres: TestDatabase
) -> None:
    poller = a_watched_device(house, amina)
    a_measured_past(own_postgres, poller)
    rule_id = house.made(amina, "/alert-rules", RULE)
    house.minute()
    shown = house.call(
        amina,
        "GET",
        f"/alert-rules/{rule_id}/baseline",
        query={"device_id": str(poller.device_id), "entity": PORT},
    ).data
    assert (shown["learnt_hours"], shown["ready"]) == (120, True)
    now = datetime.now(UTC)
    begins = [datetime.fromisoformat(each["time"]) for each in shown["points"]]
    place = next(n for n, at in enumerate(begins) if at <= now < at + timedelta(hours=1))
    band = shown["points"][place]

    announce(house, poller, band["expected"])
    assert mails(house) == []
    announce(house, poller, 900e6)
    (alert,) = house.call(amina, "GET", "/alerts", query={"alert_type": "anomaly"}).data
    assert alert["state"] == "firing"
    assert "inbound traffic of ge-0/0/0 is 900 Mbit/s, expected" in alert["message"]
    assert len(mails(house)) == 1
    announce(house, poller, band["expected"])
    (alert,) = house.call(amina, "GET", "/alerts", query={"alert_type": "anomaly"}).data
    assert alert["state"] == "resolved"
    assert len(mails(house)) == 2
