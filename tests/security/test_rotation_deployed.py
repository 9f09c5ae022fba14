"""The passwords of the database's roles change while the deployed stack is at work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from local import deploy
from tests.e2e import stack as stacks
from tests.e2e.client import Deadline, logged_in, newcomer
from tests.e2e.fleet import added, latest

if TYPE_CHECKING:
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(900)
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
ROLES = {"auth": "netpulse_auth", "system": "netpulse_system"}


def emulated(service: str) -> Any:
    ports = json.loads((stacks.FOLDER / "ports.json").read_text())
    return deploy.client(service, ports)


def rotate(short: str) -> str:
    """Do for one role what Secrets Manager does; return the new password."""
    secrets, functions = emulated("secretsmanager"), emulated("lambda")
    secret_id, token = f"netpulse/local/database/{short}", str(uuid4())
    before = json.loads(secrets.get_secret_value(SecretId=secret_id)["SecretString"])
    # the emulator makes no empty version: this is one whose createSecret was done
    login = {**before, "password": f"rotated-{uuid4().hex}"}
    secrets.put_secret_value(
        SecretId=secret_id,
        ClientRequestToken=token,
        SecretString=json.dumps(login),
        VersionStages=["AWSPENDING"],
    )
    (name,) = (
        each["FunctionName"]
        for page in functions.get_paginator("list_functions").paginate()
        for each in page["Functions"]
        if each["Handler"] == "functions.auth.handlers.rotate_password.handler"
    )
    for step in STEPS:
        event = {"SecretId": secret_id, "ClientRequestToken": token, "Step": step}
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()
    after = json.loads(secrets.get_secret_value(SecretId=secret_id)["SecretString"])
    assert after == login
    return str(login["password"])


def cut_off(stack: Stack, role: str) -> int:
    """End every connection of a role, so that all of them must log in again."""
    with psycopg.connect(stack.database_owner_url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s",
            (role,),
        ).fetchone()
    assert ended is not None
    return int(ended[0])


def test_everything_goes_on_when_passwords_change_and_connections_break(stack: Stack) -> None:
    owner = newcomer(stack.api_url)
    device = added(owner, stack.devices()[0], name="polled throughout")
    Deadline.after(120).wait(lambda: latest(owner, device), what="first values", pause=2)
    passwords = {role: rotate(short) for short, role in ROLES.items()}
    # whoever is connected stays so
    assert logged_in(stack.api_url, owner.email, owner.password).get("/me")
    for role in ROLES.values():
        assert cut_off(stack, role) > 0
    assert logged_in(stack.api_url, owner.email, owner.password).get("/me")
    seen = owner.get(f"/devices/{device['id']}/metrics/latest")[0]["time"]
    Deadline.after(120).wait(
        lambda: owner.get(f"/devices/{device['id']}/metrics/latest")[0]["time"] > seen,
        what="values that the poller wrote with its new login",
        pause=2,
    )
    for role, password in passwords.items():
        url = stack.database_owner_url.rpartition("@")[2]
        with psycopg.connect(f"postgresql://{role}:{password}@{url}") as connection:
            assert connection.execute("SELECT current_user").fetchone() == (role,)
