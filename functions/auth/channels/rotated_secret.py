"""A secret under rotation, in Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from netpulse import aws

_CURRENT, _PENDING, _PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


class NotRotatedError(Exception):
    """Secrets Manager has not begun to rotate this version: nobody else may ask for it."""


class ManagedSecret:
    """One version of a secret on its way to become the current one."""

    def __init__(self, secret_id: str, version_id: str) -> None:
        self._secret_id = secret_id
        self._version_id = version_id
        told = aws.client("secretsmanager").describe_secret(SecretId=secret_id)
        self._stages: dict[str, list[str]] = told.get("VersionIdsToStages", {})
        if not set(self._stages.get(version_id, ())) & {_CURRENT, _PENDING}:
            raise NotRotatedError(f"{secret_id} has no version {version_id} that is to come")

    def is_current(self) -> bool:
        """Return whether the version is the current one already."""
        return _CURRENT in self._stages[self._version_id]

    def current(self) -> dict[str, str]:
        """Return the login that is in use."""
        found = self._read(VersionStage=_CURRENT)
        if found is None:
            raise NotRotatedError(f"{self._secret_id} has no current version")
        return found

    def previous(self) -> dict[str, str] | None:
        """Return the login that was in use before, if it is still known."""
        return self._read(VersionStage=_PREVIOUS)

    def pending(self) -> dict[str, str] | None:
        """Return the login of the version that is to come, once it is written."""
        return self._read(VersionId=self._version_id)

    def put_pending(self, login: dict[str, str]) -> None:
        """Write the version that is to come."""
        aws.client("secretsmanager").put_secret_value(
            SecretId=self._secret_id,
            ClientRequestToken=self._version_id,
            SecretString=json.dumps(login),
            VersionStages=[_PENDING],
        )

    def promote(self) -> None:
        """Make the version the current one."""
        (before,) = (version for version, stages in self._stages.items() if _CURRENT in stages)
        aws.client("secretsmanager").update_secret_version_stage(
            SecretId=self._secret_id,
            VersionStage=_CURRENT,
            MoveToVersionId=self._version_id,
            RemoveFromVersionId=before,
        )

    def _read(self, **which: str) -> dict[str, str] | None:
        secrets = aws.client("secretsmanager")
        try:
            answer: dict[str, Any] = secrets.get_secret_value(SecretId=self._secret_id, **which)
        except secrets.exceptions.ResourceNotFoundException:
            return None
        text = answer.get("SecretString")
        found: dict[str, str] | None = json.loads(text) if text else None
        return found
