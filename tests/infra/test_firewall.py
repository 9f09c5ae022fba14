"""The firewall that CloudFront asks first."""

import json
from typing import Any

import pytest
from netpulse.settings import AccessSettings

from infra.firewall_rules import LOGIN_PATHS, REQUESTS_IN_FIVE_MINUTES
from infra.settings import STAGES
from tests.infra.conftest import Resource, Synthesise, Synthesised


@pytest.fixture(scope="module")
def firewall(prod: Synthesised) -> Resource:
    (found,) = prod.resources("AWS::WAFv2::WebACL").values()
    properties: Resource = found["Properties"]
    return properties


def _rules(firewall: Resource) -> dict[str, Any]:
    return {rule["Name"]: rule for rule in firewall["Rules"]}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_distribution_is_behind_a_firewall(name: str, synthesise: Synthesise) -> None:
    stage = synthesise(name)
    (acl,) = stage.resources("AWS::WAFv2::WebACL").values()
    assert acl["Properties"]["Scope"] == "CLOUDFRONT"
    (distribution,) = stage.resources("AWS::CloudFront::Distribution").values()
    assert distribution["Properties"]["DistributionConfig"]["WebACLId"] == {"Ref": "FirewallArn"}
    # nobody deploys a distribution without one by forgetting it
    assert "Default" not in stage.templates["web"]["Parameters"]["FirewallArn"]
    (output,) = stage.templates["firewall"]["Outputs"].values()
    assert output["Value"]["Fn::GetAtt"][1] == "Arn"


def test_the_firewall_is_made_where_cloudfront_looks_for_it(prod: Synthesised) -> None:
    manifest = json.loads((prod.folder / "manifest.json").read_text())
    environment = manifest["artifacts"]["NetPulse-prod-firewall"]["environment"]
    assert environment == "aws://unknown-account/us-east-1"


def test_one_address_may_ask_as_much_as_an_organisation_and_no_more(firewall: Resource) -> None:
    organization = AccessSettings(sessions_table="-", rate_limits_table="-").rate_limits[
        "organization"
    ]
    a_minute = organization.requests * 60 / organization.window_s
    assert a_minute * 5 == REQUESTS_IN_FIVE_MINUTES
    rule = _rules(firewall)["Addresses"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": REQUESTS_IN_FIVE_MINUTES,
    }
    assert rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429


def test_logins_have_a_rate_of_their_own_and_refreshes_do_not(firewall: Resource) -> None:
    statement = _rules(firewall)["Logins"]["Statement"]["RateBasedStatement"]
    matches = statement["ScopeDownStatement"]["OrStatement"]["Statements"]
    assert {each["ByteMatchStatement"]["SearchString"] for each in matches} == set(LOGIN_PATHS)
    # each load of the dashboard refreshes, for everybody behind one office's address
    assert not any("refresh".startswith(path) for path in LOGIN_PATHS)
    assert statement["Limit"] == 100


def test_the_rules_that_aws_maintains_refuse_but_for_what_we_must_take(firewall: Resource) -> None:
    groups = {
        rule["Statement"]["ManagedRuleGroupStatement"]["Name"]: rule
        for rule in firewall["Rules"]
        if "ManagedRuleGroupStatement" in rule["Statement"]
    }
    assert set(groups) == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert all(rule["OverrideAction"] == {"None": {}} for rule in groups.values())
    common = groups["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    counting = {each["Name"] for each in common["RuleActionOverrides"]}
    assert counting == {"SizeRestrictions_BODY", "GenericRFI_BODY", "NoUserAgent_HEADER"}


def test_what_is_refused_is_logged_without_credentials_and_queries(prod: Synthesised) -> None:
    (logging,) = prod.resources("AWS::WAFv2::LoggingConfiguration").values()
    fields = logging["Properties"]["RedactedFields"]
    hidden = {each["SingleHeader"]["Name"] for each in fields if "SingleHeader" in each}
    assert hidden == {"authorization", "cookie", "x-api-key", "x-netpulse-edge"}
    assert {"QueryString": {}} in fields
    # WAF takes no group of another name
    groups = prod.resources("AWS::Logs::LogGroup")
    group = groups["firewall/" + _reference(logging["Properties"]["LogDestinationConfigs"][0])]
    assert group["Properties"]["LogGroupName"] == "aws-waf-logs-netpulse-prod-firewall"


def test_stages_without_a_distribution_have_no_firewall(local: Synthesised) -> None:
    assert STAGES["local"].web is None
    assert "firewall" not in local.templates


def _reference(joined: Resource) -> str:
    found: str = joined["Fn::Join"][1][-1]["Ref"]
    return found
