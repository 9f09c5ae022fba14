"""PostgreSQL: one of our own on RDS behind RDS Proxy, or one that exists elsewhere."""

import json

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.acknowledge import acknowledge
from infra.resources import (
    DATABASE_NAME,
    DATABASE_PORT,
    DATABASE_ROLES,
    DatabaseAccess,
    secret_name,
)
from infra.stacks.network import NetworkStack
from infra.stage import ExternalDatabase, RdsSettings, Stage

_VERSION = rds.PostgresEngineVersion.VER_17_9
_PASSWORD_LENGTH = 40
_PORT = ec2.Port.tcp(DATABASE_PORT)


def external_database(
    scope: Construct, stage: Stage, settings: ExternalDatabase, network: NetworkStack | None
) -> DatabaseAccess:
    """Return the way to a database that this app does not make; its secrets exist by name."""
    return DatabaseAccess(
        host=None,
        direct_host=None,
        port=None,
        name=None,
        tls=settings.tls,
        secrets={
            role: secretsmanager.Secret.from_secret_name_v2(
                scope, f"{role.capitalize()}Secret", secret_name(stage.name, f"database/{role}")
            )
            for role in ("owner", *DATABASE_ROLES)
        },
        placement=network.placement(network.functions_group) if network else None,
    )


class RdsDatabase(Construct):
    """An encrypted RDS instance, a secret for each role, and RDS Proxy before the functions."""

    def __init__(
        self, scope: Construct, stage: Stage, settings: RdsSettings, network: NetworkStack
    ) -> None:
        super().__init__(scope, "Database")
        self.secrets = {role: self._role_secret(stage, role) for role in DATABASE_ROLES}
        self.owner = rds.DatabaseSecret(
            self,
            "OwnerSecret",
            username="netpulse_owner",
            secret_name=secret_name(stage.name, "database/owner"),
        )
        self._group = ec2.SecurityGroup(
            self,
            "Group",
            vpc=network.vpc,
            description="PostgreSQL.",
            allow_all_outbound=False,
        )
        self._group.add_ingress_rule(network.pollers_group, _PORT, "Pollers, for COPY")
        self._group.add_ingress_rule(network.functions_group, _PORT, "The migration")
        self.instance = self._instance(stage, settings, network)
        acknowledge(
            self.instance,
            RDS11="A secret port protects nothing: only two security groups reach the instance.",
        )
        self.proxy = self._proxy(network)
        self.access = DatabaseAccess(
            host=self.proxy.endpoint,
            # Advisory locks and COPY would pin a proxied connection.
            direct_host=self.instance.db_instance_endpoint_address,
            port=str(DATABASE_PORT),
            name=DATABASE_NAME,
            tls="require",
            secrets={"owner": self.owner, **self.secrets},
            placement=network.placement(network.functions_group),
        )

    def _role_secret(self, stage: Stage, role: str) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            f"{role.capitalize()}Secret",
            secret_name=secret_name(stage.name, f"database/{role}"),
            description=f"Login of the PostgreSQL role {DATABASE_ROLES[role]}.",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"username": DATABASE_ROLES[role]}),
                generate_string_key="password",
                password_length=_PASSWORD_LENGTH,
                exclude_punctuation=True,
            ),
        )

    def _instance(
        self, stage: Stage, settings: RdsSettings, network: NetworkStack
    ) -> rds.DatabaseInstance:
        engine = rds.DatabaseInstanceEngine.postgres(version=_VERSION)
        keep = stage.retention.keep_stores
        return rds.DatabaseInstance(
            self,
            "Instance",
            engine=engine,
            instance_type=ec2.InstanceType(settings.instance),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[self._group],
            database_name=DATABASE_NAME,
            credentials=rds.Credentials.from_secret(self.owner),
            parameter_group=rds.ParameterGroup(
                self,
                "Parameters",
                engine=engine,
                parameters={
                    "rds.force_ssl": "1",
                    "timezone": "UTC",
                    "log_min_duration_statement": "1000",
                    "shared_preload_libraries": "pg_stat_statements",
                },
            ),
            allocated_storage=settings.storage_gib,
            max_allocated_storage=settings.max_storage_gib,
            storage_type=rds.StorageType.GP3,
            storage_encrypted=True,
            multi_az=settings.multi_az,
            backup_retention=Duration.days(settings.backup_days),
            copy_tags_to_snapshot=True,
            deletion_protection=settings.deletion_protection,
            removal_policy=RemovalPolicy.SNAPSHOT if keep else RemovalPolicy.DESTROY,
            auto_minor_version_upgrade=True,
            publicly_accessible=False,
            iam_authentication=True,
            enable_performance_insights=True,
            cloudwatch_logs_exports=["postgresql", "upgrade"],
        )

    def _proxy(self, network: NetworkStack) -> rds.DatabaseProxy:
        proxy_group = ec2.SecurityGroup(
            self, "ProxyGroup", vpc=network.vpc, description="RDS Proxy.", allow_all_outbound=False
        )
        proxy_group.add_ingress_rule(network.functions_group, _PORT, "Functions")
        return rds.DatabaseProxy(
            self,
            "Proxy",
            proxy_target=rds.ProxyTarget.from_instance(self.instance),
            secrets=list(self.secrets.values()),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[proxy_group],
            require_tls=True,
            borrow_timeout=Duration.seconds(10),
            max_connections_percent=80,
        )
