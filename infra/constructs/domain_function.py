"""A domain's Lambda function: code, layer, role, logs and environment in one shape."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.bundling import Bundler, asset
from infra.constructs.common_layers import common_layers
from infra.constructs.function_role import function_role
from infra.constructs.retention import retention
from infra.environment import (
    base_environment,
    channels_environment,
    database_environment,
    stores_environment,
    world_environment,
)
from infra.functions import FunctionSpec
from infra.grants import grant
from infra.resources import Channels, Stores, secret_name
from infra.stage import Stage


@dataclass(frozen=True, kw_only=True)
class FunctionContext:
    """What all functions of a stack have in common."""

    stage: Stage
    bundler: Bundler
    stores: Stores
    channels: Channels | None = None
    # None where it arrives as a parameter.
    public_url: str | None = None


class DomainFunction(Construct):
    """One Lambda function, with the rights its spec names and no others."""

    def __init__(
        self,
        scope: Construct,
        spec: FunctionSpec,
        context: FunctionContext,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, spec.title)
        stage, stores = context.stage, context.stores
        placement = stores.database.placement if spec.role else None
        self.spec = spec
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=retention(stage.retention.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.function = lambda_.Function(
            self,
            "Function",
            description=f"NetPulse {stage.name}: {spec.handler}",
            code=asset(context.bundler.function_bundle(spec.domain)),
            handler=spec.handler,
            layers=common_layers(self, context.bundler),
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=spec.memory_mib,
            timeout=Duration.seconds(spec.timeout_seconds),
            reserved_concurrent_executions=spec.concurrency if stage.reserve_concurrency else None,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            role=function_role(self, log_group, in_vpc=placement is not None),
            environment=_environment(self, spec, context) | dict(environment or {}),
            vpc=placement.vpc if placement else None,
            vpc_subnets=placement.subnets if placement else None,
            security_groups=list(placement.security_groups) if placement else None,
        )
        for role in spec.database_roles:
            stores.database.secrets[role].grant_read(self.function)
        grant(spec.can, self.function, stores=stores, channels=context.channels)
        acknowledge(
            self.function,
            L1="Python 3.13: one behind the newest, as all wheels are known to work on it.",
            LambdaLatestVersion="Python 3.13: one behind the newest, as for AwsSolutions-L1.",
            LambdaDLQ="It is called synchronously, from a queue that has its own DLQ, or every "
            "minute, when the next call makes up for a failed one.",
        )


def _environment(scope: Construct, spec: FunctionSpec, context: FunctionContext) -> dict[str, str]:
    stage, stores = context.stage, context.stores
    environment = {
        **base_environment(stage),
        **stores_environment(stage, stores),
        "POWERTOOLS_SERVICE_NAME": spec.domain,
    }
    if spec.role:
        environment |= database_environment(scope, stage, stores.database, spec.role)
    if spec.spans_organizations:
        environment["NETPULSE_SYSTEM_DATABASE_SECRET"] = secret_name(stage.name, "database/system")
    if context.channels:
        environment |= channels_environment(context.channels)
        environment |= world_environment(scope, stage, context.public_url)
    return environment
