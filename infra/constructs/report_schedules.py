"""Where reports' schedules are kept at EventBridge Scheduler, and who may do what there."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.acknowledge import acknowledge, acknowledge_id
from infra.constructs.domain_function import DomainFunction
from infra.constructs.schedule import caller


class ReportSchedules(Construct):
    """A group of schedules that call `due`; only `keeper` sets, moves and removes them."""

    def __init__(self, scope: Construct, *, due: DomainFunction, keeper: DomainFunction) -> None:
        super().__init__(scope, "ReportSchedules")
        self.group = scheduler.ScheduleGroup(self, "Group")
        role = caller(self, due)
        self._let(keeper, role)
        for name, value in {
            "NETPULSE_SCHEDULE_GROUP": self.group.schedule_group_name,
            "NETPULSE_SCHEDULE_TARGET_ARN": due.function.function_arn,
            "NETPULSE_SCHEDULE_ROLE_ARN": role.role_arn,
        }.items():
            keeper.function.add_environment(name, value)
        due.function.configure_async_invoke(max_event_age=Duration.minutes(1), retry_attempts=0)
        acknowledge(
            due.function,
            LambdaAsyncFailureDestination="The sweep makes up for a call that failed.",
        )

    def _let(self, keeper: DomainFunction, role: iam.Role) -> None:
        group = self.group.schedule_group_name
        schedules = Stack.of(self).format_arn(
            service="scheduler", resource="schedule", resource_name=f"{group}/*"
        )
        actions = ("CreateSchedule", "DeleteSchedule", "UpdateSchedule")
        keeper.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[f"scheduler:{action}" for action in actions], resources=[schedules]
            )
        )
        keeper.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            )
        )
        acknowledge_id(
            keeper,
            "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:"
            f"<AWS::AccountId>:schedule/{group}/*]",
            "A group's schedules are named after rows that do not exist yet.",
        )
