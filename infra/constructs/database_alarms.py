"""Alarms on our own RDS instance; where PostgreSQL is elsewhere, its keeper has their own."""

from collections.abc import Iterator
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_rds as rds

from infra.constructs.alarms import Watch, minutes
from infra.constructs.own_metrics import math

_GIB = 1024**3
# What RDS gives each class, GiB.
MEMORY_GIB = {"db.t4g.micro": 1, "db.t4g.medium": 4, "db.m7g.large": 8, "db.r7g.2xlarge": 64}
_BUSY_PERCENT = 85
_MEMORY_PERCENT = 90
_DISK_PERCENT = 80


def database_watches(database: rds.DatabaseInstance) -> Iterator[Watch]:
    """Return the blueprint's limits for CPU, memory and disk."""
    made = cast("rds.CfnDBInstance", database.node.default_child)
    resolve = Stack.of(database).resolve
    memory = MEMORY_GIB[resolve(made.db_instance_class)] * _GIB
    disk = int(resolve(made.allocated_storage)) * _GIB
    yield Watch(
        "DatabaseCpu",
        database.metric_cpu_utilization(period=minutes(5)),
        above=_BUSY_PERCENT,
        periods=3,
        meaning="PostgreSQL has been above 85 % CPU for a quarter of an hour.",
    )
    yield Watch(
        "DatabaseMemory",
        _used(database.metric_freeable_memory(), memory, "memory used, %"),
        above=_MEMORY_PERCENT,
        periods=3,
        meaning="PostgreSQL uses more than 90 % of its memory.",
    )
    yield Watch(
        "DatabaseDisk",
        _used(database.metric_free_storage_space(), disk, "disk used, %"),
        above=_DISK_PERCENT,
        periods=3,
        meaning="More than 80 % of PostgreSQL's disk is used.",
    )


def _used(free: cloudwatch.Metric, whole: int, label: str) -> cloudwatch.MathExpression:
    return math(f"100 - 100 * free / {whole}", {"free": free}, period=5, label=label)
