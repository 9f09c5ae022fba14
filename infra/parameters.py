"""CloudFormation parameters: the values of a stage that differ from run to run."""

from aws_cdk import CfnParameter, Stack
from constructs import Construct


def parameter(scope: Construct, name: str, description: str) -> str:
    """Return the value of the stack's parameter of that name, declared on first use.

    `cdk deploy --parameters Name=value` without a stack's name reaches every stack that has it.
    """
    stack = Stack.of(scope)
    declared = stack.node.try_find_child(name)
    if not isinstance(declared, CfnParameter):
        declared = CfnParameter(stack, name, type="String", description=description)
    return declared.value_as_string
