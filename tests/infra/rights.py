"""What each role of a stage may do, as lines that people can read and compare."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.infra.conftest import Synthesised

_HASH = re.compile(r"[0-9A-F]{8}\b")
# Rights that every function has, by its own log group and tracing.
EVERYBODYS = ("logs:CreateLogStream", "logs:PutLogEvents", "xray:Put")


def words(value: str | list[Any]) -> list[Any]:
    """Return what IAM takes as one or many."""
    return value if isinstance(value, list) else [value]


def statements(stage: Synthesised) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return each statement of each role, with the role's name."""
    for name, policy in stage.resources("AWS::IAM::Policy").items():
        role = _HASH.sub("", name.partition("/")[2]).replace("DefaultPolicy", "")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            yield role, statement


def thing(resource: Any) -> str:
    """Return a resource as it is called in the app, without hashes and references."""
    text = json.dumps(resource)
    for pattern, short in (
        (r"NetPulse-\w+-\w+:ExportsOutput(FnGetAtt|Ref)", ""),
        (r'\{"Fn::ImportValue": "(\w+)"\}', r"\1"),
        (r'\{"Fn::GetAtt": \["(\w+)", "(\w+)"\]\}', r"\1"),
        (r'\{"(?:Ref|Fn::Sub)": "([^"]+)"\}', r"\1"),
        (r"[0-9A-F]{8}(Arn)?([0-9A-F]{8})?\b", ""),
        (r"AWS::(Partition|Region|AccountId)", r"<\1>"),
        (r'\{"Fn::Join": \["", \[(.*)\]\]\}', r"\1"),
        (r'[", ]', ""),
    ):
        text = re.sub(pattern, short, text)
    return text


def rights(stage: Synthesised) -> list[str]:
    """Return a line for each thing that a role may do something to, but for everybody's."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for role, statement in statements(stage):
        if_ = " IF " + json.dumps(statement["Condition"]) if "Condition" in statement else ""
        for resource in words(statement["Resource"]):
            actions = found.setdefault((role, thing(resource), if_), set())
            actions |= {
                action for action in words(statement["Action"]) if not action.startswith(EVERYBODYS)
            }
    return sorted(
        f"{role} {','.join(sorted(actions))} @ {where}{if_}"
        for (role, where, if_), actions in found.items()
        if actions
    )
