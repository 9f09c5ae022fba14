"""The services that routes call, made when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.notify.service import ChannelService, ChannelTrial, DeliveryService


@dataclass(frozen=True)
class Services:
    """One maker a service; production's are cached."""

    channels: Callable[[], ChannelService]
    trial: Callable[[], ChannelTrial]
    deliveries: Callable[[], DeliveryService]
