"""What notify does."""

from functions.notify.service.channels import ChannelService
from functions.notify.service.deliveries import DeliveryService
from functions.notify.service.dispatch import Dispatcher
from functions.notify.service.hearing import news_of
from functions.notify.service.notifier import Notifier
from functions.notify.service.post import ReportPost
from functions.notify.service.trials import ChannelTrial

__all__ = [
    "ChannelService",
    "ChannelTrial",
    "DeliveryService",
    "Dispatcher",
    "Notifier",
    "ReportPost",
    "news_of",
]
