"""What must be true of every template, whatever is added to it."""

import json
from typing import Any

import pytest

from tests.infra.conftest import Resource, Synthesise, Synthesised

_MANAGED = "arn:aws:iam::aws:policy"


def _statements(stage: Synthesised) -> list[tuple[str, dict[str, Any]]]:
    policies = stage.resources("AWS::IAM::Policy")
    return [
        (name, statement)
        for name, policy in policies.items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def _words(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("name", ["prod", "local"])
def test_every_queue_has_a_dead_letter_queue_or_is_one(name: str, synthesise: Synthesise) -> None:
    queues = synthesise(name).resources("AWS::SQS::Queue")
    without = [k for k, q in queues.items() if "RedrivePolicy" not in q["Properties"]]
    assert queues
    assert all("DeadLetters" in queue for queue in without)
    assert len(without) * 2 == len(queues)


def test_queues_are_encrypted(prod: Synthesised) -> None:
    queues = prod.resources("AWS::SQS::Queue").values()
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in queues)


def test_queues_hide_a_message_for_six_times_their_consumers_time_out(prod: Synthesised) -> None:
    queues = _by_arn(prod, prod.resources("AWS::SQS::Queue"))
    functions = _by_arn(prod, prod.resources("AWS::Lambda::Function"))
    mappings = prod.resources("AWS::Lambda::EventSourceMapping")
    assert mappings
    for name, mapping in mappings.items():
        stack = name.split("/")[0]
        queue = queues[_target(stack, mapping["Properties"]["EventSourceArn"])]
        function = functions[_target(stack, mapping["Properties"]["FunctionName"])]
        timeout = function["Properties"]["Timeout"]
        assert queue["Properties"]["VisibilityTimeout"] >= 6 * timeout, name


def test_every_mapping_reports_partial_failures_and_is_bounded(prod: Synthesised) -> None:
    for mapping in prod.resources("AWS::Lambda::EventSourceMapping").values():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["Properties"]["ScalingConfig"]["MaximumConcurrency"] <= 20


@pytest.mark.parametrize("name", ["prod", "local"])
def test_every_log_group_forgets(name: str, synthesise: Synthesise) -> None:
    groups = synthesise(name).resources("AWS::Logs::LogGroup")
    assert groups
    assert all("RetentionInDays" in group["Properties"] for group in groups.values())


def test_every_function_writes_to_its_own_log_group_and_is_traced(prod: Synthesised) -> None:
    for function in prod.resources("AWS::Lambda::Function").values():
        assert function["Properties"]["LoggingConfig"]["LogGroup"]
        assert function["Properties"]["TracingConfig"] == {"Mode": "Active"}
        assert function["Properties"]["Architectures"] == ["arm64"]
        assert function["Properties"]["Runtime"] == "python3.13"


def test_functions_with_a_database_live_in_the_vpc_and_the_others_do_not(
    prod: Synthesised,
) -> None:
    for name, function in prod.resources("AWS::Lambda::Function").items():
        properties = function["Properties"]
        with_database = "NETPULSE_DATABASE_HOST" in properties["Environment"]["Variables"]
        assert with_database == ("VpcConfig" in properties), name


def test_the_authorizer_and_the_push_worker_stay_outside_the_vpc(prod: Synthesised) -> None:
    functions = prod.resources("AWS::Lambda::Function").values()
    outside = {f["Properties"]["Handler"] for f in functions if "VpcConfig" not in f["Properties"]}
    assert outside >= {
        "functions.auth.handlers.authorizer.handler",
        "functions.realtime.handlers.on_fact.handler",
    }


def test_no_role_has_a_policy_that_aws_manages(prod: Synthesised) -> None:
    roles = prod.resources("AWS::IAM::Role").values()
    arns = [json.dumps(role["Properties"].get("ManagedPolicyArns", [])) for role in roles]
    assert not any("iam::aws:policy" in arn for arn in arns)


def test_no_statement_allows_every_action_of_a_service(prod: Synthesised) -> None:
    actions = [action for _, s in _statements(prod) for action in _words(s["Action"])]
    assert actions
    assert not [action for action in actions if action.endswith(":*")]


def test_a_statement_for_all_resources_knows_none_or_is_held_to_a_tag(prod: Synthesised) -> None:
    allowed = ("ec2:", "xray:", "ecr:GetAuthorizationToken")
    actions = [
        action
        for _, statement in _statements(prod)
        if statement["Resource"] == "*" and "netpulse:purpose" not in json.dumps(statement)
        for action in _words(statement["Action"])
    ]
    assert not [action for action in actions if not action.startswith(allowed)]


def test_only_those_who_need_the_signing_keys_may_read_them(prod: Synthesised) -> None:
    readers = {
        name.split("/")[1].split("Role")[0]
        for name, statement in _statements(prod)
        if "SigningKeys" in json.dumps(statement["Resource"])
    }
    assert readers == {"AuthEveryHour", "AuthHttp", "PlatformMigrate"}


def test_every_role_of_the_database_gets_another_password_in_time(prod: Synthesised) -> None:
    schedules = prod.resources("AWS::SecretsManager::RotationSchedule").values()
    assert len(schedules) == 4
    for schedule in schedules:
        properties = schedule["Properties"]
        assert properties["RotationRules"] == {"AutomaticallyAfterDays": 90}
        # roles have the passwords of their secrets only after the migration
        assert properties["RotateImmediatelyOnUpdate"] is False
        assert any("Migration" in one for one in schedule["DependsOn"])
        assert any("Permission" in one for one in schedule["DependsOn"])


def test_only_the_rotation_writes_passwords_and_secrets_manager_alone_may_call_it(
    prod: Synthesised,
) -> None:
    writers = {
        name.split("/")[1].split("Role")[0]
        for name, statement in _statements(prod)
        if "secretsmanager:PutSecretValue" in _words(statement["Action"])
        and "SigningKeys" not in json.dumps(statement["Resource"])
    }
    assert writers == {"AuthRotatePassword"}
    callers = {
        (permission["Properties"]["Principal"], bool(permission["Properties"].get("SourceArn")))
        for permission in prod.resources("AWS::Lambda::Permission").values()
        if "AuthRotatePassword" in json.dumps(permission["Properties"]["FunctionName"])
    }
    assert callers == {("secretsmanager.amazonaws.com", True)}


def test_the_authorizer_reads_public_keys_and_nothing_else(prod: Synthesised) -> None:
    (statement,) = (
        statement
        for name, statement in _statements(prod)
        if "AuthAuthorizer" in name
        if any(not action.startswith(("logs:", "xray:")) for action in _words(statement["Action"]))
    )
    assert statement["Action"] == "dynamodb:GetItem"
    assert statement["Condition"] == {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["jwks"]}
    }


def test_the_database_of_prod_is_encrypted_redundant_and_protected(prod: Synthesised) -> None:
    (instance,) = prod.resources("AWS::RDS::DBInstance").values()
    assert instance["DeletionPolicy"] == "Snapshot"
    assert instance["Properties"]["StorageEncrypted"] is True
    assert instance["Properties"]["MultiAZ"] is True
    assert instance["Properties"]["DeletionProtection"] is True
    assert instance["Properties"]["PubliclyAccessible"] is False


def test_what_prod_remembers_outlives_its_stack(prod: Synthesised) -> None:
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key")
    kept = [r["DeletionPolicy"] for kind in kinds for r in prod.resources(kind).values()]
    assert kept
    assert set(kept) == {"Retain"}


def test_nothing_takes_connections_from_everywhere(prod: Synthesised) -> None:
    groups = prod.resources("AWS::EC2::SecurityGroup").values()
    rules: list[Resource] = [
        rule for group in groups for rule in group["Properties"].get("SecurityGroupIngress", [])
    ]
    rules += [r["Properties"] for r in prod.resources("AWS::EC2::SecurityGroupIngress").values()]
    assert rules
    assert not [r for r in rules if r.get("CidrIp") == "0.0.0.0/0" or r.get("CidrIpv6") == "::/0"]


def test_no_secret_is_written_into_a_template(prod: Synthesised) -> None:
    for secret in prod.resources("AWS::SecretsManager::Secret").values():
        given = json.loads(secret["Properties"].get("SecretString", "{}"))
        assert not any(given.values())


def test_pollers_may_ping_without_privileges_and_have_time_to_drain(prod: Synthesised) -> None:
    (task,) = prod.resources("AWS::ECS::TaskDefinition").values()
    (container,) = task["Properties"]["ContainerDefinitions"]
    assert container["SystemControls"] == [
        {"Namespace": "net.ipv4.ping_group_range", "Value": "0 2147483647"}
    ]
    assert container["StopTimeout"] == 120
    assert container["ReadonlyRootFilesystem"] is True


def test_the_local_stage_needs_no_network_and_no_containers(local: Synthesised) -> None:
    kinds = {r["Type"] for t in local.templates.values() for r in t["Resources"].values()}
    assert not [kind for kind in kinds if kind.split("::")[1] in {"EC2", "ECS", "RDS"}]


def test_the_local_stage_takes_what_differs_per_run_as_parameters(local: Synthesised) -> None:
    declared = {p for t in local.templates.values() for p in t.get("Parameters", {})}
    assert declared - {"BootstrapVersion"} == {
        "PublicUrl",
        "AllowedOrigins",
        "DatabaseHost",
        "DatabasePort",
        "DatabaseName",
        "SendgridUrl",
        "AfricastalkingUrl",
        "WebsocketCallbackUrl",
    }


def test_the_local_stage_tells_pollers_what_they_need(local: Synthesised) -> None:
    told = json.dumps(local.templates["workflows"]["Outputs"]["PollerEnvironment"])
    for name in ("DATABASE_SECRET", "POLL_RESULTS_QUEUE_URL", "CREDENTIALS_KEY_ID"):
        assert f"NETPULSE_{name}" in told


def _target(stack: str, reference: Resource) -> str:
    """Return what a reference, or an import of an export, names: `stack/LogicalId` or export."""
    if "Fn::ImportValue" in reference:
        export: str = reference["Fn::ImportValue"]
        return export
    if "Ref" in reference:
        return f"{stack}/{reference['Ref']}"
    return f"{stack}/{reference['Fn::GetAtt'][0]}"


def _by_arn(stage: Synthesised, resources: dict[str, Resource]) -> dict[str, Resource]:
    """Return resources by name and by the name of the export of their ARN."""
    found = dict(resources)
    for stack, template in stage.templates.items():
        for output in template.get("Outputs", {}).values():
            name = output.get("Export", {}).get("Name")
            if name and "Fn::GetAtt" in output["Value"]:
                owner = f"{stack}/{output['Value']['Fn::GetAtt'][0]}"
                if owner in resources:
                    found[name] = resources[owner]
    return found
