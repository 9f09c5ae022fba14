"""Findings of cdk-nag that stand, each with the reason why."""

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct

_SWITCH = "acknowledge"


def acknowledge(construct: IConstruct, **findings: str) -> None:
    """Let findings on a construct stand: `SQS3="why"` is AwsSolutions-SQS3.

    The context `acknowledge=no` lets none stand, so a test can tell which are still needed.
    """
    for finding, reason in findings.items():
        acknowledge_id(construct, _full_name(finding), reason)


def acknowledge_id(construct: IConstruct, finding: str, reason: str) -> None:
    """Let one finding stand that is named in full."""
    if construct.node.try_get_context(_SWITCH) == "no":
        return
    Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def _full_name(finding: str) -> str:
    pack = "AwsSolutions" if finding.upper() == finding else "Serverless"
    return f"{pack}-{finding}"
