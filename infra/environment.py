"""The `NETPULSE_*` variables.

Names and addresses are no secrets, so every process is told where everything is; what it may touch
is decided by its grants alone (infra/grants.py).
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

from constructs import Construct

from infra.parameters import parameter
from infra.resources import Channels, DatabaseAccess, Stores, secret_name
from infra.stage import Stage

_PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def project_version() -> str:
    """Return the version of what is deployed."""
    return str(tomllib.loads(_PROJECT.read_text())["project"]["version"])


def base_environment(stage: Stage) -> dict[str, str]:
    """Return what every function and task is told."""
    return {
        "NETPULSE_STAGE": stage.name,
        "NETPULSE_VERSION": project_version(),
        "POWERTOOLS_METRICS_NAMESPACE": "NetPulse",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def database_environment(
    scope: Construct, stage: Stage, database: DatabaseAccess, role: str
) -> dict[str, str]:
    """Return how to reach PostgreSQL as that role."""
    return {
        "NETPULSE_DATABASE_HOST": database.host
        or parameter(scope, "DatabaseHost", "Host of PostgreSQL."),
        "NETPULSE_DATABASE_PORT": database.port
        or parameter(scope, "DatabasePort", "Port of PostgreSQL."),
        "NETPULSE_DATABASE_NAME": database.name
        or parameter(scope, "DatabaseName", "Name of the database."),
        "NETPULSE_DATABASE_TLS": database.tls,
        "NETPULSE_DATABASE_SECRET": secret_name(stage.name, f"database/{role}"),
    }


def stores_environment(stage: Stage, stores: Stores) -> dict[str, str]:
    """Return the names of tables, bucket, key and secrets."""
    return {
        "NETPULSE_SESSIONS_TABLE": stores.sessions.table_name,
        "NETPULSE_RATE_LIMITS_TABLE": stores.rate_limits.table_name,
        "NETPULSE_CONNECTIONS_TABLE": stores.connections.table_name,
        "NETPULSE_LEASES_TABLE": stores.leases.table_name,
        "NETPULSE_REPORTS_BUCKET": stores.reports.bucket_name,
        "NETPULSE_CREDENTIALS_KEY_ID": stores.credentials_key.key_id,
        "NETPULSE_SIGNING_SECRET": secret_name(stage.name, "signing-keys"),
        "NETPULSE_SIGNING_BY_KMS": "true" if stage.signs_by_kms else "false",
        "NETPULSE_PROVIDERS_SECRET": secret_name(stage.name, "providers"),
        "NETPULSE_EDGE_SECRET": secret_name(stage.name, "edge"),
        "NETPULSE_ALERT_HISTORY_YEARS": str(stage.retention.alert_history_years),
    }


def channels_environment(channels: Channels) -> dict[str, str]:
    """Return the names of bus and queues."""
    return {
        "NETPULSE_BUS_NAME": channels.bus.event_bus_name,
        "NETPULSE_POLL_RESULTS_QUEUE_URL": channels.poll_results.queue_url,
        "NETPULSE_TIMERS_QUEUE_URL": channels.timers.queue_url,
        "NETPULSE_DELIVERIES_QUEUE_URL": channels.deliveries.queue_url,
        "NETPULSE_MAILS_QUEUE_URL": channels.mails.queue_url,
    }


def world_environment(scope: Construct, stage: Stage, public_url: str | None) -> dict[str, str]:
    """Return where the outside is: our own origin, issuers, providers, forbidden networks."""
    allowed_origins = json.dumps(list(stage.api.allowed_origins))
    if public_url is None:
        public_url = parameter(scope, "PublicUrl", "The origin that browsers see.")
        # who is served under an address that differs from run to run has other names for it, too
        allowed_origins = parameter(
            scope, "AllowedOrigins", "JSON list of other origins whose pages may open sockets."
        )
    return {
        "NETPULSE_PUBLIC_URL": public_url,
        "NETPULSE_ISSUER": public_url,
        "NETPULSE_ISSUERS": json.dumps(list(stage.issuers)),
        "NETPULSE_ALLOWED_ORIGINS": allowed_origins,
        "NETPULSE_FORBIDDEN_NETWORKS": ",".join(stage.forbidden_networks),
        "NETPULSE_SENDGRID_URL": stage.sendgrid_url
        or parameter(scope, "SendgridUrl", "Base URL of SendGrid's API."),
        "NETPULSE_AFRICASTALKING_URL": stage.africastalking_url
        or parameter(scope, "AfricastalkingUrl", "Base URL of Africa's Talking's API."),
    }


def poller_environment(
    scope: Construct, stage: Stage, stores: Stores, channels: Channels
) -> dict[str, str]:
    """Return what a poller is told."""
    database = replace(stores.database, host=stores.database.direct_host)
    return {
        **base_environment(stage),
        **database_environment(scope, stage, database, "system"),
        "POWERTOOLS_SERVICE_NAME": "pollers",
        "NETPULSE_CREDENTIALS_KEY_ID": stores.credentials_key.key_id,
        "NETPULSE_LEASES_TABLE": stores.leases.table_name,
        "NETPULSE_SPOOL_BUCKET": stores.spool.bucket_name,
        "NETPULSE_POLL_RESULTS_QUEUE_URL": channels.poll_results.queue_url,
        "NETPULSE_FORBIDDEN_NETWORKS": ",".join(stage.forbidden_networks),
    }
