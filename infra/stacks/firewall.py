"""The firewall that CloudFront asks first. It has to be in us-east-1, wherever all else is."""

from aws_cdk import ArnFormat, CfnOutput, Environment, RemovalPolicy, Stack
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.constructs.retention import retention
from infra.firewall_rules import (
    LOGIN_PATHS,
    LOGINS_IN_FIVE_MINUTES,
    MANAGED,
    REQUESTS_IN_FIVE_MINUTES,
    ManagedRules,
)
from infra.stage import Stage

REGION = "us-east-1"
_NOT_LOGGED = ("authorization", "cookie", "x-api-key", "x-netpulse-edge")
_Acl = waf.CfnWebACL


class FirewallStack(Stack):
    """Web ACL of the distribution: rates by address, then the rules that AWS maintains."""

    def __init__(self, scope: Construct, id_: str, *, stage: Stage) -> None:
        super().__init__(scope, id_, env=Environment(region=REGION))
        rules = [
            _rate("Addresses", 0, REQUESTS_IN_FIVE_MINUTES),
            _rate("Logins", 1, LOGINS_IN_FIVE_MINUTES, _any_of(LOGIN_PATHS)),
            *(_managed(group, number) for number, group in enumerate(MANAGED, start=2)),
        ]
        self.acl = _Acl(
            self,
            "Firewall",
            scope="CLOUDFRONT",
            description=f"NetPulse {stage.name}: what never reaches the origins.",
            default_action=_Acl.DefaultActionProperty(allow={}),
            rules=rules,
            visibility_config=_visible("Firewall"),
        )
        self._log(days=stage.retention.log_days)
        CfnOutput(self, "FirewallArn", value=self.acl.attr_arn)

    def _log(self, *, days: int) -> None:
        group = logs.LogGroup(
            self,
            "Logs",
            # AWS WAF writes only to groups whose name begins so
            log_group_name=f"aws-waf-logs-{self.stack_name.lower()}",
            retention=retention(days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        header = waf.CfnLoggingConfiguration.FieldToMatchProperty
        waf.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            # WAF wants the ARN without the `:*` that the group's own has
            log_destination_configs=[
                self.format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=group.log_group_name,
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            # tickets and tokens of links stand in queries
            redacted_fields=[
                *(header(single_header={"Name": name}) for name in _NOT_LOGGED),
                header(query_string={}),
            ],
        )


def _rate(
    name: str, priority: int, limit: int, where: waf.CfnWebACL.StatementProperty | None = None
) -> waf.CfnWebACL.RuleProperty:
    return _Acl.RuleProperty(
        name=name,
        priority=priority,
        action=_Acl.RuleActionProperty(
            block=_Acl.BlockActionProperty(
                custom_response=_Acl.CustomResponseProperty(response_code=429)
            )
        ),
        statement=_Acl.StatementProperty(
            rate_based_statement=_Acl.RateBasedStatementProperty(
                aggregate_key_type="IP",
                evaluation_window_sec=300,
                limit=limit,
                scope_down_statement=where,
            )
        ),
        visibility_config=_visible(name),
    )


def _any_of(paths: tuple[str, ...]) -> waf.CfnWebACL.StatementProperty:
    return _Acl.StatementProperty(
        or_statement=_Acl.OrStatementProperty(
            statements=[
                _Acl.StatementProperty(
                    byte_match_statement=_Acl.ByteMatchStatementProperty(
                        field_to_match=_Acl.FieldToMatchProperty(uri_path={}),
                        positional_constraint="STARTS_WITH",
                        search_string=path,
                        text_transformations=[
                            _Acl.TextTransformationProperty(priority=0, type="NORMALIZE_PATH")
                        ],
                    )
                )
                for path in paths
            ]
        )
    )


def _managed(group: ManagedRules, priority: int) -> waf.CfnWebACL.RuleProperty:
    return _Acl.RuleProperty(
        name=group.name,
        priority=priority,
        override_action=_Acl.OverrideActionProperty(none={}),
        statement=_Acl.StatementProperty(
            managed_rule_group_statement=_Acl.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group.name,
                rule_action_overrides=[
                    _Acl.RuleActionOverrideProperty(
                        name=rule, action_to_use=_Acl.RuleActionProperty(count={})
                    )
                    for rule in group.counting
                ],
            )
        ),
        visibility_config=_visible(group.name),
    )


def _visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return _Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
