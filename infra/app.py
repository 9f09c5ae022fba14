"""The CDK app: `-c stage=local|dev|prod` (default dev)."""

from aws_cdk import App, Tags

from infra.bundling import Bundler
from infra.settings import stage as stage_named
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.events import EventsStack
from infra.stacks.firewall import FirewallStack
from infra.stacks.network import NetworkStack
from infra.stacks.observability import ObservabilityStack
from infra.stacks.pollers import PollersStack
from infra.stacks.realtime import RealtimeStack
from infra.stacks.web import WebStack
from infra.stacks.workflows import WorkflowsStack
from infra.stage import Stage
from infra.watched import Watched


def build(app: App, stage: Stage, bundler: Bundler) -> None:
    """Put the stage's stacks into the app, each after those it needs."""
    prefix = f"NetPulse-{stage.name}"
    network = None
    if stage.network:
        network = NetworkStack(app, f"{prefix}-network", settings=stage.network)
    data = DataStack(app, f"{prefix}-data", stage=stage, bundler=bundler, network=network)
    events = EventsStack(app, f"{prefix}-events", stage=stage)
    api = ApiStack(
        app,
        f"{prefix}-api",
        stage=stage,
        bundler=bundler,
        stores=data.stores,
        channels=events.channels,
    )
    realtime = RealtimeStack(
        app,
        f"{prefix}-realtime",
        stage=stage,
        context=api.context,
        channels=events.channels,
    )
    workflows = WorkflowsStack(
        app, f"{prefix}-workflows", context=api.context, channels=events.channels
    )
    if stage.web:
        FirewallStack(app, f"{prefix}-firewall", stage=stage)
        WebStack(
            app,
            f"{prefix}-web",
            stage=stage,
            settings=stage.web,
            http_api=api.api,
            websocket_api=realtime.api,
        )
    pollers = None
    if stage.pollers and network:
        pollers = PollersStack(
            app,
            f"{prefix}-pollers",
            stage=stage,
            settings=stage.pollers,
            network=network,
            stores=data.stores,
            channels=events.channels,
        )
    if stage.alarms:
        ObservabilityStack(
            app,
            f"{prefix}-observability",
            settings=stage.alarms,
            watched=Watched(
                api=api.api,
                functions=[
                    *data.functions,
                    *api.functions,
                    *realtime.functions,
                    *workflows.functions,
                ],
                work_queues=[
                    *events.work_queues,
                    *realtime.work_queues,
                    *workflows.work_queues,
                ],
                poll_results=events.poll_results,
                pollers=pollers.service if pollers else None,
                database=data.instance,
            ),
            name=stage.name,
        )
    for key, value in (("project", "netpulse"), ("stage", stage.name)):
        # CDK tags a proxy's target group too, which CloudFormation does not know how to.
        Tags.of(app).add(key, value, exclude_resource_types=["AWS::RDS::DBProxyTargetGroup"])


def main() -> None:
    """Synthesise the stage that the context names."""
    app = App()
    context = app.node.try_get_context
    stage = stage_named(
        context("stage") or "dev",
        domain_name=context("domain"),
        certificate_arn=context("certificate"),
        alarm_email=context("alarm_email"),
        public_url=context("public_url"),
    )
    install = context("bundling") != "skip"
    build(app, stage, Bundler(settings=stage.bundling, install=install))
    app.synth()


if __name__ == "__main__":
    main()
