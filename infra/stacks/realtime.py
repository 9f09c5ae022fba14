"""The WebSocket API and the worker that pushes facts to it."""

from aws_cdk import CfnOutput, Stack, Tags
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk.aws_apigatewayv2_integrations import WebSocketLambdaIntegration
from constructs import Construct

from infra.acknowledge import acknowledge, acknowledge_id
from infra.constructs.access_log import websocket_access_log
from infra.constructs.domain_function import DomainFunction, FunctionContext
from infra.constructs.subscription import FactSubscription
from infra.constructs.work_queue import WorkQueue
from infra.functions import SUBSCRIBERS, WEBSOCKET
from infra.parameters import parameter
from infra.resources import Channels
from infra.stage import Stage
from infra.subscriptions import SUBSCRIPTIONS

# Also the path of the API's URL, so that an edge passes /ws on as it is.
STAGE_NAME = "ws"


class RealtimeStack(Stack):
    """WebSocket API, its one function, and the push worker."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        context: FunctionContext,
        channels: Channels,
    ) -> None:
        super().__init__(scope, id_)
        self.api = apigw.WebSocketApi(
            self,
            "WebSocketApi",
            api_name=f"netpulse-{stage.name}",
            # Messages are answered by one function; it reads `type` itself.
            route_selection_expression="$request.body.type",
        )
        if stage.api.websocket_api_id:
            Tags.of(self.api).add("ms-custom-id", stage.api.websocket_api_id)
        self.stage = apigw.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self.api,
            stage_name=STAGE_NAME,
            auto_deploy=True,
            detailed_metrics_enabled=True,
            access_log_settings=websocket_access_log(self, days=stage.retention.log_days),
            throttle=apigw.ThrottleSettings(
                rate_limit=stage.api.rate_per_second, burst_limit=stage.api.burst
            ),
        )
        self.callback_url = self._callback_url(stage)
        environment = {"NETPULSE_WEBSOCKET_CALLBACK_URL": self.callback_url}
        websocket = DomainFunction(self, WEBSOCKET, context, environment=environment)
        self._routes(websocket)
        self.functions = [websocket]
        self.work_queues: list[WorkQueue] = []
        for subscription in SUBSCRIPTIONS:
            if subscription.domain == "realtime":
                spec = SUBSCRIBERS[subscription.domain, subscription.entry]
                worker = DomainFunction(self, spec, context, environment=environment)
                added = FactSubscription(self, subscription, bus=channels.bus, consumer=worker)
                self.work_queues.append(added.work)
                self.functions.append(worker)
                self._may_push(worker)
        CfnOutput(self, "WebSocketApiId", value=self.api.api_id)
        CfnOutput(self, "WebSocketUrl", value=self.stage.url)

    def _callback_url(self, stage: Stage) -> str:
        if stage.websocket_callback_url is None:
            return parameter(
                self, "WebsocketCallbackUrl", "Where pushes are posted, without /@connections."
            )
        return self.stage.callback_url

    def _routes(self, function: DomainFunction) -> None:
        for route in ("$connect", "$disconnect", "$default"):
            integration = WebSocketLambdaIntegration(f"{route[1:]}Integration", function.function)
            added = self.api.add_route(route, integration=integration)
            acknowledge(added, APIG4="$connect takes a one-time ticket, in the same function.")
        self._may_push(function)

    def _may_push(self, function: DomainFunction) -> None:
        self.stage.grant_management_api_access(function.function)
        resource = self.api.node.default_child
        assert isinstance(resource, apigw.CfnApi)  # noqa: S101 - what a WebSocketApi is made of
        api = self.get_logical_id(resource)
        acknowledge_id(
            function,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:"
            f"<AWS::AccountId>:<{api}>/{STAGE_NAME}/*/@connections/*]",
            "Connections come and go: their ids are not known here.",
        )
