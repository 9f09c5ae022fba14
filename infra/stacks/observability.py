"""Who watches the watcher: alarms, a dashboard and a budget."""

from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.constructs.alarms import Alarms
from infra.constructs.budget import budget
from infra.constructs.dashboard import dashboard
from infra.constructs.overview import rows
from infra.constructs.watches import watches
from infra.stage import AlarmSettings
from infra.watched import Watched


class ObservabilityStack(Stack):
    """Alarms to one topic, one dashboard, one budget."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: AlarmSettings, watched: Watched, name: str
    ) -> None:
        super().__init__(scope, id_)
        topic = sns.Topic(self, "Topic", enforce_ssl=True, display_name=f"NetPulse {name}")
        if settings.email:
            topic.add_subscription(subscriptions.EmailSubscription(settings.email))
        self.alarms = Alarms(self, topic, watches(watched), stage=name)
        dashboard(self, name, alarms=self.alarms.all, rows=rows(watched))
        budget(self, settings)
