"""Who is told when the platform itself is ill."""

import json

from tests.infra.conftest import Resource, Synthesised


def _alarms(stage: Synthesised) -> list[Resource]:
    return [a["Properties"] for a in stage.resources("AWS::CloudWatch::Alarm").values()]


def test_every_alarm_tells_somebody_when_it_begins_and_when_it_ends(prod: Synthesised) -> None:
    alarms = _alarms(prod)
    assert alarms
    for alarm in alarms:
        assert alarm["AlarmActions"]
        assert alarm["OKActions"]
        assert alarm["AlarmDescription"].endswith(".")


def test_the_topic_of_alarms_takes_what_they_publish(prod: Synthesised) -> None:
    (topic,) = {json.dumps(alarm["AlarmActions"]) for alarm in _alarms(prod)}
    (policy,) = prod.resources("AWS::SNS::TopicPolicy").values()
    assert json.dumps(policy["Properties"]["Topics"]) == topic
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    # a policy of one's own replaces SNS's, which would have allowed it
    assert [each["Principal"] for each in allowed] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert allowed[0]["Action"] == "sns:Publish"
    assert allowed[0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_every_dead_letter_queue_has_an_alarm_at_its_first_message(prod: Synthesised) -> None:
    watching = [a for a in _alarms(prod) if "given up on" in a["AlarmDescription"]]
    queues = [q for q in prod.resources("AWS::SQS::Queue") if "DeadLetters" in q]
    assert len(watching) == len(queues)
    for alarm in watching:
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert "DeadLetters" in json.dumps(alarm["Dimensions"])
        assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 1)


def test_every_function_but_the_migration_has_an_alarm_on_its_errors(prod: Synthesised) -> None:
    # A failed migration fails the deployment, which somebody watches.
    functions = prod.resources("AWS::Lambda::Function")
    watching = [a for a in _alarms(prod) if a.get("MetricName") == "Errors"]
    assert len(watching) == len(functions) - 1


def test_silence_of_the_pollers_is_an_alarm(prod: Synthesised) -> None:
    (heartbeat,) = [a for a in _alarms(prod) if a.get("MetricName") == "PollerHeartbeat"]
    assert heartbeat["TreatMissingData"] == "breaching"
    (silent,) = [a for a in _alarms(prod) if "NumberOfMessagesSent" in json.dumps(a)]
    assert "PollResults" in json.dumps(silent["Metrics"])


def test_the_local_stage_has_no_alarms(local: Synthesised) -> None:
    assert _alarms(local) == []
