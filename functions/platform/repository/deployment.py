"""What a deployment does to the database: roles' passwords, schema, partitions, signing key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from netpulse import aws
from netpulse.migrate import migrate
from netpulse.observability import logger
from psycopg import sql

from functions.platform.domain.retention import partition_plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpulse.clock import Clock

_KEY_BITS = 2048


def prepare_database(url: str, role_secrets: Mapping[str, str], clock: Clock) -> list[str]:
    """Migrate, give each role the password of its secret, and make partitions.

    Returns the migrations applied. Safe to repeat and to run twice at once.
    """
    applied = migrate(url)
    plan = partition_plan(clock.now())
    with psycopg.connect(url) as connection:
        for role, secret_id in role_secrets.items():
            password = aws.secret(secret_id, fresh=True)["password"]
            # hashed here, so that no log of the server's statements holds the password itself
            hashed = connection.pgconn.encrypt_password(
                password.encode(), role.encode(), b"scram-sha-256"
            )
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(hashed.decode())
                )
            )
        connection.execute(
            "SELECT netpulse.ensure_sample_partitions(%s, %s)", (plan.first_day, plan.last_day)
        )
    logger.info("database prepared", extra={"migrations": applied})
    return applied


def ensure_signing_key(secret_id: str, clock: Clock) -> bool:
    """Make the first key that signs tokens, if there is none; return whether it was made."""
    secret = aws.secret(secret_id, fresh=True)
    if secret.get("keys"):
        return False
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    now = clock.now()
    first = {
        "kid": now.strftime("%Y%m%d%H%M%S"),
        "private_pem": pem,
        "created_at": now.isoformat(),
    }
    aws.client("secretsmanager").put_secret_value(
        SecretId=secret_id, SecretString=json.dumps({"keys": [first]})
    )
    return True
