"""What a month costs: `python -m infra.cost` prints the table of docs/deployment.md.

List prices of us-east-1 on demand in US dollars, before free tiers, reservations and tax. An order
of magnitude to decide by, not an invoice.
"""

from dataclasses import dataclass

from infra.settings import PROD
from infra.stage import NetworkSettings, PollerSettings, RdsSettings, Stage

_HOURS = 730
_MONTH_SECONDS = _HOURS * 3600
_GIB = 1024**3

# Dollars an hour, single zone; two zones cost twice as much.
INSTANCE = {
    "t4g.micro": 0.016,
    "t4g.medium": 0.065,
    "m7g.large": 0.168,
    "r7g.2xlarge": 0.956,
}
_INSTANCE_VCPU = {"t4g.micro": 2, "t4g.medium": 2, "m7g.large": 2, "r7g.2xlarge": 8}
_STORAGE_GIB = 0.115  # gp3, single zone
_PROXY_VCPU_HOUR = 0.015
_NAT_HOUR = 0.045
_FARGATE_VCPU_HOUR = 0.03238
_FARGATE_GIB_HOUR = 0.00356
_MILLION_HTTP_REQUESTS = 1.00
_MILLION_LAMBDA_REQUESTS = 0.20
_LAMBDA_GIB_SECOND = 0.0000133334
_MILLION_WEBSOCKET_MESSAGES = 1.00
_MILLION_CLOUDFRONT_REQUESTS = 1.00
_MILLION_EDGE_FUNCTIONS = 0.10
_CLOUDFRONT_GIB = 0.085
_FIREWALL = 5.00
_FIREWALL_RULE = 1.00
_MILLION_FIREWALL_REQUESTS = 0.60
_MILLION_SQS_REQUESTS = 0.40
_MILLION_DYNAMODB_WRITES = 0.625
_MILLION_DYNAMODB_READS = 0.125
_ALARM_METRIC = 0.10
_OWN_METRIC = 0.30
_SECRET = 0.40
_LOG_GIB = 0.50

# As many as the stacks make; an alarm is paid for by the metrics it looks at.
ALARM_METRICS = 119
SECRETS = 7
FIREWALL_RULES = 5
# NetPulse's own, each with its dimensions: by domain, channel, severity and type of device.
OWN_METRICS = 70

# How a fleet behaves: polls every minute, 100 people watching for 8 hours a day.
_INTERVAL_SECONDS = 60
_POLLS_PER_VCPU_SECOND = 150
_BYTES_A_POLL = 230
_RAW_DAYS = 90
_VIEWERS = 100
_VIEWED = 8 / 24
_SECONDS_A_PUSH = 5
_SECONDS_A_BATCH = 2
# A poller's heartbeat is a write, and a look at all the others' and the map (two units of 4 KB).
_SECONDS_A_HEARTBEAT = 2
_READS_A_HEARTBEAT = 2
_BYTES_A_CALL = 8 * 1024
_BYTES_A_PUSH = 512
_REQUEST_SECONDS = 0.05
_REQUEST_GIB = 0.5


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """So many devices and the database they need."""

    devices: int
    instance: str


FLEETS = (
    Fleet(devices=1_000, instance="t4g.medium"),
    Fleet(devices=10_000, instance="m7g.large"),
    Fleet(devices=100_000, instance="r7g.2xlarge"),
)


def monthly(fleet: Fleet, stage: Stage = PROD) -> dict[str, float]:
    """Return what each part of a stage costs a month with that fleet."""
    database, network = stage.database, stage.network
    if not isinstance(database, RdsSettings) or network is None or stage.pollers is None:
        raise TypeError("only stages with their own network and database are priced")
    return {
        "Pollers (Fargate)": _pollers(fleet, stage.pollers),
        "PostgreSQL (RDS)": INSTANCE[fleet.instance] * _HOURS * _zones(database),
        "Storage": _storage_gib(fleet, database) * _STORAGE_GIB * _zones(database),
        "RDS Proxy": _INSTANCE_VCPU[fleet.instance] * _PROXY_VCPU_HOUR * _HOURS,
        "NAT gateways (fixed)": network.nat_gateways * _NAT_HOUR * _HOURS,
        "API, functions, pushes, queues": _requests(fleet),
        "CloudFront and its firewall": _edge(fleet),
        "Metrics, alarms, secrets, logs": _upkeep(fleet, network),
    }


def _zones(database: RdsSettings) -> int:
    return 2 if database.multi_az else 1


def _pollers(fleet: Fleet, settings: PollerSettings) -> float:
    least = settings.desired * settings.cpu / 1024
    vcpus = max(least, fleet.devices / _INTERVAL_SECONDS / _POLLS_PER_VCPU_SECOND)
    tasks = max(float(settings.desired), vcpus * 1024 / settings.cpu)
    heartbeats = tasks * _MONTH_SECONDS / _SECONDS_A_HEARTBEAT
    return vcpus * _HOURS * (_FARGATE_VCPU_HOUR + 2 * _FARGATE_GIB_HOUR) + heartbeats / 1e6 * (
        _MILLION_DYNAMODB_WRITES + _READS_A_HEARTBEAT * _MILLION_DYNAMODB_READS
    )


def _storage_gib(fleet: Fleet, database: RdsSettings) -> float:
    polls = fleet.devices * _RAW_DAYS * 86_400 / _INTERVAL_SECONDS
    return max(float(database.storage_gib), polls * _BYTES_A_POLL / _GIB)


def _requests(fleet: Fleet) -> float:
    batches = _MONTH_SECONDS / _SECONDS_A_BATCH
    calls, pushes = _calls(fleet), _pushes()
    functions = 2 * calls + 2 * batches + pushes / _VIEWERS
    return (
        calls * _MILLION_HTTP_REQUESTS
        + pushes * _MILLION_WEBSOCKET_MESSAGES
        + 3 * batches * _MILLION_SQS_REQUESTS
        + calls * _MILLION_DYNAMODB_WRITES
        + functions * _MILLION_LAMBDA_REQUESTS
    ) / 1e6 + functions * _REQUEST_SECONDS * _REQUEST_GIB * _LAMBDA_GIB_SECOND


def _edge(fleet: Fleet) -> float:
    calls = _calls(fleet)
    gib = (calls * _BYTES_A_CALL + _pushes() * _BYTES_A_PUSH) / _GIB
    firewall = _FIREWALL + FIREWALL_RULES * _FIREWALL_RULE
    requests = _MILLION_CLOUDFRONT_REQUESTS + _MILLION_EDGE_FUNCTIONS + _MILLION_FIREWALL_REQUESTS
    return firewall + calls / 1e6 * requests + gib * _CLOUDFRONT_GIB


def _calls(fleet: Fleet) -> float:
    return _VIEWERS * _VIEWED * _MONTH_SECONDS / 30 + fleet.devices * 10


def _pushes() -> float:
    return _VIEWERS * _VIEWED * _MONTH_SECONDS / _SECONDS_A_PUSH


def _upkeep(fleet: Fleet, network: NetworkSettings) -> float:
    log_gib = 5 + fleet.devices / 1000 + network.availability_zones
    return (
        OWN_METRICS * _OWN_METRIC
        + ALARM_METRICS * _ALARM_METRIC
        + SECRETS * _SECRET
        + log_gib * _LOG_GIB
    )


def table() -> str:
    """Return the costs of all fleets as Markdown."""
    costs = [monthly(fleet) for fleet in FLEETS]
    head = [f"{fleet.devices:,} devices" for fleet in FLEETS]
    rows = [["US dollars a month", *head], ["---", *("---:" for _ in FLEETS)]]
    rows.append(["database instance", *(fleet.instance for fleet in FLEETS)])
    rows += [[part, *(f"{cost[part]:,.0f}" for cost in costs)] for part in costs[0]]
    rows.append(["**together**", *(f"**{sum(cost.values()):,.0f}**" for cost in costs)])
    rows.append(
        [
            "per device",
            *(
                f"{sum(cost.values()) / fleet.devices:.3f}"
                for cost, fleet in zip(costs, FLEETS, strict=True)
            ),
        ]
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    print(table())  # noqa: T201  # the table is this program's output
