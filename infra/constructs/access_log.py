"""Access logs of an API: who asked for what and how it went, never a query string or a token."""

import json

import jsii
from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.retention import retention

_HTTP = {
    "request_id": "$context.requestId",
    "at": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    # The route, not the path: a WebSocket ticket or a token in a URL never gets here.
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_error": "$context.integrationErrorMessage",
    "authorizer_error": "$context.authorizer.error",
    "organization_id": "$context.authorizer.org",
    "bytes": "$context.responseLength",
}
_WEBSOCKET = {
    "request_id": "$context.requestId",
    "at": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "event": "$context.eventType",
    "route": "$context.routeKey",
    "connection_id": "$context.connectionId",
    "status": "$context.status",
    "integration_error": "$context.integrationErrorMessage",
}


@jsii.implements(apigw.IAccessLogSettings)
class AccessLog:
    """Where and in which form a stage writes; CDK offers this only as an interface."""

    def __init__(self, group: logs.LogGroup, fields: dict[str, str]) -> None:
        self._destination = apigw.LogGroupLogDestination(group)
        self._format = apigateway.AccessLogFormat.custom(json.dumps(fields))

    @property
    def destination(self) -> apigw.IAccessLogDestination:
        """Return the log group."""
        return self._destination

    @property
    def format(self) -> apigateway.AccessLogFormat:
        """Return one line of JSON."""
        return self._format


def http_access_log(scope: Construct, *, days: int) -> AccessLog:
    """Return the access log of an HTTP API's stage."""
    return AccessLog(_group(scope, days), _HTTP)


def websocket_access_log(scope: Construct, *, days: int) -> AccessLog:
    """Return the access log of a WebSocket API's stage."""
    return AccessLog(_group(scope, days), _WEBSOCKET)


def _group(scope: Construct, days: int) -> logs.LogGroup:
    return logs.LogGroup(
        scope, "AccessLog", retention=retention(days), removal_policy=RemovalPolicy.DESTROY
    )
