"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.alerts.service.bands import Bands
    from functions.alerts.service.calling import Calling
    from functions.alerts.service.desk import AlertDesk
    from functions.alerts.service.dry_run import DryRun
    from functions.alerts.service.foreign import Foreign
    from functions.alerts.service.incident_desk import IncidentDesk
    from functions.alerts.service.incident_handling import IncidentHandling
    from functions.alerts.service.replying import Replying
    from functions.alerts.service.rules import RuleService
    from functions.alerts.service.service_levels import ServiceLevels
    from functions.alerts.service.silencing import Silencing


def not_here() -> Any:
    """Stand where a process has no such service."""
    raise RuntimeError("this process has no such service")


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    desk: Callable[[], AlertDesk]
    rules: Callable[[], RuleService]
    dry_run: Callable[[], DryRun] = not_here
    incidents: Callable[[], IncidentDesk] = not_here
    incident_handling: Callable[[], IncidentHandling] = not_here
    silencing: Callable[[], Silencing] = not_here
    calling: Callable[[], Calling] = not_here
    foreign: Callable[[], Foreign] = not_here
    service_levels: Callable[[], ServiceLevels] = not_here
    bands: Callable[[], Bands] = not_here
    replying: Callable[[], Replying] = not_here
