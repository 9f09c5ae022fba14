"""IAM between services, which stands for the blueprint's mTLS: each role has what it needs.

`rights.txt` is the whole list, to be read by whoever changes it. To take a change over:
`NETPULSE_TAKE_RIGHTS=1 pytest tests/infra/test_rights.py`.
"""

import json
import os
from pathlib import Path

import pytest

from infra.functions import AUTHORIZER, HTTP_FUNCTIONS
from infra.grants import Can
from tests.infra.conftest import Synthesised
from tests.infra.rights import rights, statements, words

_LIST = Path(__file__).parent / "rights.txt"
# Resources with a wildcard -> who may have them, by their actions, and why AWS leaves no choice.
WILDCARDS = {
    ("*", "xray:Put"): "traces belong to no resource",
    ("*", "ec2:"): "a VPC function's network interfaces do not exist before it runs",
    ("*", "ecr:GetAuthorizationToken"): "logging in to the registry knows no resource",
    ("*", "kms:"): "keys that sign are made by their rotation; held to their tag",
    ("/*", "s3:"): "objects are named after reports and pollers that do not exist yet",
    ("/@connections/*", "execute-api:"): "sockets are named as they connect",
    ("/*", "scheduler:"): "schedules are named after rows, in a group of their own",
}
# Who may call as whom: services of AWS, never an account or everybody.
_SERVICES = {
    "lambda.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "rds.amazonaws.com",
    "scheduler.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
}


def test_each_role_may_do_what_the_list_says_and_no_more(prod: Synthesised) -> None:
    found = rights(prod)
    if os.environ.get("NETPULSE_TAKE_RIGHTS"):
        _LIST.write_text("\n".join(found) + "\n")
    assert found == _LIST.read_text().splitlines()


def test_each_wildcard_is_one_that_aws_asks_for_and_has_its_reason(prod: Synthesised) -> None:
    needed = set()
    for role, statement in statements(prod):
        for resource in words(statement["Resource"]):
            text = json.dumps(resource)
            if "*" not in text:
                continue
            for action in words(statement["Action"]):
                allowed = {
                    (end, prefix)
                    for end, prefix in WILDCARDS
                    if action.startswith(prefix)
                    and (resource == "*" if end == "*" else text.rstrip('"]}').endswith(end))
                }
                assert allowed, f"{role}: {action} on {text}"
                needed |= allowed
    assert needed == WILDCARDS.keys()


def test_no_action_is_a_wildcard_and_nothing_is_allowed_by_exception(prod: Synthesised) -> None:
    for role, statement in statements(prod):
        assert statement["Effect"] == "Allow", role
        assert not {"NotAction", "NotResource"} & statement.keys(), role
        assert not [action for action in words(statement["Action"]) if "*" in action], role


def test_every_role_is_for_one_service_of_aws(prod: Synthesised) -> None:
    for name, role in prod.resources("AWS::IAM::Role").items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"].keys() == {"Service"}, name
        assert statement["Principal"]["Service"] in _SERVICES, name
        assert not role["Properties"].get("Policies"), name


def test_every_function_and_task_has_a_role_of_its_own(prod: Synthesised) -> None:
    functions = prod.resources("AWS::Lambda::Function")
    roles = [
        json.dumps(each["Properties"]["Role"]) + name.partition("/")[0]
        for name, each in functions.items()
    ]
    assert len(set(roles)) == len(functions)


@pytest.mark.parametrize("spec", HTTP_FUNCTIONS, ids=lambda spec: spec.domain)
def test_only_auth_reads_sessions_and_others_ask_after_denials(
    prod: Synthesised, spec: object
) -> None:
    domain = spec.domain  # type: ignore[attr-defined]
    if domain == "auth":
        return
    (line,) = (
        line
        for line in rights(prod)
        if line.startswith(f"{domain.capitalize()}HttpRole ")
        and "@ Sessions" in line
        and "DescribeTable" not in line
    )
    assert " dynamodb:BatchGetItem @ " in line
    assert '["denied#*", "valid_after#*"]' in line


def test_the_authorizer_may_do_one_thing() -> None:
    assert AUTHORIZER.can == (Can.READ_PUBLIC_KEYS,)
    assert AUTHORIZER.role is None
