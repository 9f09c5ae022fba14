"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.alerts.service.desk import AlertDesk
    from functions.alerts.service.rules import RuleService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    desk: Callable[[], AlertDesk]
    rules: Callable[[], RuleService]
