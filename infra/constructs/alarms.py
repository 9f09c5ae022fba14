"""Alarms that tell one topic when they go off and when they are over."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct


class Alarms(Construct):
    """Makes alarms alike."""

    def __init__(self, scope: Construct, topic: sns.ITopic) -> None:
        super().__init__(scope, "Alarms")
        self._action = actions.SnsAction(topic)
        self.all: list[cloudwatch.Alarm] = []

    def above(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        limit: float,
        *,
        meaning: str,
        periods: int = 1,
    ) -> None:
        """Tell when a metric is above its limit for so many periods; silence is good news."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=limit,
            alarm_description=meaning,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self._tell(alarm)

    def below(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        limit: float,
        *,
        meaning: str,
        periods: int = 1,
    ) -> None:
        """Tell when a metric is below its limit for so many periods; silence is bad news."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=limit,
            alarm_description=meaning,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        self._tell(alarm)

    def _tell(self, alarm: cloudwatch.Alarm) -> None:
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)


def minutes(count: int) -> Duration:
    """Return a metric's period."""
    return Duration.minutes(count)
