from __future__ import annotations

import pytest
from netpulse.errors import ForbiddenError
from netpulse.permissions import (
    PERMISSIONS,
    Permission,
    Role,
    claims_of,
    permissions_of,
    scopes_of,
)

from tests.support.http import a_principal

# As the blueprint writes it.
BLUEPRINT = {
    "admin": ["*"],
    "operator": ["device:read", "device:write", "alert:read", "alert:write"],
    "viewer": ["device:read", "alert:read", "report:read"],
    "api_user": ["device:read", "metrics:read"],
}


def test_the_roles_are_the_blueprints() -> None:
    assert {str(role) for role in PERMISSIONS} == set(BLUEPRINT)
    assert set(Role) == {*PERMISSIONS, Role.CUSTOM}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER, Role.API_USER])
def test_each_role_may_do_what_the_blueprint_says(role: Role) -> None:
    assert set(BLUEPRINT[role]) <= PERMISSIONS[role]


def test_admins_may_do_everything_and_their_token_says_so_in_one_word() -> None:
    assert PERMISSIONS[Role.ADMIN] == frozenset(Permission)
    assert claims_of(PERMISSIONS[Role.ADMIN]) == ["*"]


@pytest.mark.parametrize("role", PERMISSIONS)
def test_who_reads_devices_reads_metrics(role: Role) -> None:
    assert Permission.DEVICE_READ in PERMISSIONS[role]
    assert Permission.METRICS_READ in PERMISSIONS[role]


def test_operators_read_reports() -> None:
    assert Permission.REPORT_READ in PERMISSIONS[Role.OPERATOR]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.API_USER])
def test_viewers_and_machines_write_nothing(role: Role) -> None:
    assert not [each for each in PERMISSIONS[role] if each.endswith(":write")]


def test_a_missing_permission_is_named() -> None:
    with pytest.raises(ForbiddenError) as caught:
        a_principal(Role.VIEWER).require(Permission.DEVICE_WRITE)
    assert caught.value.details == {"required": "device:write"}


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.ADMIN, ["monitoring", "alerts", "reports", "admin"]),
        (Role.OPERATOR, ["monitoring", "alerts", "reports"]),
        (Role.VIEWER, ["monitoring", "alerts", "reports"]),
        (Role.API_USER, ["monitoring"]),
    ],
)
def test_scopes_are_the_parts_that_permissions_open(role: Role, scopes: list[str]) -> None:
    assert scopes_of(PERMISSIONS[role]) == scopes


def test_a_claim_lists_permissions_in_order() -> None:
    assert claims_of(PERMISSIONS[Role.API_USER]) == ["device:read", "metrics:read"]


def test_a_custom_role_may_do_what_it_was_granted_and_still_exists() -> None:
    granted = ["alert:read", "device:read", "teleport:write"]
    assert permissions_of(Role.CUSTOM, granted) == {Permission.ALERT_READ, Permission.DEVICE_READ}
    assert permissions_of(Role.CUSTOM) == frozenset()
