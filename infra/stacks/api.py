"""The HTTP API: one function a domain, one authorizer before them."""

from aws_cdk import CfnOutput, Duration, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk.aws_apigatewayv2_authorizers import HttpLambdaAuthorizer, HttpLambdaResponseType
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.bundling import Bundler
from infra.constructs.access_log import http_access_log
from infra.constructs.domain_function import DomainFunction, FunctionContext
from infra.functions import AUTHORIZER, HTTP_FUNCTIONS
from infra.resources import Channels, Stores
from infra.routes import private_paths, public_paths
from infra.stage import Stage

_METHODS = [apigw.HttpMethod.ANY]


class ApiStack(Stack):
    """HTTP API, authorizer and the domains' functions."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        bundler: Bundler,
        stores: Stores,
        channels: Channels,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = stage
        self.api = self._api()
        self.stage = self._default_stage()
        self.public_url = self._public_url()
        self.context = FunctionContext(
            stage=stage,
            bundler=bundler,
            stores=stores,
            channels=channels,
            public_url=self.public_url,
        )
        self.functions = [DomainFunction(self, AUTHORIZER, self.context)]
        authorizer = self._authorizer(self.functions[0])
        for spec in HTTP_FUNCTIONS:
            function = DomainFunction(self, spec, self.context)
            self.functions.append(function)
            self._route(function, authorizer)
        CfnOutput(self, "HttpApiId", value=self.api.api_id)
        CfnOutput(self, "HttpApiUrl", value=self.api.api_endpoint)

    def _api(self) -> apigw.HttpApi:
        settings = self._settings.api
        api = apigw.HttpApi(
            self,
            "HttpApi",
            api_name=f"netpulse-{self._settings.name}",
            create_default_stage=False,
            cors_preflight=apigw.CorsPreflightOptions(
                allow_origins=list(settings.allowed_origins),
                allow_methods=[apigw.CorsHttpMethod.ANY],
                allow_headers=["authorization", "content-type", "x-api-key", "x-request-id"],
                expose_headers=["etag", "retry-after", "x-api-version", "x-request-id"],
                allow_credentials=True,
                max_age=Duration.hours(1),
            )
            if settings.allowed_origins
            else None,
        )
        if settings.http_api_id:
            Tags.of(api).add("ms-custom-id", settings.http_api_id)
        return api

    def _default_stage(self) -> apigw.HttpStage:
        settings = self._settings
        return apigw.HttpStage(
            self,
            "DefaultStage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            access_log_settings=http_access_log(self, days=settings.retention.log_days),
            throttle=apigw.ThrottleSettings(
                rate_limit=settings.api.rate_per_second, burst_limit=settings.api.burst
            ),
        )

    def _public_url(self) -> str | None:
        chosen, web = self._settings.public_url, self._settings.web
        if chosen != "derived":
            return chosen
        domain = web.domain_name if web else None
        return f"https://{domain}" if domain else self.api.api_endpoint

    def _authorizer(self, function: DomainFunction) -> HttpLambdaAuthorizer:
        # It always says yes and hands on what it found: only our handlers can answer in the
        # envelope. No identity source, or a request without a token would be refused unseen.
        return HttpLambdaAuthorizer(
            "Authorizer",
            function.function,
            identity_source=[],
            response_types=[HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=Duration.seconds(0),
        )

    def _route(self, function: DomainFunction, authorizer: HttpLambdaAuthorizer) -> None:
        domain = function.spec.domain
        integration = HttpLambdaIntegration(
            function.spec.title, function.function, scope_permission_to_route=False
        )
        for path in private_paths(domain):
            self.api.add_routes(
                path=path, methods=_METHODS, integration=integration, authorizer=authorizer
            )
        for path in public_paths(domain):
            for route in self.api.add_routes(path=path, methods=_METHODS, integration=integration):
                acknowledge(route, APIG4="Health, keys, documents and callbacks are for everybody.")
