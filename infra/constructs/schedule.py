"""A function that EventBridge Scheduler calls at a fixed rate."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.constructs.domain_function import DomainFunction


class Sweep(Construct):
    """Calls a function at a rate; a missed turn is not made up for, the next one is near."""

    def __init__(self, scope: Construct, function: DomainFunction, *, every: Duration) -> None:
        super().__init__(scope, f"{function.spec.title}Schedule")
        self.schedule = scheduler.Schedule(
            self,
            "Schedule",
            description=f"Every {every.to_minutes():.0f} min: {function.spec.handler}",
            schedule=scheduler.ScheduleExpression.rate(every),
            target=targets.LambdaInvoke(
                function.function,
                max_event_age=Duration.minutes(1),
                retry_attempts=0,
                # CDK's own grant would cover every version of the function too.
                role=caller(self, function).without_policy_updates(),
            ),
        )
        function.function.configure_async_invoke(
            max_event_age=Duration.minutes(1), retry_attempts=0
        )
        acknowledge(
            function.function,
            LambdaAsyncFailureDestination="The next sweep makes up for a failed one.",
        )


def caller(scope: Construct, function: DomainFunction) -> iam.Role:
    """Return a role by which EventBridge Scheduler may call a function, and nothing else."""
    role = iam.Role(scope, "Caller", assumed_by=iam.ServicePrincipal("scheduler.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["lambda:InvokeFunction"], resources=[function.function.function_arn]
        )
    )
    return role
