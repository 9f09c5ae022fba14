"""The three stages."""

from dataclasses import replace

from infra.stage import (
    AlarmSettings,
    ApiSettings,
    BundlingSettings,
    ExternalDatabase,
    NetworkSettings,
    PollerSettings,
    RdsSettings,
    Retention,
    Stage,
    WebSettings,
)

# Loopback, link-local with the task metadata, multicast, broadcast and "this network".
_NEVER_PROBED = (
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "fe80::/10",
    "fd00:ec2::/32",
    "ff00::/8",
)
_LAMBDA_WHEELS = BundlingSettings(
    # With only the 2014 tag psycopg silently falls back to an old release.
    platforms=("manylinux_2_28_aarch64", "manylinux2014_aarch64"),
    python="3.13",
)
_DEV_NETWORK = NetworkSettings()
_PROD_NETWORK = NetworkSettings(cidr="10.65.0.0/16", nat_gateways=2, flow_log_days=90)

LOCAL = Stage(
    name="local",
    network=None,
    database=ExternalDatabase(tls="disable"),
    pollers=None,
    bundling=BundlingSettings(),
    api=ApiSettings(http_api_id="netpulse-http", websocket_api_id="netpulse-ws"),
    retention=Retention(
        log_days=1,
        report_days=30,
        archive_days=None,
        keep_stores=False,
        point_in_time_recovery=False,
    ),
    forbidden_networks=("169.254.0.0/16", "224.0.0.0/4"),
    public_url=None,
    websocket_callback_url=None,
    sendgrid_url=None,
    africastalking_url=None,
    secrets_exist=True,
    signs_by_kms=False,
    # the emulator keeps schedules but does not call
    rotate_passwords_days=None,
)

DEV = Stage(
    name="dev",
    network=_DEV_NETWORK,
    database=RdsSettings(
        instance="t4g.micro",
        storage_gib=20,
        max_storage_gib=100,
        multi_az=False,
        backup_days=1,
        deletion_protection=False,
    ),
    pollers=PollerSettings(cpu=256, memory_mib=512, desired=1, maximum=2),
    bundling=_LAMBDA_WHEELS,
    api=ApiSettings(rate_per_second=100, burst=200),
    retention=Retention(
        log_days=7,
        report_days=30,
        archive_days=7,
        keep_stores=False,
        point_in_time_recovery=False,
    ),
    forbidden_networks=(*_NEVER_PROBED, _DEV_NETWORK.cidr),
    web=WebSettings(),
    alarms=AlarmSettings(budget_usd=150),
)

PROD = Stage(
    name="prod",
    network=_PROD_NETWORK,
    database=RdsSettings(
        instance="m7g.large",
        storage_gib=100,
        max_storage_gib=1000,
        multi_az=True,
        backup_days=14,
        deletion_protection=True,
    ),
    # Two, so that the death of one costs seconds and not the time that a task takes to start.
    pollers=PollerSettings(cpu=512, memory_mib=1024, desired=2, maximum=16),
    bundling=_LAMBDA_WHEELS,
    api=ApiSettings(),
    retention=Retention(
        log_days=90,
        report_days=400,
        archive_days=30,
        keep_stores=True,
        point_in_time_recovery=True,
    ),
    forbidden_networks=(*_NEVER_PROBED, _PROD_NETWORK.cidr),
    web=WebSettings(),
    alarms=AlarmSettings(budget_usd=1000),
    reserve_concurrency=True,
)

STAGES = {stage.name: stage for stage in (LOCAL, DEV, PROD)}


def stage(name: str, **overrides: str | None) -> Stage:
    """Return the stage of that name with its domain, certificate and alarm address filled in."""
    if name not in STAGES:
        raise ValueError(f"unknown stage {name!r}: choose one of {', '.join(STAGES)}")
    chosen = STAGES[name]
    domain = overrides.get("domain_name")
    certificate = overrides.get("certificate_arn")
    web = chosen.web
    if (domain is None) != (certificate is None):
        raise ValueError("a domain needs its certificate, and a certificate its domain: give both")
    if web and domain and certificate:
        web = replace(web, domain_name=domain, certificate_arn=certificate)
    alarms = chosen.alarms
    if alarms:
        alarms = replace(alarms, email=overrides.get("alarm_email"))
    public_url = chosen.public_url and (overrides.get("public_url") or chosen.public_url)
    return replace(chosen, web=web, alarms=alarms, public_url=public_url)
