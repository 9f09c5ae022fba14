"""Alertmanager's wire format, version 2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from netpulse.ids import SilenceId
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from functions.alerts.domain.external import RESOLVE_TIMEOUT
from functions.alerts.domain.matchers import Matcher, Operator
from functions.alerts.domain.muting import Silence

if TYPE_CHECKING:
    from functions.alerts.domain.alert import Actor
    from functions.alerts.domain.shown import Group, Shown

MAX_ALERTS = 2000
_ZERO_YEAR = 1
Text = Annotated[str, Field(max_length=10_000)]


class _Wire(BaseModel):
    # senders say more than they must, and other versions say other things
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class PostableAlert(_Wire):
    """An alert as Prometheus and others post it."""

    labels: dict[str, Text]
    annotations: dict[str, Text] = {}
    startsAt: AwareDatetime | None = None  # noqa: N815 - the wire's name
    endsAt: AwareDatetime | None = None  # noqa: N815
    generatorURL: Text = ""  # noqa: N815

    @property
    def starts_at(self) -> datetime | None:
        """Return when it began; Go's zero time is none."""
        return _said(self.startsAt)

    @property
    def ends_at(self) -> datetime | None:
        """Return when it ended or will; Go's zero time is none."""
        return _said(self.endsAt)

    @property
    def generator_url(self) -> str:
        """Return where its sender shows it."""
        return self.generatorURL


_ALERTS = TypeAdapter(list[PostableAlert])


def read_alerts(body: Any) -> list[PostableAlert]:
    """Return the alerts of a body; raise pydantic's ValidationError."""
    return _ALERTS.validate_python(body)


class WireMatcher(_Wire):
    """A matcher on the wire."""

    name: Text
    value: Text
    isRegex: bool  # noqa: N815
    isEqual: bool = True  # noqa: N815

    def matcher(self) -> Matcher:
        """Return it as the domain's value; raise MatcherError."""
        return Matcher(self.name, _OPERATORS[self.isEqual, self.isRegex], self.value)


_OPERATORS = {
    (True, False): Operator.EQUAL,
    (False, False): Operator.DIFFERENT,
    (True, True): Operator.LIKE,
    (False, True): Operator.UNLIKE,
}


class PostableSilence(_Wire):
    """A silence as amtool and others post it."""

    id: UUID | None = None
    matchers: Annotated[list[WireMatcher], Field(min_length=1, max_length=100)]
    startsAt: AwareDatetime  # noqa: N815
    endsAt: AwareDatetime  # noqa: N815
    createdBy: Text  # noqa: N815
    comment: Text

    def silence(self, by: Actor, *, fresh_id: SilenceId) -> Silence:
        """Return it as the domain's value; raise MatcherError."""
        return Silence(
            id=SilenceId(self.id) if self.id else fresh_id,
            matchers=tuple(each.matcher() for each in self.matchers),
            starts_at=self.startsAt,
            ends_at=self.endsAt,
            comment=self.comment,
            created_by=by.user_id,
            created_by_name=self.createdBy,
        )


def alert_json(shown: Shown, *, now: datetime) -> dict[str, Any]:
    """Return an alert as Alertmanager shows it."""
    alert, external = shown.alert, shown.alert.external
    ends_at = external.ends_at if external else now + RESOLVE_TIMEOUT
    return {
        "annotations": dict(external.annotations) if external else {"summary": alert.message},
        "endsAt": _wire(ends_at),
        "fingerprint": shown.fingerprint,
        "receivers": [{"name": name} for name in shown.receivers],
        "startsAt": _wire(alert.began_at),
        "status": {
            "inhibitedBy": list(shown.inhibited_by),
            "silencedBy": list(shown.silenced_by),
            "state": shown.state,
        },
        "updatedAt": _wire(alert.last_slot_at or alert.began_at),
        "generatorURL": external.generator_url if external else "",
        "labels": dict(shown.labels),
    }


def group_json(group: Group, *, now: datetime) -> dict[str, Any]:
    """Return alerts that a channel tells of together."""
    return {
        "alerts": [alert_json(each, now=now) for each in group.alerts],
        "labels": group.labels,
        "receiver": {"name": group.receiver},
    }


def silence_json(silence: Silence, *, now: datetime) -> dict[str, Any]:
    """Return a silence as Alertmanager shows it."""
    return {
        "id": str(silence.id),
        "status": {"state": silence.state(now)},
        "updatedAt": _wire(min(silence.starts_at, now)),
        "comment": silence.comment,
        "createdBy": silence.created_by_name,
        "endsAt": _wire(silence.ends_at),
        "matchers": [
            {
                "isEqual": each.op.is_positive,
                "isRegex": each.op.is_pattern,
                "name": each.name,
                "value": each.value,
            }
            for each in silence.matchers
        ],
        "startsAt": _wire(silence.starts_at),
    }


def status_json(now: datetime) -> dict[str, Any]:
    """Return what tools ask first: which Alertmanager this behaves like."""
    return {
        "cluster": {"status": "disabled", "peers": []},
        "config": {"original": "# NetPulse keeps these by its own API\n"},
        "uptime": _wire(now - timedelta(hours=1)),
        "versionInfo": {
            "branch": "",
            "buildDate": "",
            "buildUser": "",
            "goVersion": "",
            "revision": "",
            "version": "0.25.0",
        },
    }


def _said(at: datetime | None) -> datetime | None:
    return None if at is None or at.year <= _ZERO_YEAR else at


def _wire(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
