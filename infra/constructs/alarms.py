"""Alarms that tell one topic when they go off and when they are over."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_GOOD = cloudwatch.TreatMissingData.NOT_BREACHING
_BAD = cloudwatch.TreatMissingData.BREACHING


class Alarms(Construct):
    """Makes alarms alike; docs/operations.md has a section for each by its name."""

    def __init__(self, scope: Construct, topic: sns.ITopic, *, stage: str) -> None:
        super().__init__(scope, "Alarms")
        self._action = actions.SnsAction(topic)
        self._stage = stage
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
        self._add(name, metric, limit, _ABOVE, meaning=meaning, periods=periods, silence=_GOOD)

    def below(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        limit: float,
        *,
        meaning: str,
        periods: int = 1,
        silence_is_good: bool = False,
    ) -> None:
        """Tell when a metric is below its limit for so many periods; silence is bad news."""
        silence = _GOOD if silence_is_good else _BAD
        self._add(name, metric, limit, _BELOW, meaning=meaning, periods=periods, silence=silence)

    def _add(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        limit: float,
        operator: cloudwatch.ComparisonOperator,
        *,
        meaning: str,
        periods: int,
        silence: cloudwatch.TreatMissingData,
    ) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"NetPulse-{self._stage}-{name}",
            metric=metric,
            threshold=limit,
            alarm_description=meaning,
            evaluation_periods=periods,
            comparison_operator=operator,
            treat_missing_data=silence,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.all.append(alarm)


def minutes(count: int) -> Duration:
    """Return a metric's period."""
    return Duration.minutes(count)
