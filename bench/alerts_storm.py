"""A storm of 10,000 devices below one dead router, end to end on PostgreSQL.

As many processes as the role may have connections take batches as Lambdas do; what a batch waits
for one of them, or for the organisation's lock, counts.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from queue import SimpleQueue

import psycopg
from netpulse.consumer import Heard
from netpulse.ids import DeviceId
from netpulse.work import Relay, UnitOfWork

from bench.alerts_settings import BATCH, CLEAR, METRICS, NOON, tell
from functions.alerts.repository import PostgresWork
from functions.alerts.service.evaluation import Evaluation
from functions.notify.domain.channel import ChannelKind
from functions.notify.repository import PostgresNotifyWork
from functions.notify.service import Notifier, news_of
from tests.integration.functions.alerts.place import Place, down, up
from tests.support.database import running_database
from tests.support.notify import a_channel
from tests.support.notify_memory import MemoryQueue

STORM = 10_000
# of the role in the database: what is more is refused
CONNECTIONS = 16


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


def in_batches(results):
    return [results[start : start + BATCH] for start in range(0, len(results), BATCH)]


@dataclass
class Crew:
    """Processes that take batches as Lambda's do: one connection each, as many as the role may."""

    place: Place
    workers: list = field(default_factory=list)
    most_connections: int = 0

    def __post_init__(self):
        self.workers = [self._worker() for _ in range(CONNECTIONS)]

    def _worker(self):
        place = self.place
        database = place.postgres.database("netpulse_app")
        work = UnitOfWork(
            database, Relay(database, place.bus, place.clock), place.clock, PostgresWork
        )
        return Evaluation(work, place.recorder, place.wakeups, place.clock)

    def take(self, batches, *, every):
        """Take batches that come in `every` so many seconds; return how long each took to commit.

        A batch that finds all workers busy waits for one, and that counts.
        """
        free = SimpleQueue()
        for worker in self.workers:
            free.put(worker)
        began = time.perf_counter()

        def work(number):
            due = began + number * every
            time.sleep(max(0.0, due - time.perf_counter()))
            worker = free.get()
            worker.take(self.place.organization_id, batches[number])
            self.most_connections = max(self.most_connections, self.connections())
            free.put(worker)
            return time.perf_counter() - due

        with ThreadPoolExecutor(len(batches)) as pool:
            return list(pool.map(work, range(len(batches))))

    def connections(self):
        """Return how many connections the role holds."""
        sql = "SELECT count(*) AS n FROM pg_stat_activity WHERE usename = 'netpulse_app'"
        return self.place.sql(sql)[0]["n"]

    def is_one_more_refused(self):
        """Return whether the server refuses a connection beyond the limit."""
        for worker in self.workers:
            worker.take(self.place.organization_id, [])
        try:
            psycopg.connect(self.place.postgres.url("netpulse_app")).close()
        except psycopg.OperationalError as error:
            return "too many connections" in str(error)
        return False


def p99(spent):
    return statistics.quantiles(spent, n=100, method="inclusive")[98]


def notifications(place):
    """Let notify hear all that was announced; return how many messages it wrote."""
    channel = a_channel(ChannelKind.EMAIL)
    database = place.postgres.database("netpulse_system")
    work = UnitOfWork(
        database, Relay(database, place.bus, place.clock), place.clock, PostgresNotifyWork
    )
    with work(place.organization_id) as opened:
        opened.channels.save(channel)
    notifier = Notifier(work, MemoryQueue(), place.clock)
    heard = (Heard(type=each.type, meta=each.meta, data=each.data) for each in place.bus.published)
    for news in filter(None, map(news_of, heard)):
        notifier.tell(place.organization_id, [news])
    sql = "SELECT count(*) AS n FROM netpulse.deliveries WHERE organization_id = %s"
    return place.sql(sql, place.organization_id)[0]["n"]


def on_postgres():
    with running_database() as postgres:
        place = Place(postgres)
        core, devices = bulk(place, STORM)
        place.take(up(core, NOON))
        place.database.close()
        place.sql(f"ALTER ROLE netpulse_app CONNECTION LIMIT {CONNECTIONS}")
        crew = Crew(place)
        clear = []
        for cycle in range(2):
            at = NOON + timedelta(minutes=cycle)
            values = dict(zip(METRICS, CLEAR, strict=True))
            clear += crew.take(in_batches([up(each, at, **values) for each in devices]), every=1.5)
        tell("alerts_batch_500_clear", clear, unit="s", bar=1.0, lower_is_better=True)
        at = NOON + timedelta(minutes=10)
        since = at - timedelta(minutes=1)
        crew.workers[0].take(place.organization_id, [down(core, at, since=since)])
        # all that a minute polls is found dead within the minute
        storm = crew.take(
            in_batches([down(each, at, since=since) for each in devices]),
            every=60 * BATCH / STORM,
        )
        tell("alerts_storm_10000_batch_500", storm, unit="s", bar=2.0, lower_is_better=True)
        tell("alerts_storm_10000_p99", [p99(storm)], unit="s", bar=2.0, lower_is_better=True)
        opened = place.facts().count("AlertOpened.v1")
        tell("alerts_storm_10000_pages", [opened], unit="alerts", bar=1, lower_is_better=True)
        told = notifications(place)
        tell("alerts_storm_10000_messages", [told], unit="messages", bar=1, lower_is_better=True)
        found = place.sql(
            "SELECT affected FROM netpulse.incidents WHERE resolved_at IS NULL "
            "AND organization_id = %s",
            place.organization_id,
        )
        tell("alerts_storm_10000_incidents", [len(found)], unit="incidents", bar=1)
        tell("alerts_storm_10000_affected", [found[0]["affected"]], unit="devices", bar=STORM)
        later = at + timedelta(minutes=5)
        place.clock.advance(timedelta(minutes=15))
        crew.workers[0].take(place.organization_id, [up(core, later)])
        # at once: they queue for the organisation's lock, and the last one waits for all
        healed = crew.take(in_batches([up(each, later) for each in devices]), every=0.0)
        tell("alerts_healing_10000_at_once", [max(healed)], unit="s", bar=None)
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
        tell(
            "alerts_storm_connections",
            [crew.most_connections],
            unit="connections",
            bar=CONNECTIONS,
            lower_is_better=True,
        )
        refused = int(crew.is_one_more_refused())
        tell("alerts_storm_17th_connection_refused", [refused], unit="yes", bar=1)
