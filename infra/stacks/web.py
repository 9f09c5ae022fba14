"""The one origin that browsers see: dashboard, API and WebSocket behind CloudFront."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.constructs.secrets import edge_word
from infra.constructs.site_bucket import site_bucket, site_logs
from infra.constructs.site_policies import (
    site_cache,
    site_headers,
    site_router,
    viewer_address,
)
from infra.parameters import parameter
from infra.stage import Stage, WebSettings
from infra.web_headers import ASSETS, EDGE_HEADER
from infra.web_paths import SOCKET, api_paths

_TLS = cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025


class WebStack(Stack):
    """Bucket, distribution and what they answer with; `infra.publish` fills the bucket."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        settings: WebSettings,
        http_api: apigw.IHttpApi,
        websocket_api: apigw.IWebSocketApi,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        removal = RemovalPolicy.RETAIN if stage.retention.keep_stores else RemovalPolicy.DESTROY
        self._logs = site_logs(self, days=stage.retention.log_days, removal_policy=removal)
        self.bucket = site_bucket(self, logs=self._logs, removal_policy=removal)
        self.distribution = self._distribution(
            stage,
            site=self._site(self.bucket),
            api=self._api(
                http_api.api_id,
                functions=[viewer_address(self)],
                headers={EDGE_HEADER: edge_word(stage)},
            ),
            socket=self._api(websocket_api.api_id),
        )
        domain = settings.domain_name or self.distribution.distribution_domain_name
        CfnOutput(self, "WebUrl", value=f"https://{domain}")
        CfnOutput(self, "DomainTarget", value=self.distribution.distribution_domain_name)
        CfnOutput(self, "SiteBucket", value=self.bucket.bucket_name)
        CfnOutput(self, "Region", value=self.region)

    def _distribution(
        self,
        stage: Stage,
        *,
        site: dict[str, cloudfront.BehaviorOptions],
        api: cloudfront.BehaviorOptions,
        socket: cloudfront.BehaviorOptions,
    ) -> cloudfront.Distribution:
        domain = self._settings.domain_name
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"NetPulse {stage.name}",
            default_root_object="index.html",
            default_behavior=site["*"],
            # No error pages: they would turn an API's refusal into a page that says 200.
            additional_behaviors={
                **dict.fromkeys(api_paths(), api),
                SOCKET: socket,
                f"/{ASSETS}/*": site[ASSETS],
            },
            web_acl_id=parameter(self, "FirewallArn", "ARN that the firewall's stack puts out."),
            domain_names=[domain] if domain else None,
            certificate=self._certificate(),
            # With CloudFront's own certificate it takes TLSv1, whatever one says here.
            minimum_protocol_version=_TLS if domain else None,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_200,
            enable_ipv6=True,
            enable_logging=True,
            log_bucket=self._logs,
            log_file_prefix="distribution/",
            log_includes_cookies=False,
        )
        if not domain:
            acknowledge(
                distribution, CFR4="Only with a domain of its own can a distribution choose TLS."
            )
        return distribution

    def _certificate(self) -> acm.ICertificate | None:
        arn = self._settings.certificate_arn
        return acm.Certificate.from_certificate_arn(self, "Certificate", arn) if arn else None

    def _site(self, bucket: s3.IBucket) -> dict[str, cloudfront.BehaviorOptions]:
        # It may not list the bucket, so a file that is gone is a 403 and not a 404.
        origin = origins.S3BucketOrigin.with_origin_access_control(bucket)
        headers, cache = site_headers(self), site_cache(self)
        router = site_router(self)

        def behavior(*functions: cloudfront.FunctionAssociation) -> cloudfront.BehaviorOptions:
            return cloudfront.BehaviorOptions(
                origin=origin,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                cache_policy=cache,
                compress=True,
                response_headers_policy=headers,
                function_associations=list(functions),
            )

        return {"*": behavior(router), ASSETS: behavior()}

    def _api(
        self,
        api_id: str,
        *,
        functions: Sequence[cloudfront.FunctionAssociation] = (),
        headers: Mapping[str, str] | None = None,
    ) -> cloudfront.BehaviorOptions:
        origin = origins.HttpOrigin(
            f"{api_id}.execute-api.{self.region}.{self.url_suffix}",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
            custom_headers=headers,
        )
        return cloudfront.BehaviorOptions(
            origin=origin,
            # A token that was sent in the clear is not to be led on, as if nothing had happened.
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            # API Gateway finds an API by the Host that it knows itself by.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            function_associations=list(functions),
        )
