"""Which domain answers which path: plain data."""

BASE = "/api/v1"

# Domain -> first path segments under /api/v1.
PREFIXES = {
    "auth": ("auth", "me", "users", "api-keys", "organizations", "audit-log"),
    "devices": ("devices", "device-groups", "credentials", "checks", "discovery", "topology"),
    "alerts": ("alerts", "alert-rules"),
    "notify": ("notification-channels", "notifications"),
    "reports": ("reports", "report-schedules"),
    "realtime": ("events", "ws-tickets"),
    "platform": ("jobs",),
}
# Outside the envelope and without a login.
PUBLIC_PATHS = {
    "auth": ("/.well-known/jwks.json", "/.well-known/openid-configuration"),
    "notify": ("/callbacks/{proxy+}",),
    "platform": (
        "/health",
        "/ready",
        "/alive",
        "/metrics",
        "/openapi.json",
        "/docs",
        "/docs/{proxy+}",
        # What no other route wants: a 404 in the envelope instead of the gateway's own.
        "/{proxy+}",
    ),
}


def private_paths(domain: str) -> list[str]:
    """Return the route paths of a domain that the authorizer stands before."""
    return [
        path
        for prefix in PREFIXES.get(domain, ())
        for path in (f"{BASE}/{prefix}", f"{BASE}/{prefix}/{{proxy+}}")
    ]


def public_paths(domain: str) -> list[str]:
    """Return the route paths of a domain that anybody may call."""
    return list(PUBLIC_PATHS.get(domain, ()))
