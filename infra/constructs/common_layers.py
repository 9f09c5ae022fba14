"""What every function has beneath it: libraries, and the netpulse package."""

from pathlib import Path

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import Bundler, asset


def common_layers(scope: Construct, bundler: Bundler) -> list[lambda_.LayerVersion]:
    """Return the stack's own versions of the common layers.

    A layer shared between stacks would be an export that no deployment may change.
    """
    stack = Stack.of(scope)
    return [
        _layer(stack, "Libraries", "What every function requires.", bundler.libraries_bundle()),
        _layer(stack, "Kernel", "The netpulse package.", bundler.kernel_bundle()),
    ]


def _layer(stack: Stack, name: str, description: str, bundle: Path) -> lambda_.LayerVersion:
    layer = stack.node.try_find_child(name)
    if not isinstance(layer, lambda_.LayerVersion):
        layer = lambda_.LayerVersion(
            stack,
            name,
            description=description,
            code=asset(bundle),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            compatible_architectures=[lambda_.Architecture.ARM_64],
        )
    return layer
