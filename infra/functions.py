"""Every Lambda function there is: plain data."""

from dataclasses import dataclass

from infra.grants import Can


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """One function: where its handler is, which database role it has and what it may do."""

    domain: str
    entry: str
    role: str | None = None
    # Also has the role that sees every organisation, to find whose turn it is.
    spans_organizations: bool = False
    can: tuple[Can, ...] = ()
    memory_mib: int = 512
    timeout_seconds: int = 29
    # At most this many at once where the stage reserves concurrency: a connection each.
    concurrency: int | None = None

    @property
    def handler(self) -> str:
        """Return the dotted path of the handler, the same here, in tests and in Lambda."""
        return f"functions.{self.domain}.handlers.{self.entry}.handler"

    @property
    def database_roles(self) -> tuple[str, ...]:
        """Return the short names of the database roles it logs in as."""
        primary = (self.role,) if self.role else ()
        return (*primary, "system") if self.spans_organizations else primary

    @property
    def title(self) -> str:
        """Return the name as construct ids are written, e.g. `AlertsOnTimer`."""
        words = [self.domain, *self.entry.split("_")]
        return "".join(word.capitalize() for word in words)


# What netpulse.http does in every process: denylist, rate limit by who or where the caller is,
# facts after the commit.
_REQUESTS = (Can.CHECK_SESSIONS, Can.COUNT_RATES, Can.PUBLISH_FACTS, Can.KNOW_THE_EDGE)

AUTHORIZER = FunctionSpec(
    domain="auth",
    entry="authorizer",
    can=(Can.READ_PUBLIC_KEYS,),
    memory_mib=512,
    timeout_seconds=9,
)
HTTP_FUNCTIONS = (
    FunctionSpec(
        domain="auth",
        entry="http",
        role="auth",
        can=(
            Can.USE_SESSIONS,
            Can.COUNT_RATES,
            Can.PUBLISH_FACTS,
            Can.READ_SIGNING_KEYS,
            Can.ASK_FOR_MAILS,
            Can.SEAL_CREDENTIALS,
            Can.OPEN_CREDENTIALS,
        ),
        # argon2id is priced in memory and CPU, and Lambda gives CPU by memory.
        memory_mib=1024,
        concurrency=50,
    ),
    FunctionSpec(
        domain="devices",
        entry="http",
        role="app",
        can=(*_REQUESTS, Can.SEAL_CREDENTIALS),
        concurrency=50,
    ),
    FunctionSpec(
        domain="metrics",
        entry="http",
        role="app",
        # writes samples that remote_write brings
        spans_organizations=True,
        # signs links to archives, both ways
        can=(*_REQUESTS, Can.KEEP_ARCHIVES),
        # arithmetic over many samples is CPU, and Lambda gives CPU by memory
        memory_mib=1769,
        concurrency=50,
    ),
    FunctionSpec(
        domain="alerts",
        entry="http",
        role="app",
        can=(*_REQUESTS, Can.SEND_TIMERS),
        concurrency=50,
    ),
    FunctionSpec(
        domain="notify",
        entry="http",
        role="app",
        can=(
            *_REQUESTS,
            Can.SEND_DELIVERIES,
            Can.READ_PROVIDERS,
            Can.SEAL_CREDENTIALS,
            Can.OPEN_CREDENTIALS,
        ),
        concurrency=20,
    ),
    FunctionSpec(
        domain="reports",
        entry="http",
        role="app",
        can=(*_REQUESTS, Can.SERVE_REPORTS),
        concurrency=20,
    ),
    FunctionSpec(
        domain="realtime",
        entry="http",
        role="app",
        can=(*_REQUESTS, Can.USE_CONNECTIONS),
        concurrency=20,
    ),
    FunctionSpec(
        domain="platform",
        entry="http",
        role="app",
        can=(*_REQUESTS, Can.CHECK_HEALTH, Can.CHECK_TABLES, Can.READ_LEASES),
        concurrency=20,
    ),
)
ON_POLL_RESULTS = FunctionSpec(
    domain="alerts",
    entry="on_poll_results",
    role="app",
    can=(Can.PUBLISH_FACTS, Can.SEND_TIMERS),
    memory_mib=1024,
    timeout_seconds=60,
)
ON_TIMER = FunctionSpec(
    domain="alerts",
    entry="on_timer",
    role="app",
    can=(Can.PUBLISH_FACTS, Can.SEND_TIMERS),
    timeout_seconds=30,
)
ON_DELIVERY = FunctionSpec(
    domain="notify",
    entry="on_delivery",
    role="app",
    can=(
        Can.PUBLISH_FACTS,
        Can.SEND_DELIVERIES,
        Can.READ_PROVIDERS,
        Can.OPEN_CREDENTIALS,
        # mails bring reports' files
        Can.READ_REPORTS,
    ),
    timeout_seconds=60,
)
ON_DUE = FunctionSpec(
    domain="reports",
    entry="on_due",
    role="app",
    can=(Can.PUBLISH_FACTS,),
    timeout_seconds=30,
)
ON_MAIL = FunctionSpec(
    domain="auth",
    entry="on_mail",
    role="auth",
    can=(Can.PUBLISH_FACTS, Can.READ_PROVIDERS),
    timeout_seconds=30,
)
SUBSCRIBERS = {
    ("alerts", "on_device"): FunctionSpec(
        domain="alerts",
        entry="on_device",
        role="app",
        can=(Can.PUBLISH_FACTS, Can.SEND_TIMERS),
        timeout_seconds=30,
    ),
    ("notify", "on_alert"): FunctionSpec(
        domain="notify",
        entry="on_alert",
        role="app",
        can=(Can.PUBLISH_FACTS, Can.SEND_DELIVERIES),
        timeout_seconds=30,
    ),
    ("notify", "on_report"): FunctionSpec(
        domain="notify",
        entry="on_report",
        role="app",
        can=(Can.SEND_DELIVERIES,),
        timeout_seconds=30,
    ),
    ("reports", "on_request"): FunctionSpec(
        domain="reports",
        entry="on_request",
        role="app",
        can=(Can.PUBLISH_FACTS, Can.KEEP_REPORTS),
        # drawing is CPU, and Lambda gives CPU by memory
        memory_mib=1769,
        timeout_seconds=900,
    ),
    ("reports", "on_schedule"): FunctionSpec(
        domain="reports",
        entry="on_schedule",
        role="app",
        timeout_seconds=30,
    ),
    ("metrics", "on_archive"): FunctionSpec(
        domain="metrics",
        entry="on_archive",
        role="app",
        spans_organizations=True,
        can=(Can.PUBLISH_FACTS, Can.KEEP_ARCHIVES),
        memory_mib=1769,
        timeout_seconds=900,
    ),
    ("realtime", "on_fact"): FunctionSpec(
        domain="realtime",
        entry="on_fact",
        can=(Can.USE_CONNECTIONS,),
        timeout_seconds=30,
    ),
}
WEBSOCKET = FunctionSpec(
    domain="realtime",
    entry="websocket",
    can=(Can.USE_CONNECTIONS, Can.CHECK_SESSIONS),
)


def _every_minute(
    domain: str, *can: Can, role: str = "system", memory_mib: int = 512
) -> FunctionSpec:
    """Return a domain's sweep: one at a time, done before the next begins."""
    return FunctionSpec(
        domain=domain,
        entry="every_minute",
        role=role,
        # who works inside organisations finds whose turn it is as another
        spans_organizations=role == "app",
        can=can,
        memory_mib=memory_mib,
        timeout_seconds=55,
        concurrency=1,
    )


EVERY_MINUTE = (
    _every_minute("devices", Can.PUBLISH_FACTS, role="app"),
    _every_minute("alerts", Can.PUBLISH_FACTS, Can.SEND_TIMERS, role="app"),
    _every_minute("notify", Can.SEND_DELIVERIES),
    _every_minute("reports", Can.PUBLISH_FACTS, role="app"),
    _every_minute("metrics", memory_mib=1769),
    _every_minute("platform", Can.PUBLISH_FACTS),
)
EVERY_HOUR = (
    FunctionSpec(
        domain="metrics",
        entry="every_hour",
        role="system",
        # packing is CPU, and Lambda gives CPU by memory
        memory_mib=1769,
        timeout_seconds=900,
        concurrency=1,
    ),
    FunctionSpec(
        domain="auth",
        entry="every_hour",
        can=(Can.MAKE_SIGNING_KEYS, Can.PUBLISH_KEYS),
        timeout_seconds=60,
    ),
)
# Logs in as whichever role it rotates; its rights on their secrets: infra/constructs.
ROTATE_PASSWORD = FunctionSpec(
    domain="auth",
    entry="rotate_password",
    role="owner",
    timeout_seconds=60,
)
MIGRATE = FunctionSpec(
    domain="platform",
    entry="migrate",
    role="owner",
    can=(Can.MAKE_SIGNING_KEYS,),
    timeout_seconds=600,
)
