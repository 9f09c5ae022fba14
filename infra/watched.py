"""What the observability stack is handed to watch."""

from dataclasses import dataclass

from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_rds as rds

from infra.constructs.domain_function import DomainFunction
from infra.constructs.work_queue import WorkQueue


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What there is to watch."""

    api: apigw.HttpApi
    functions: list[DomainFunction]
    work_queues: list[WorkQueue]
    poll_results: WorkQueue
    pollers: ecs.FargateService | None
    database: rds.DatabaseInstance | None

    @property
    def http_domains(self) -> list[str]:
        """Return the domains that answer requests."""
        return [f.spec.domain for f in self.functions if f.spec.entry == "http"]

    @property
    def sweeping_domains(self) -> list[str]:
        """Return the domains that are woken every minute."""
        return [f.spec.domain for f in self.functions if f.spec.entry == "every_minute"]
