"""What reports are made of, put into a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg

from tests.support.clock import NOON

if TYPE_CHECKING:
    from datetime import datetime

    from netpulse.ids import OrganizationId

    from tests.support.database import TestDatabase


def put_device(
    postgres: TestDatabase,
    organization_id: OrganizationId,
    name: str,
    address: str,
    *,
    created_at: datetime = NOON,
    tags: tuple[str, ...] = (),
) -> UUID:
    """Insert a device and return its id."""
    device_id = uuid4()
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.devices (id, organization_id, name, ip_address, device_type, "
            "tags, created_at) VALUES (%s, %s, %s, %s, 'router', %s, %s)",
            (device_id, organization_id, name, address, list(tags), created_at),
        )
    return device_id


def put_group(postgres: TestDatabase, organization_id: OrganizationId, *members: UUID) -> UUID:
    """Insert a group of devices and return its id."""
    group_id = uuid4()
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.device_groups (id, organization_id, name) VALUES (%s, %s, %s)",
            (group_id, organization_id, group_id.hex),
        )
        for device_id in members:
            connection.execute(
                "INSERT INTO netpulse.device_group_members VALUES (%s, %s, %s)",
                (organization_id, group_id, device_id),
            )
    return group_id


def put_period(
    postgres: TestDatabase,
    organization_id: OrganizationId,
    device_id: UUID,
    status: str,
    *span: datetime | None,
    maintenance: bool = False,
    reason: str = "",
) -> None:
    """Insert a period in one status: when it began, and when it ended or None."""
    began_at, ended_at = span
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            "INSERT INTO netpulse.status_periods (organization_id, device_id, began_at, ended_at, "
            "status, maintenance, reason) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (organization_id, device_id, began_at, ended_at, status, maintenance, reason),
        )


def put_alert(
    postgres: TestDatabase, organization_id: OrganizationId, device_id: UUID, **columns: Any
) -> UUID:
    """Insert an alert that fired when it began, and return its id."""
    alert_id = uuid4()
    values = {
        "id": alert_id,
        "organization_id": organization_id,
        "device_id": device_id,
        "fingerprint": alert_id.hex,
        "alert_type": "device_down",
        "severity": "critical",
        "state": "firing",
        "message": "The device does not answer",
        "began_at": NOON,
        "fired_at": NOON,
        **columns,
    }
    with psycopg.connect(postgres.owner_url) as connection:
        connection.execute(
            f"INSERT INTO netpulse.alerts ({', '.join(values)}) "
            f"VALUES ({', '.join(['%s'] * len(values))})".encode(),
            list(values.values()),
        )
    return alert_id
