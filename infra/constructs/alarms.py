"""Alarms that tell one topic when they go off and when they are over."""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_GOOD = cloudwatch.TreatMissingData.NOT_BREACHING
_BAD = cloudwatch.TreatMissingData.BREACHING


@dataclass(frozen=True)
class Watch:
    """A metric that is not to be `above`, or `below`, a limit for so many periods."""

    name: str
    metric: cloudwatch.IMetric
    above: float | None = None
    below: float | None = None
    periods: int = 1
    # by default silence is good news where too much is bad, and bad where too little is
    silence_is_good: bool | None = None
    meaning: str = ""

    @property
    def silence(self) -> cloudwatch.TreatMissingData:
        """What it means that there is nothing to judge."""
        good = self.above is not None if self.silence_is_good is None else self.silence_is_good
        return _GOOD if good else _BAD


class Alarms(Construct):
    """Makes alarms alike; docs/operations.md has a section for each by its name."""

    def __init__(
        self, scope: Construct, topic: sns.ITopic, watches: Iterable[Watch], *, stage: str
    ) -> None:
        super().__init__(scope, "Alarms")
        # The topic's policy that asks for TLS stands in place of the one that lets the account's
        # services publish; without this an alarm goes off and nobody hears of it.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowAlarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        action = actions.SnsAction(topic)
        self.all = [self._alarm(each, stage) for each in watches]
        for alarm in self.all:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _alarm(self, watch: Watch, stage: str) -> cloudwatch.Alarm:
        limit = watch.below if watch.above is None else watch.above
        if limit is None:
            raise ValueError(f"{watch.name} has no limit")
        return cloudwatch.Alarm(
            self,
            watch.name,
            alarm_name=f"NetPulse-{stage}-{watch.name}",
            metric=watch.metric,
            threshold=limit,
            alarm_description=watch.meaning,
            evaluation_periods=watch.periods,
            comparison_operator=_BELOW if watch.above is None else _ABOVE,
            treat_missing_data=watch.silence,
        )


def minutes(count: int) -> Duration:
    """Return a metric's period."""
    return Duration.minutes(count)
