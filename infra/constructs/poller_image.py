"""The poller's container image; building it is the deployment's work, not the synthesis's."""

from aws_cdk import aws_ecr_assets as ecr_assets
from constructs import Construct

from infra.bundling import ROOT


def poller_image(scope: Construct) -> ecr_assets.DockerImageAsset:
    """Return the image that pollers/Dockerfile describes, for arm64."""
    return ecr_assets.DockerImageAsset(
        scope,
        "Image",
        directory=str(ROOT),
        file="pollers/Dockerfile",
        platform=ecr_assets.Platform.LINUX_ARM64,
        exclude=["*", "!pollers", "!layers/common/python/netpulse", "**/__pycache__"],
    )
