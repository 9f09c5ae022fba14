"""The bucket of the dashboard's files, and the bucket of who asked for them."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct


def site_bucket(scope: Construct, *, logs: s3.IBucket, removal_policy: RemovalPolicy) -> s3.Bucket:
    """Return a private bucket; only CloudFront reads it."""
    return s3.Bucket(
        scope,
        "Site",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        server_access_logs_bucket=logs,
        server_access_logs_prefix="bucket/",
        removal_policy=removal_policy,
    )


def site_logs(scope: Construct, *, days: int, removal_policy: RemovalPolicy) -> s3.Bucket:
    """Return the bucket of access logs."""
    return s3.Bucket(
        scope,
        "SiteLogs",
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        # CloudFront delivers by an access control list.
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(days))],
        removal_policy=removal_policy,
    )
