from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.alerts.service.forecasting import ForecastWatch

if TYPE_CHECKING:
    from tests.integration.functions.alerts.place import Place
    from tests.support.http import Client

HOUR = timedelta(hours=1)
RULE = {
    "name": "Disk fills",
    "kind": "forecast",
    "metric": "disk_usage",
    "comparison": ">",
    "threshold": 97,
    "window_seconds": 3 * 86_400,
    "severity": "warning",
}


def test_a_disk_that_will_be_full_in_days_is_told_from_the_hours_kept(
    place: Place, client: Client
) -> None:
    made = client.call("POST", "/alert-rules", body=RULE)
    assert made.status == 201, made.text
    device_id = place.device("nas")
    (numbers,) = place.sql(
        "SELECT d.number AS device, o.number AS organization FROM netpulse.devices d "
        "JOIN netpulse.organizations o ON o.id = d.organization_id WHERE d.id = %s",
        device_id,
    )
    place.sql(
        "INSERT INTO netpulse.series (organization_id, device_id, device_number, entity, metric, "
        "kind, block, position) VALUES (%s, %s, %s, 'storage:/var', 'disk_usage', 'gauge', 1, 1)",
        place.organization_id,
        device_id,
        numbers["device"],
    )
    watch = ForecastWatch(place.work, place.recorder, place.wakeups, place.clock)
    watch.check(place.organization_id)
    assert place.alerts() == []
    for hours in range(240):
        used = 88.0 - hours * 4 / 24
        place.sql(
            "INSERT INTO netpulse.rollups_1h (bucket_at, device_number, organization_number, "
            "block, counts, sums, lows, highs, lasts) "
            "VALUES (%s, %s, %s, 1, '{1}', %s, %s, %s, %s)",
            place.clock.now() - (hours + 1) * HOUR,
            numbers["device"],
            numbers["organization"],
            *([used],) * 4,
        )
    watch.check(place.organization_id)
    # a built-in rule tells of the same disk
    ours = made.data["id"]
    (alert,) = [each for each in place.alerts() if str(each["rule_id"]) == ours]
    assert (alert["alert_type"], alert["state"], alert["entity"]) == (
        "forecast",
        "firing",
        "storage:/var",
    )
    assert "disk of /var will be above 97 % in 2.2" in alert["message"]
    tried = client.call("POST", f"/alert-rules/{made.data['id']}/dry-run", body={"days": 5})
    (shown,) = tried.data["alerts"]
    assert shown["entity"] == "storage:/var"
    assert (tried.data["series"], tried.data["opened"], tried.data["resolved"]) == (1, 1, 0)
