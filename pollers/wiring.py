"""The one place where the poller meets the real world."""

import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from netpulse import aws
from netpulse.logins import conninfos
from netpulse.secrets import vault
from netpulse.settings import DatabaseSettings, load

from pollers.announcer import QueueAnnouncer, Send
from pollers.catalogue import blocks_for, profiles
from pollers.condition import Condition
from pollers.database import PollerDatabase
from pollers.deep import DeepProber
from pollers.domain.reach import Reach
from pollers.domain.schedule import shard_of
from pollers.findings import FindingsWriter
from pollers.heart import Heart
from pollers.icmp.engine import IcmpEngine
from pollers.inventory import PostgresInventory
from pollers.loop import Poller
from pollers.metrics import Metrics
from pollers.probes.http import HttpProbe
from pollers.probes.snmp import SnmpProbe
from pollers.probes.table import deep_probes
from pollers.recorder import Recorder
from pollers.report import Reporter
from pollers.shards.leases import DynamoLeases
from pollers.shards.tenure import BEAT_S, LEASE_S, Tenure
from pollers.shelter import Shelter
from pollers.side import SideWork, Surroundings
from pollers.snmp.collector import SnmpCollector
from pollers.snmp.engine import SnmpEngine
from pollers.spool import Spool
from pollers.states import StateKeeper
from pollers.status import StatusServer


class PollerSettings(DatabaseSettings):
    """What a poller process is told by its environment."""

    poll_results_queue_url: str
    leases_table: str
    version: str = "unknown"
    lease_seconds: float = LEASE_S
    forbidden_networks: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9464
    spool_folder: str = "build/spool"
    spool_bucket: str = ""
    packets_per_second: float = 5000.0
    # each holds what it has read so far, some 100 KB
    deep_at_once: int = 120


@dataclass(frozen=True, slots=True)
class Parts:
    """A poller's parts, wired."""

    poller: Poller
    recorder: Recorder
    findings: FindingsWriter
    announcer: QueueAnnouncer
    states: StateKeeper
    tenure: Tenure
    spool: Spool
    shelter: Shelter | None
    side: SideWork
    heart: Heart
    status: StatusServer
    close: Callable[[], None]
    databases: tuple[PollerDatabase, ...]
    http: HttpProbe
    metrics: Metrics


def build() -> Parts:
    """Return a poller's parts as the environment wants them; call it inside the loop."""
    settings = load(PollerSettings)
    metrics = Metrics()
    # A process that comes back under its old number is another poller all the same.
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
    database = PollerDatabase(lambda: _conninfos(settings))
    writer = PollerDatabase(lambda: _conninfos(settings))
    icmp = IcmpEngine(packets_per_s=settings.packets_per_second)
    snmp = SnmpEngine()
    reach = Reach(settings.forbidden_networks.split(","))
    http = HttpProbe(reach)
    spool = Spool(Path(settings.spool_folder), metrics)
    recorder = Recorder(writer, spool, metrics)
    findings = FindingsWriter(
        database, metrics, owns=lambda device_id: shard_of(device_id) in tenure.held
    )
    states = StateKeeper(database, metrics, poller=name)
    tenure = Tenure(
        name,
        DynamoLeases(settings.leases_table),
        metrics,
        status=Condition(
            metrics,
            version=settings.version,
            icmp_modes=lambda: icmp.modes,
            started_at=time.time(),
        ),
        beat_every_s=min(BEAT_S, settings.lease_seconds / 4),
        lease_s=settings.lease_seconds,
    )
    shelter = Shelter(
        settings.spool_bucket,
        lambda: aws.client("s3"),
        metrics,
        poller=name,
        is_mine=lambda: 0 in tenure.held,
    )
    announcer = QueueAnnouncer(_sender(settings.poll_results_queue_url), metrics, poller=name)
    deep = DeepProber(
        SnmpProbe(snmp, SnmpCollector(profiles(), blocks_for)),
        deep_probes(http),
        findings,
        metrics,
        at_once=settings.deep_at_once,
    )
    reporter = Reporter(recorder, announcer, metrics, states)
    poller = Poller(
        icmp=icmp,
        deep=deep,
        inventory=PostgresInventory(
            database,
            vault(),
            metrics,
            holdings=tenure,
            reach=reach,
        ),
        reporter=reporter,
        metrics=metrics,
    )
    side = SideWork(
        Surroundings(
            name=name,
            database=database,
            vault=vault(),
            metrics=metrics,
            reach=reach,
            icmp=icmp,
            snmp=snmp,
            http=http,
            samples=recorder,
            reporter=reporter,
        )
    )
    for family, mode in icmp.open().items():
        metrics.set("netpulse_poller_icmp_mode", 1, family=family, mode=mode)

    def health() -> dict[str, object]:
        return {
            "status": "healthy" if poller.ready else "starting",
            "service": "netpulse-poller",
            "poller": name,
            "shards": len(tenure.held),
            "lease": "certain" if tenure.is_certain else "uncertain",
            "devices": metrics.value("netpulse_poller_devices"),
            "icmp": icmp.modes,
        }

    def close() -> None:
        icmp.close()
        snmp.close()
        tenure.close()

    return Parts(
        poller=poller,
        recorder=recorder,
        findings=findings,
        announcer=announcer,
        states=states,
        tenure=tenure,
        spool=spool,
        shelter=shelter if settings.spool_bucket else None,
        side=side,
        heart=Heart(metrics, lambda: poller.ready),
        status=StatusServer(
            metrics,
            health,
            host=settings.metrics_host,
            port=settings.metrics_port,
        ),
        close=close,
        databases=(database, writer),
        http=http,
        metrics=metrics,
    )


def _conninfos(settings: DatabaseSettings) -> Iterator[str]:
    return conninfos(
        settings,
        application_name="netpulse-poller",
        # A database that vanished without a word must be noticed: samples go to the disk then,
        # and a notice of the inventory is not waited for on a dead connection.
        tcp_user_timeout=15_000,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
    )


def _sender(queue_url: str) -> Send:
    def send(body: str) -> None:
        aws.client("sqs").send_message(QueueUrl=queue_url, MessageBody=body)

    return send
