"""The database migration as a step of the deployment."""

import hashlib
from pathlib import Path

from aws_cdk import CustomResource, Duration
from constructs import Construct

from infra.constructs.domain_function import DomainFunction

_CODE = ("layers/common/python/netpulse/migrations", "functions/platform")


class Migration(Construct):
    """Calls the migrating function whenever a migration, or the function itself, has changed."""

    def __init__(self, scope: Construct, function: DomainFunction, *, root: Path) -> None:
        super().__init__(scope, "Migration")
        self.resource = CustomResource(
            self,
            "Resource",
            service_token=function.function.function_arn,
            resource_type="Custom::NetPulseMigration",
            service_timeout=Duration.seconds(function.spec.timeout_seconds + 30),
            properties={"Revision": _revision(root)},
        )
        # The function's policy must be there before it is called.
        self.resource.node.add_dependency(function)


def _revision(root: Path) -> str:
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".sql", ".py"}:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
