"""What may differ between stages, as values that the stacks read."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """A VPC and the way out of it."""

    cidr: str = "10.64.0.0/16"
    availability_zones: int = 2
    nat_gateways: int = 1
    flow_log_days: int = 30


@dataclass(frozen=True, kw_only=True)
class RdsSettings:
    """A PostgreSQL of our own on RDS, behind RDS Proxy."""

    instance: str
    storage_gib: int
    max_storage_gib: int
    multi_az: bool
    backup_days: int
    deletion_protection: bool


@dataclass(frozen=True, kw_only=True)
class ExternalDatabase:
    """A PostgreSQL that exists already: its address arrives as CloudFormation parameters."""

    tls: Literal["require", "disable"] = "require"


@dataclass(frozen=True, kw_only=True)
class PollerSettings:
    """The polling service's tasks."""

    cpu: int
    memory_mib: int
    desired: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class BundlingSettings:
    """For which platform and Python wheels are chosen; no platform means this machine's own."""

    platforms: tuple[str, ...] = ()
    python: str = ""


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """How the two APIs answer the world."""

    allowed_origins: tuple[str, ...] = ()
    rate_per_second: int = 500
    burst: int = 1000
    # An emulator lets a tag choose an API's id, so URLs are known before the deployment.
    http_api_id: str | None = None
    websocket_api_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """The distribution in front of everything; its certificate lies in us-east-1."""

    domain_name: str | None = None
    certificate_arn: str | None = None


@dataclass(frozen=True, kw_only=True)
class AlarmSettings:
    """Who is told when the platform itself is ill, and what it may cost a month."""

    budget_usd: int
    email: str | None = None


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long things are kept, and whether the stores outlive their stack."""

    log_days: int
    report_days: int
    archive_days: int | None
    keep_stores: bool
    point_in_time_recovery: bool
    # the steps of alerts' lives; the alerts themselves stay
    alert_history_years: int = 5


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage: every difference between two deployments is a value in here."""

    name: str
    network: NetworkSettings | None
    database: RdsSettings | ExternalDatabase
    pollers: PollerSettings | None
    bundling: BundlingSettings
    api: ApiSettings
    retention: Retention
    forbidden_networks: tuple[str, ...]
    # None: the edge is not ours to deploy.
    web: WebSettings | None = None
    # `derived`: from the domain, else the API's own. None: the value differs per run and arrives
    # as a CloudFormation parameter.
    public_url: str | None = "derived"
    websocket_callback_url: Literal["derived"] | None = "derived"
    sendgrid_url: str | None = "https://api.sendgrid.com"
    africastalking_url: str | None = "https://api.africastalking.com"
    secrets_exist: bool = False
    reserve_concurrency: bool = False
    # None: somebody else sees to the database's passwords.
    rotate_passwords_days: int | None = 90
    # Private keys that sign tokens never leave KMS.
    signs_by_kms: bool = True
    issuers: tuple[dict[str, object], ...] = field(default=())
    alarms: AlarmSettings | None = None
