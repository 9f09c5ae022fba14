"""The passwords of PostgreSQL's roles, rotated by Secrets Manager."""

from collections.abc import Mapping

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct, IDependable

from infra.constructs.domain_function import DomainFunction

_ACTIONS = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)


class PasswordRotation(Construct):
    """Lets a function rotate these secrets, and Secrets Manager call it when it is time.

    CDK's own schedule would also let it make random passwords for all of the account.
    """

    def __init__(
        self,
        scope: Construct,
        function: DomainFunction,
        secrets: Mapping[str, secretsmanager.ISecret],
        *,
        every_days: int | None,
        after: IDependable,
    ) -> None:
        super().__init__(scope, "PasswordRotation")
        for role, secret in secrets.items():
            iam.Grant.add_to_principal(
                grantee=function.function,
                actions=list(_ACTIONS),
                # a secret that is known by its name alone has six letters more in its ARN
                resource_arns=[secret.secret_full_arn or f"{secret.secret_arn}-??????"],
            )
            if every_days is None:
                continue
            permission = lambda_.CfnPermission(
                self,
                f"{role.capitalize()}Permission",
                action="lambda:InvokeFunction",
                function_name=function.function.function_arn,
                principal="secretsmanager.amazonaws.com",
                source_arn=secret.secret_full_arn or f"{secret.secret_arn}-??????",
            )
            schedule = secretsmanager.CfnRotationSchedule(
                self,
                f"{role.capitalize()}Schedule",
                secret_id=secret.secret_full_arn or secret.secret_name,
                rotation_lambda_arn=function.function.function_arn,
                # the migration has just given the role the password that the secret was made with
                rotate_immediately_on_update=False,
                rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                    automatically_after_days=every_days
                ),
            )
            schedule.node.add_dependency(permission, function, after)
