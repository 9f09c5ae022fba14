"""How CloudFront answers for the dashboard: its headers, its cache, its functions."""

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra import web_headers

_CODE = Path(__file__).resolve().parent.parent
ROUTER, VIEWER = _CODE / "web_router.js", _CODE / "web_viewer.js"


def site_headers(scope: Construct) -> cloudfront.ResponseHeadersPolicy:
    """Return the policy that adds the security headers."""
    custom = {
        "Cross-Origin-Opener-Policy": web_headers.OPENER_POLICY,
        "Permissions-Policy": web_headers.PERMISSIONS_POLICY,
    }
    return cloudfront.ResponseHeadersPolicy(
        scope,
        "Headers",
        comment="Security headers of the dashboard (infra/web_headers.py).",
        security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=web_headers.CONTENT_SECURITY_POLICY, override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption.DENY, override=True
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
            strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.seconds(web_headers.STRICT_TRANSPORT_SECONDS),
                include_subdomains=True,
                override=True,
            ),
        ),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in custom.items()
            ]
        ),
    )


def site_cache(scope: Construct) -> cloudfront.CachePolicy:
    """Return the policy that keeps what the objects' own Cache-Control lets it keep."""
    return cloudfront.CachePolicy(
        scope,
        "Cache",
        comment="As long as each object of the dashboard says.",
        min_ttl=Duration.seconds(0),
        default_ttl=Duration.seconds(0),
        max_ttl=Duration.days(365),
        enable_accept_encoding_brotli=True,
        enable_accept_encoding_gzip=True,
    )


def site_router(scope: Construct) -> cloudfront.FunctionAssociation:
    """Return the function that makes every page the front page."""
    return _before(scope, "Router", ROUTER, "Every page of the dashboard is its front page.")


def viewer_address(scope: Construct) -> cloudfront.FunctionAssociation:
    """Return the function that tells the API where the viewer is."""
    return _before(scope, "Viewer", VIEWER, "Tells the API where the viewer is.")


def _before(
    scope: Construct, name: str, code: Path, comment: str
) -> cloudfront.FunctionAssociation:
    function = cloudfront.Function(
        scope,
        name,
        comment=comment,
        code=cloudfront.FunctionCode.from_file(file_path=str(code)),
        runtime=cloudfront.FunctionRuntime.JS_2_0,
    )
    return cloudfront.FunctionAssociation(
        event_type=cloudfront.FunctionEventType.VIEWER_REQUEST, function=function
    )
