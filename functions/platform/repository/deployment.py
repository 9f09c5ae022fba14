"""What a deployment does to the database: roles' passwords, schema, partitions, signing key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
from netpulse import aws
from netpulse.logins import set_password
from netpulse.migrate import migrate
from netpulse.observability import logger
from netpulse.signing_keys import make_signing_key

from functions.platform.domain.retention import partition_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.clock import Clock


def prepare_database(url: str, role_secrets: Mapping[str, str], clock: Clock) -> list[str]:
    """Migrate, give each role the password of its secret, and make partitions.

    Returns the migrations applied. Safe to repeat and to run twice at once.
    """
    applied = migrate(url)
    plan = partition_plan(clock.now())
    with psycopg.connect(url) as connection:
        for role, secret_id in role_secrets.items():
            password = aws.secret(secret_id, fresh=True)["password"]
            set_password(connection, role, password)
        connection.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)", (plan.first_day, plan.last_day)
        )
    logger.info("database prepared", extra={"migrations": applied})
    return applied


def ensure_signing_key(secret_id: str, clock: Clock, *, by_kms: bool = False) -> bool:
    """Make the first key that signs tokens, if there is none; return whether it was made."""
    secret = aws.secret(secret_id, fresh=True)
    if secret.get("keys"):
        return False
    first = make_signing_key(clock.now(), by_kms=by_kms)
    aws.client("secretsmanager").put_secret_value(
        SecretId=secret_id, SecretString=json.dumps({"keys": [first]})
    )
    return True
