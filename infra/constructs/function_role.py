"""A function's role: its own log group, traces, and network interfaces if it lives in the VPC."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge_id

_INTERFACES = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)


def function_role(scope: Construct, log_group: logs.ILogGroup, *, in_vpc: bool) -> iam.Role:
    """Return a role that may do what every function must and nothing more.

    AWS's managed policies would let it write to every log group of the account.
    """
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        description=f"Role of {scope.node.path}",
    )
    log_group.grant_write(role)
    if in_vpc:
        role.add_to_policy(iam.PolicyStatement(actions=list(_INTERFACES), resources=["*"]))
    acknowledge_id(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "Sending traces and managing a VPC function's interfaces know no resources.",
    )
    return role
