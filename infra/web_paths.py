"""Which paths of the one origin are the API's and not the dashboard's: plain data."""

from infra.routes import BASE, PUBLIC_PATHS

SOCKET = "/ws"
# Foreign APIs that have their own prefix (SCIM, Alertmanager, Prometheus).
_FOREIGN = ("/scim/*", "/alertmanager/*", "/prometheus/*")
_REST = "/{proxy+}"


def api_paths() -> tuple[str, ...]:
    """Return the patterns, `*` for any rest, that go to the HTTP API."""
    public = (path for paths in PUBLIC_PATHS.values() for path in paths if path != _REST)
    patterns = (_merged(path.replace("{proxy+}", "*")) for path in public)
    return tuple(dict.fromkeys((f"/{BASE.split('/')[1]}/*", *patterns, *_FOREIGN)))


def _merged(path: str) -> str:
    # CloudFront takes 25 patterns: one is enough for all well-known documents.
    return "/.well-known/*" if path.startswith("/.well-known/") else path
