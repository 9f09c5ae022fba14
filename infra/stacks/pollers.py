"""The pollers: Fargate tasks that watch the devices."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.acknowledge import acknowledge, acknowledge_id
from infra.constructs.poller_image import poller_image
from infra.constructs.retention import retention
from infra.environment import poller_environment
from infra.grants import Can, grant
from infra.resources import Channels, Stores
from infra.stacks.network import NetworkStack
from infra.stage import PollerSettings, Stage

_RIGHTS = (Can.SEND_POLL_RESULTS, Can.USE_LEASES, Can.OPEN_CREDENTIALS, Can.KEEP_SPOOL)
_SPOOL = "/var/lib/netpulse/spool"
# Fargate's longest; a poller drains in well under it.
_DRAIN = Duration.seconds(120)
_BUSY_PERCENT = 60
_HEALTHY = (
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/health', timeout=3)"
)


class PollersStack(Stack):
    """ECS cluster and the polling service."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stage: Stage,
        settings: PollerSettings,
        network: NetworkStack,
        stores: Stores,
        channels: Channels,
    ) -> None:
        super().__init__(scope, id_)
        self._stage_settings = stage
        self._settings = settings
        cluster = ecs.Cluster(
            self,
            "Cluster",
            vpc=network.vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        self.task = self._task(poller_environment(self, stage, stores, channels))
        stores.database.secrets["system"].grant_read(self.task.task_role)
        acknowledge(self.task, ECS2="Names and addresses; secrets are read at run time.")
        acknowledge_id(
            self.task,
            "AwsSolutions-IAM5[Resource::*]",
            "Logging in to the image registry knows no resources.",
        )
        grant(_RIGHTS, self.task.task_role, stores=stores, channels=channels)
        placement = network.placement(network.pollers_group)
        self.service = ecs.FargateService(
            self,
            "Service",
            cluster=cluster,
            task_definition=self.task,
            desired_count=settings.desired,
            vpc_subnets=placement.subnets,
            security_groups=list(placement.security_groups),
            platform_version=ecs.FargatePlatformVersion.VERSION1_4,
            # The new task polls before the old one drains: no slot is missed.
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(enable=True, rollback=True),
        )
        self._scale()

    def _task(self, environment: dict[str, str]) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=self._settings.cpu,
            memory_limit_mib=self._settings.memory_mib,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
            volumes=[ecs.Volume(name="spool"), ecs.Volume(name="tmp")],
        )
        container = task.add_container(
            "Poller",
            image=ecs.ContainerImage.from_docker_image_asset(poller_image(self)),
            environment=environment | {"NETPULSE_SPOOL_FOLDER": _SPOOL},
            # Lets every group open ICMP datagram sockets: Fargate gives no NET_RAW.
            system_controls=[
                ecs.SystemControl(namespace="net.ipv4.ping_group_range", value="0 2147483647")
            ],
            stop_timeout=_DRAIN,
            readonly_root_filesystem=True,
            health_check=ecs.HealthCheck(
                command=["CMD", "python", "-c", _HEALTHY],
                interval=Duration.seconds(15),
                timeout=Duration.seconds(5),
                retries=4,
                start_period=Duration.seconds(60),
            ),
            logging=ecs.LogDriver.aws_logs(
                stream_prefix="poller",
                mode=ecs.AwsLogDriverMode.NON_BLOCKING,
                log_group=self._logs(),
            ),
        )
        for name, path in (("spool", _SPOOL), ("tmp", "/tmp")):  # noqa: S108 - a volume's path
            container.add_mount_points(
                ecs.MountPoint(source_volume=name, container_path=path, read_only=False)
            )
        return task

    def _logs(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "Logs",
            retention=retention(self._stage_settings.retention.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _scale(self) -> None:
        if self._settings.maximum <= self._settings.desired:
            return
        scaling = self.service.auto_scale_task_count(
            min_capacity=self._settings.desired, max_capacity=self._settings.maximum
        )
        scaling.scale_on_cpu_utilization(
            "Busy",
            target_utilization_percent=_BUSY_PERCENT,
            scale_in_cooldown=Duration.minutes(10),
            scale_out_cooldown=Duration.minutes(1),
        )
