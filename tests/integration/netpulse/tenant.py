"""Rows of one organisation, written past row-level security."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg


def fill(connection: psycopg.Connection[Any], organization_id: Any, user_id: Any) -> None:
    """Give an organisation a row in many tables."""
    device_id = uuid4()
    number = connection.execute(
        "INSERT INTO netpulse.devices (id, organization_id, name, ip_address, device_type) "
        "VALUES (%s, %s, 'edge', '192.0.2.1', 'router') RETURNING number",
        (device_id, organization_id),
    ).fetchone()
    assert number is not None
    statements: list[tuple[bytes, tuple[Any, ...]]] = [
        (
            b"INSERT INTO netpulse.api_keys (organization_id, name, prefix, hashed_key, role, "
            b"created_by) VALUES (%s, 'k', 'npk_', %s, 'viewer', %s)",
            (organization_id, device_id.bytes, user_id),
        ),
        (
            b"INSERT INTO netpulse.credentials (organization_id, name, kind, ciphertext) "
            b"VALUES (%s, 'c', 'snmp_v2c', '')",
            (organization_id,),
        ),
        (
            b"INSERT INTO netpulse.alerts (organization_id, device_id, fingerprint, alert_type, "
            b"severity, state, message, began_at) "
            b"VALUES (%s, %s, 'f', 'device_down', 'critical', 'firing', 'm', now())",
            (organization_id, device_id),
        ),
        (
            b"INSERT INTO netpulse.device_groups (organization_id, name) VALUES (%s, 'g')",
            (organization_id,),
        ),
        (b"INSERT INTO netpulse.fact_counters (organization_id) VALUES (%s)", (organization_id,)),
        (
            b"INSERT INTO netpulse.series (organization_id, device_id, device_number, metric, "
            b"kind, block, position) VALUES (%s, %s, %s, 'availability', 'gauge', 0, 1)",
            (organization_id, device_id, number[0]),
        ),
        (
            b"INSERT INTO netpulse.samples (organization_number, device_number, block, slot_at, "
            b"values) SELECT o.number, %s, 0, date_trunc('minute', now()), '{1}' "
            b"FROM netpulse.organizations o WHERE o.id = %s",
            (number[0], organization_id),
        ),
    ]
    for sql, parameters in statements:
        connection.execute(sql, parameters)
