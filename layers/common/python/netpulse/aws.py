"""AWS clients and secrets; the only place that knows boto3."""

from __future__ import annotations

import gzip
import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

# Short time-outs: a Lambda that waits for AWS is paid for and late; the SDK tries again.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=10,
)
# For those who would rather know soon that it failed: leases, which are asked for again anyway.
_URGENT = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
# Signed links: the old signature S3 falls back to knows neither our regions nor KMS.
_OF_SERVICE = {"s3": _CONFIG.merge(Config(signature_version="s3v4"))}
_SECRET_TTL_S = 300.0
_secrets: dict[str, tuple[float, dict[str, Any]]] = {}


class _Documents:
    """The SDK's descriptions of services, as plain dicts.

    It reads them as OrderedDicts, which are slower to make and twice as large: of the endpoints
    alone they take 7 MB.
    """

    def exists(self, path: str) -> bool:
        """Return whether there is such a document."""
        return any(Path(path + ending).is_file() for ending in (".json", ".json.gz"))

    def load_file(self, path: str) -> Any:
        """Return a document, None when there is none."""
        if (plain := Path(f"{path}.json")).is_file():
            return json.loads(plain.read_bytes())
        if (packed := Path(f"{path}.json.gz")).is_file():
            return json.loads(gzip.decompress(packed.read_bytes()))
        return None


@cache
def _session() -> boto3.Session:
    session = botocore.session.get_session()
    session.register_component("data_loader", Loader(file_loader=_Documents()))
    return boto3.Session(botocore_session=session)


@cache
def client(service: str, *, endpoint_url: str | None = None, is_urgent: bool = False) -> Any:
    """Return the process's one client of an AWS service, e.g. `client("sqs")`.

    An urgent one gives up within three seconds and does not try again.
    """
    config = _URGENT if is_urgent else _OF_SERVICE.get(service, _CONFIG)
    return _session().client(service, endpoint_url=endpoint_url, config=config)


@cache
def table(name: str) -> Any:
    """Return the process's one handle on a DynamoDB table."""
    return _session().resource("dynamodb", config=_CONFIG).Table(name)


def secret(secret_id: str, *, fresh: bool = False) -> dict[str, Any]:
    """Return a Secrets Manager secret's JSON, at most five minutes old, or just read if `fresh`."""
    read_at, value = _secrets.get(secret_id, (0.0, {}))
    if fresh or not value or time.monotonic() - read_at > _SECRET_TTL_S:
        answer = client("secretsmanager").get_secret_value(
            SecretId=secret_id, VersionStage="AWSCURRENT"
        )
        value = json.loads(answer["SecretString"])
        _secrets[secret_id] = (time.monotonic(), value)
    return value


def pending_secret(secret_id: str) -> dict[str, Any] | None:
    """Return what a secret will say in a moment, while it is being rotated; else None."""
    secrets = client("secretsmanager")
    try:
        answer = secrets.get_secret_value(SecretId=secret_id, VersionStage="AWSPENDING")
    except secrets.exceptions.ResourceNotFoundException:
        return None
    value: dict[str, Any] = json.loads(answer["SecretString"])
    return value
