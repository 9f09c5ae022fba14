"""The cost model says what the stacks say."""

import re

import pytest

from infra import cost
from infra.bundling import ROOT
from infra.settings import LOCAL, PROD, STAGES
from infra.stage import RdsSettings
from tests.infra.conftest import Synthesised


def alarm_metrics(stage: Synthesised) -> int:
    alarms = [a["Properties"] for a in stage.resources("AWS::CloudWatch::Alarm").values()]
    # one whose alarm is on an expression lists them, and the expression
    return sum(max(1, len(alarm.get("Metrics", [])) - 1) for alarm in alarms)


def test_the_documents_show_the_table_that_the_model_prints() -> None:
    assert cost.table() in (ROOT / "docs" / "deployment.md").read_text()


def test_the_readme_tells_the_models_sums_to_the_nearest_ten() -> None:
    told = re.search(
        r"about (\S+) dollars for 1,000 devices, (\S+) for 10,000 and (\S+) for 100,000",
        (ROOT / "README.md").read_text(),
    )
    assert told
    sums = [sum(cost.monthly(fleet).values()) for fleet in cost.FLEETS]
    assert [int(each.replace(",", "")) for each in told.groups()] == [
        round(each, -1) for each in sums
    ]


def test_every_instance_that_a_stage_uses_has_a_price() -> None:
    databases = [stage.database for stage in STAGES.values()]
    used = {d.instance for d in databases if isinstance(d, RdsSettings)}
    assert used <= set(cost.INSTANCE)


def test_what_is_counted_is_what_the_templates_have(prod: Synthesised) -> None:
    assert PROD.network is not None
    assert len(prod.resources("AWS::EC2::NatGateway")) == PROD.network.nat_gateways
    assert len(prod.resources("AWS::RDS::DBProxy")) == 1
    assert len(prod.resources("AWS::RDS::DBInstance")) == 1
    assert alarm_metrics(prod) == cost.ALARM_METRICS
    assert len(prod.resources("AWS::SecretsManager::Secret")) == cost.SECRETS
    (firewall,) = prod.resources("AWS::WAFv2::WebACL").values()
    assert len(firewall["Properties"]["Rules"]) == cost.FIREWALL_RULES


def test_what_costs_by_the_hour_is_all_in_the_model(prod: Synthesised) -> None:
    hourly = {
        "AWS::EC2::NatGateway",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBProxy",
        "AWS::ECS::Service",
    }
    dear = ("VPCEndpoint", "LoadBalancer", "ElastiCache", "Kinesis", "OpenSearch")
    kinds = {r["Type"] for t in prod.templates.values() for r in t["Resources"].values()}
    assert hourly <= kinds
    endpoints = prod.resources("AWS::EC2::VPCEndpoint").values()
    assert all(e["Properties"]["VpcEndpointType"] == "Gateway" for e in endpoints)
    assert not [k for k in kinds if any(word in k for word in dear if word != "VPCEndpoint")]


def test_a_device_costs_less_the_more_there_are() -> None:
    each = [sum(cost.monthly(fleet).values()) / fleet.devices for fleet in cost.FLEETS]
    assert each == sorted(each, reverse=True)


def test_a_stage_without_its_own_database_has_no_price() -> None:
    with pytest.raises(TypeError, match="only stages"):
        cost.monthly(cost.FLEETS[0], LOCAL)
