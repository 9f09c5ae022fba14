"""Which domain answers which path: plain data."""

BASE = "/api/v1"

# Domain -> first path segments under /api/v1.
PREFIXES = {
    "auth": (
        "auth",
        "me",
        "users",
        "api-keys",
        "organizations",
        "roles",
        "identity-providers",
        "audit-log",
    ),
    "devices": ("devices", "device-groups", "credentials", "checks", "discovery", "topology"),
    "alerts": (
        "alerts",
        "alert-rules",
        "incidents",
        "silences",
        "inhibition-rules",
        "maintenance-windows",
        "on-call-schedules",
        "escalation-policies",
        "service-levels",
    ),
    "metrics": ("metrics",),
    "notify": ("notification-channels", "notification-settings", "notifications"),
    "reports": ("reports", "report-schedules"),
    "realtime": ("events", "ws-tickets"),
    "platform": ("jobs", "pollers"),
}
# Paths of a domain below another one's prefix, or outside /api/v1 altogether. The gateway takes
# the most specific route.
PRIVATE_PATHS = {
    "alerts": ("/alertmanager/{proxy+}",),
    "auth": ("/scim/v2/{proxy+}",),
    "metrics": (
        f"{BASE}/devices/{{device_id}}/metrics",
        f"{BASE}/devices/{{device_id}}/metrics/latest",
        f"{BASE}/devices/{{device_id}}/series",
        "/prometheus/{proxy+}",
    ),
}
# Outside the envelope and without a login.
PUBLIC_PATHS = {
    # the links in messages
    "alerts": ("/a/{proxy+}",),
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
    below = [
        path
        for prefix in PREFIXES.get(domain, ())
        for path in (f"{BASE}/{prefix}", f"{BASE}/{prefix}/{{proxy+}}")
    ]
    return [*below, *PRIVATE_PATHS.get(domain, ())]


def public_paths(domain: str) -> list[str]:
    """Return the route paths of a domain that anybody may call."""
    return list(PUBLIC_PATHS.get(domain, ()))
