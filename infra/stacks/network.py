"""The VPC: where the database, the pollers and the database's clients live."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.retention import retention
from infra.resources import Placement
from infra.stage import NetworkSettings


class NetworkStack(Stack):
    """A VPC with gateway endpoints and the security groups of everything inside."""

    def __init__(self, scope: Construct, id_: str, *, settings: NetworkSettings) -> None:
        super().__init__(scope, id_)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(settings.cidr),
            max_azs=settings.availability_zones,
            nat_gateways=settings.nat_gateways,
            subnet_configuration=[
                _subnets("Public", ec2.SubnetType.PUBLIC, 24),
                _subnets("Private", ec2.SubnetType.PRIVATE_WITH_EGRESS, 20),
                _subnets("Database", ec2.SubnetType.PRIVATE_ISOLATED, 24),
            ],
            gateway_endpoints={
                "DynamoDb": ec2.GatewayVpcEndpointOptions(
                    service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
                ),
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
            flow_logs={
                "Flows": ec2.FlowLogOptions(
                    destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                        logs.LogGroup(
                            self,
                            "FlowLogs",
                            retention=retention(settings.flow_log_days),
                            removal_policy=RemovalPolicy.DESTROY,
                        )
                    )
                )
            },
        )
        self.functions_group = self._group("Functions", "Functions that use the database.")
        self.pollers_group = self._group("Pollers", "Pollers: they call, nobody calls them.")

    def placement(self, *groups: ec2.ISecurityGroup) -> Placement:
        """Return a place in the private subnets, in these security groups."""
        return Placement(
            vpc=self.vpc,
            subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            security_groups=groups,
        )

    def _group(self, id_: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(self, f"{id_}Group", vpc=self.vpc, description=description)


def _subnets(name: str, kind: ec2.SubnetType, mask: int) -> ec2.SubnetConfiguration:
    return ec2.SubnetConfiguration(name=name, subnet_type=kind, cidr_mask=mask)
