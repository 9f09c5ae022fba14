"""Rule evaluations a second: the domain on one core, and whole batches on PostgreSQL.

The domain is measured in time of its core, so that other work on the machine does not count.
Prints one JSON object a line; `python -m bench.alerts` runs all, `--domain` the first part only.
"""

from __future__ import annotations

import contextlib
import io
import json
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from netpulse.ids import DeviceId, OrganizationId
from netpulse.observability import logger

from functions.alerts.domain.assessment import Assessment
from functions.alerts.domain.defaults import default_rules
from functions.alerts.domain.device import Device, Result, Standing, Value, Verdict
from functions.alerts.domain.ledger import Ledger
from functions.alerts.domain.rulebook import RuleBook
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.database import running_database

logger.setLevel("ERROR")
ROUNDS = 5
DEVICES = 2000
STORM = 10_000
BATCH = 500
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
METRICS = ("icmp_loss_ratio", "icmp_rtt_avg_ms", "cpu_usage", "memory_usage", "disk_usage")
CLEAR = (0.0, 20.0, 30.0, 40.0, 50.0)
BREACHED = (0.5, 400.0, 99.0, 99.0, 99.0)


def tell(measure, values, *, unit, bar, lower_is_better=False):
    value = statistics.median(values)
    holds = None if bar is None else (value <= bar if lower_is_better else value >= bar)
    print(
        json.dumps(
            {
                "measure": measure,
                "value": round(value, 3),
                "unit": unit,
                "peer": None,
                "peer_value": None,
                "ratio": None,
                "bar": bar,
                "holds": holds,
                "rounds": len(values),
            }
        ),
        flush=True,
        file=sys.__stdout__,
    )


def a_fleet():
    return {
        device.id: device
        for device in (
            Device(
                id=DeviceId(uuid4()),
                number=n,
                name=f"router-{n}",
                ip_address=f"198.18.{n // 250}.{n % 250 + 1}",
                device_type="router",
                tags=frozenset({f"site-{n % 40}"}),
            )
            for n in range(DEVICES)
        )
    }


def results_of(devices, cycle, *, breaching):
    at = NOON + timedelta(minutes=cycle)
    return [
        Result(
            device_id=device_id,
            slot_at=at,
            verdict=Verdict.UP,
            is_hard=True,
            values=tuple(
                Value(metric, "", value)
                for metric, value in zip(
                    METRICS, BREACHED if breaching(n, cycle) else CLEAR, strict=True
                )
            ),
        )
        for n, device_id in enumerate(devices)
    ]


def domain(measure, *, breaching, bar):
    rules = tuple(default_rules(OrganizationId(uuid4())))
    rates = []
    for _ in range(ROUNDS):
        devices = a_fleet()
        standings = {device_id: Standing() for device_id in devices}
        alerts = {}
        cycles = [results_of(devices, cycle, breaching=breaching) for cycle in range(12)]
        evaluations, spent = 0, 0.0
        for cycle, results in enumerate(cycles):
            now = NOON + timedelta(minutes=cycle)
            for start in range(0, DEVICES, BATCH):
                batch = results[start : start + BATCH]
                ids = {result.device_id for result in batch}
                live = [a for a in alerts.values() if a.subject.device_id in ids]
                known = {each: standings[each] for each in ids}
                own = {each: devices[each] for each in ids}
                began = time.process_time()
                # The rules are arranged anew for each batch, as the service does.
                done = Assessment(
                    now=now,
                    devices=own,
                    known=known,
                    parents={},
                    rules=RuleBook(rules),
                    ledger=Ledger(live),
                )
                done.take(batch)
                done.settle()
                spent += time.process_time() - began
                evaluations += done.values.evaluations
                standings |= done.touched
                for alert in done.ledger.saved:
                    alerts[alert.id] = alert
                for alert_id in done.ledger.dropped:
                    alerts.pop(alert_id, None)
                alerts = {key: each for key, each in alerts.items() if each.is_open}
        rates.append(evaluations / spent)
    tell(measure, rates, unit="evaluations/s", bar=bar)


def bulk(place, count):
    """Insert one core router and devices that hang on it alone; return their ids."""
    core = place.device("core", address="198.19.0.1")
    rows = place.sql(
        "INSERT INTO netpulse.devices (organization_id, name, ip_address, device_type, "
        "interval_seconds, created_at, updated_at) "
        "SELECT %s, 'd' || n, '10.0.0.0'::inet + n, 'router', 60, %s, %s "
        "FROM generate_series(1, %s) AS n RETURNING id",
        place.organization_id,
        place.clock.now() - timedelta(days=1),
        place.clock.now() - timedelta(days=1),
        count,
    )
    devices = [DeviceId(row["id"]) for row in rows]
    place.sql(
        "INSERT INTO netpulse.device_parents (organization_id, device_id, parent_id) "
        "SELECT %s, id, %s FROM unnest(%s::uuid[]) AS g (id)",
        place.organization_id,
        core,
        devices,
    )
    place.sql("ANALYZE netpulse.devices, netpulse.device_parents")
    return core, devices


def timed(place, batches):
    """Take batches one after another; return how long each was from message to commit."""
    spent = []
    for batch in batches:
        began = time.perf_counter()
        place.take(*batch)
        spent.append(time.perf_counter() - began)
    return spent


def in_batches(results):
    return [results[start : start + BATCH] for start in range(0, len(results), BATCH)]


def on_postgres():
    with running_database() as postgres:
        place = Place(postgres)
        core, devices = bulk(place, STORM)
        place.take(up(core, NOON))
        clear = []
        for cycle in range(2):
            at = NOON + timedelta(minutes=cycle)
            values = dict(zip(METRICS, CLEAR, strict=True))
            clear += timed(place, in_batches([up(each, at, **values) for each in devices]))
        tell("alerts_batch_500_clear", clear, unit="s", bar=1.0, lower_is_better=True)
        at = NOON + timedelta(minutes=10)
        since = at - timedelta(minutes=1)
        place.take(down(core, at, since=since))
        storm = timed(place, in_batches([down(each, at, since=since) for each in devices]))
        tell("alerts_storm_10000_batch_500", storm, unit="s", bar=2.0, lower_is_better=True)
        p99 = statistics.quantiles(storm, n=100, method="inclusive")[98]
        tell("alerts_storm_10000_p99", [p99], unit="s", bar=2.0, lower_is_better=True)
        opened = place.facts().count("AlertOpened.v1")
        tell("alerts_storm_10000_pages", [opened], unit="alerts", bar=1, lower_is_better=True)
        found = place.sql(
            "SELECT affected FROM netpulse.incidents WHERE resolved_at IS NULL "
            "AND organization_id = %s",
            place.organization_id,
        )
        tell("alerts_storm_10000_incidents", [len(found)], unit="incidents", bar=1)
        tell("alerts_storm_10000_affected", [found[0]["affected"]], unit="devices", bar=STORM)
        later = at + timedelta(minutes=5)
        place.clock.advance(timedelta(minutes=15))
        place.take(up(core, later))
        healed = timed(place, in_batches([up(each, later) for each in devices]))
        tell("alerts_healing_10000_batch_500", healed, unit="s", bar=2.0, lower_is_better=True)
        left = place.sql(
            "SELECT count(*) AS n FROM netpulse.alerts WHERE resolved_at IS NULL "
            "AND organization_id = %s",
            place.organization_id,
        )
        tell(
            "alerts_healing_10000_left_open",
            [left[0]["n"]],
            unit="alerts",
            bar=0,
            lower_is_better=True,
        )
        place.database.close()


if __name__ == "__main__":
    domain("alerts_evaluations_all_clear", breaching=lambda n, cycle: False, bar=100_000)
    domain(
        "alerts_evaluations_tenth_changing",
        breaching=lambda n, cycle: n % 10 == cycle % 10,
        bar=10_000,
    )
    if "--domain" not in sys.argv:
        # what services count for CloudWatch goes to stdout, too
        with contextlib.redirect_stdout(io.StringIO()):
            on_postgres()
