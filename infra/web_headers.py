"""What the dashboard's files are served with, by CloudFront and by the local edge: plain data.

The API sets its own headers; these are for what lies in the site's bucket.
"""

CONTENT_SECURITY = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    # A library that writes a style element of its own needs its hash here, not 'unsafe-inline'.
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    # Not every browser takes a WebSocket of the same origin for 'self'.
    "connect-src": ("'self'", "wss:"),
    "manifest-src": ("'self'",),
    "worker-src": ("'self'",),
    "base-uri": ("'none'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    # Text becomes script by one policy of ours only, which knows the service worker's URL.
    "require-trusted-types-for": ("'script'",),
    "trusted-types": ("netpulse",),
}
CONTENT_SECURITY_POLICY = "; ".join(
    " ".join((directive, *sources)) for directive, sources in CONTENT_SECURITY.items()
)
REFERRER_POLICY = "no-referrer"
STRICT_TRANSPORT_SECONDS = 365 * 24 * 3600
# A wall on a screen may stay awake and go full screen; nothing asks for more.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
)
OPENER_POLICY = "same-origin"
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": OPENER_POLICY,
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Referrer-Policy": REFERRER_POLICY,
    "Strict-Transport-Security": f"max-age={STRICT_TRANSPORT_SECONDS}; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What the edge tells the API, and proves it by: netpulse.http.viewer reads them.
VIEWER_HEADER = "x-netpulse-viewer"
EDGE_HEADER = "x-netpulse-edge"
# Names of files under /assets/ hold the hash of what is in them.
ASSETS = "assets"
CACHED_FOREVER = "public, max-age=31536000, immutable"
# Kept, but asked about each time: index.html, sw.js, config.json.
ALWAYS_ASKED_ABOUT = "no-cache"
