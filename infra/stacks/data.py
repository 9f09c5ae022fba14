"""Everything that remembers, and the migration that prepares it."""

import json

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.bundling import Bundler
from infra.constructs.database import RdsDatabase, external_database
from infra.constructs.domain_function import DomainFunction, FunctionContext
from infra.constructs.migration import Migration
from infra.constructs.password_rotation import PasswordRotation
from infra.constructs.secrets import edge_secret, providers_secret, signing_secret
from infra.functions import MIGRATE, ROTATE_PASSWORD
from infra.resources import DATABASE_ROLES, DatabaseAccess, Stores, secret_name
from infra.stacks.network import NetworkStack
from infra.stage import ExternalDatabase, Stage

# Pollers fetch what others left within minutes of the database's return; days are for people.
_SPOOL_DAYS = 14


class DataStack(Stack):
    """Database, DynamoDB tables, report bucket, credentials key and secrets."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        bundler: Bundler,
        network: NetworkStack | None,
    ) -> None:
        super().__init__(scope, id_)
        self._stage = stage
        self._removal = (
            RemovalPolicy.RETAIN if stage.retention.keep_stores else RemovalPolicy.DESTROY
        )
        access_logs = self._bucket("AccessLogs", days=stage.retention.log_days)
        self.stores = Stores(
            database=self._database(network),
            sessions=self._table("Sessions", sort_key=True),
            rate_limits=self._table("RateLimits"),
            connections=self._connections(),
            leases=self._table("Leases"),
            reports=self._bucket(
                "Reports",
                days=stage.retention.report_days,
                access_logs=access_logs,
            ),
            spool=self._bucket("Spool", days=_SPOOL_DAYS, access_logs=access_logs),
            credentials_key=self._credentials_key(),
            signing_secret=signing_secret(self, stage),
            providers_secret=providers_secret(self, stage),
            edge_secret=edge_secret(self, stage),
        )
        self._migrate(bundler)
        outputs = {
            "SessionsTable": self.stores.sessions.table_name,
            "RateLimitsTable": self.stores.rate_limits.table_name,
            "ConnectionsTable": self.stores.connections.table_name,
            "LeasesTable": self.stores.leases.table_name,
            "ReportsBucket": self.stores.reports.bucket_name,
            "SpoolBucket": self.stores.spool.bucket_name,
            "CredentialsKeyId": self.stores.credentials_key.key_id,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)

    @property
    def instance(self) -> rds.DatabaseInstance | None:
        """Return the instance on RDS, if this stage makes one."""
        made = self.node.try_find_child("Database")
        return made.instance if isinstance(made, RdsDatabase) else None

    def _database(self, network: NetworkStack | None) -> DatabaseAccess:
        settings = self._stage.database
        if isinstance(settings, ExternalDatabase):
            return external_database(self, self._stage, settings, network)
        if network is None:
            raise ValueError("a database on RDS needs a network")
        return RdsDatabase(self, self._stage, settings, network).access

    def _table(self, name: str, *, sort_key: bool = False) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            name,
            partition_key=_string("pk"),
            sort_key=_string("sk") if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=self._stage.retention.point_in_time_recovery
            ),
            removal_policy=self._removal,
        )

    def _connections(self) -> dynamodb.Table:
        table = self._table("Connections")
        table.add_global_secondary_index(
            index_name="organization",
            partition_key=_string("organization_id"),
            sort_key=_string("connection_id"),
        )
        return table

    def _bucket(self, name: str, *, days: int, access_logs: s3.IBucket | None = None) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(days))],
            server_access_logs_bucket=access_logs,
            removal_policy=self._removal,
        )

    def _credentials_key(self) -> kms.Key:
        return kms.Key(
            self,
            "CredentialsKey",
            description=f"NetPulse {self._stage.name}: devices' credentials.",
            enable_key_rotation=True,
            # Losing this key loses every stored credential.
            removal_policy=self._removal,
        )

    def _migrate(self, bundler: Bundler) -> None:
        database = self.stores.database
        names = {
            DATABASE_ROLES[role]: secret_name(self._stage.name, f"database/{role}")
            for role in DATABASE_ROLES
        }
        context = FunctionContext(stage=self._stage, bundler=bundler, stores=self.stores)
        environment = {"NETPULSE_DATABASE_ROLE_SECRETS": json.dumps(names), **_direct(database)}
        function = DomainFunction(self, MIGRATE, context, environment=environment)
        for role in DATABASE_ROLES:
            database.secrets[role].grant_read(function.function)
        migration = Migration(self, function, root=bundler.root)
        self.functions = [
            DomainFunction(self, ROTATE_PASSWORD, context, environment=_direct(database))
        ]
        PasswordRotation(
            self,
            self.functions[0],
            database.secrets,
            every_days=self._stage.rotate_passwords_days,
            after=migration,
        )


def _direct(database: DatabaseAccess) -> dict[str, str]:
    # RDS Proxy knows only the passwords that its secrets have, not the ones they will have
    return {"NETPULSE_DATABASE_HOST": database.direct_host} if database.direct_host else {}


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
