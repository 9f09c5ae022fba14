"""Functions, routes and subscriptions as data."""

import importlib
from collections.abc import Iterable, Iterator

import pytest
from netpulse.events import FACTS

from infra import functions
from infra.functions import FunctionSpec
from infra.routes import PREFIXES, PUBLIC_PATHS, private_paths, public_paths
from infra.settings import STAGES, stage
from infra.subscriptions import SUBSCRIPTIONS, detail_types, sources
from tests.infra.conftest import Synthesised


def _named() -> Iterator[FunctionSpec]:
    for value in vars(functions).values():
        group = value.values() if isinstance(value, dict) else value
        for each in group if isinstance(group, Iterable) else (group,):
            if isinstance(each, FunctionSpec):
                yield each


SPECS = tuple(_named())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.handler)
def test_every_handler_can_be_imported(spec: FunctionSpec) -> None:
    module, _, name = spec.handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_function_of_the_table_is_deployed(prod: Synthesised) -> None:
    deployed = [
        function["Properties"]["Handler"]
        for function in prod.resources("AWS::Lambda::Function").values()
    ]
    assert sorted(deployed) == sorted(spec.handler for spec in SPECS)


def test_every_fact_has_a_subscriber() -> None:
    heard = {name for subscription in SUBSCRIPTIONS for name in detail_types(subscription)}
    assert heard == {fact.type_name() for fact in FACTS}


def test_every_subscription_has_a_function() -> None:
    asked = {(subscription.domain, subscription.entry) for subscription in SUBSCRIPTIONS}
    assert asked == set(functions.SUBSCRIBERS)


def test_a_rule_matches_source_and_type_of_each_subscription(prod: Synthesised) -> None:
    patterns = [
        rule["Properties"]["EventPattern"] for rule in prod.resources("AWS::Events::Rule").values()
    ]
    for subscription in SUBSCRIPTIONS:
        wanted = {"detail-type": detail_types(subscription), "source": sources(subscription)}
        assert wanted in patterns


def test_every_route_belongs_to_a_function_with_an_http_handler(prod: Synthesised) -> None:
    domains = {spec.domain for spec in functions.HTTP_FUNCTIONS}
    assert set(PREFIXES) | set(PUBLIC_PATHS) == domains
    routes = {
        route["Properties"]["RouteKey"]
        for route in prod.resources("AWS::ApiGatewayV2::Route").values()
    }
    for domain in domains:
        for path in (*private_paths(domain), *public_paths(domain)):
            assert f"ANY {path}" in routes


def test_only_public_paths_have_no_authorizer(prod: Synthesised) -> None:
    public = {f"ANY {path}" for domain in PUBLIC_PATHS for path in public_paths(domain)}
    open_routes = {
        route["Properties"]["RouteKey"]
        for name, route in prod.resources("AWS::ApiGatewayV2::Route").items()
        if name.startswith("api/") and route["Properties"]["AuthorizationType"] == "NONE"
    }
    assert open_routes == public


def test_the_authorizer_is_asked_even_without_a_token(prod: Synthesised) -> None:
    (authorizer,) = prod.resources("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["Properties"]["EnableSimpleResponses"] is True
    assert not authorizer["Properties"].get("IdentitySource")
    assert authorizer["Properties"]["AuthorizerResultTtlInSeconds"] == 0


def test_only_the_local_stage_allows_loopback_devices() -> None:
    allowing = [s.name for s in STAGES.values() if "127.0.0.0/8" not in s.forbidden_networks]
    assert allowing == ["local"]


def test_no_stage_probes_its_own_network() -> None:
    for settings in STAGES.values():
        if settings.network:
            assert settings.network.cidr in settings.forbidden_networks


def test_an_unknown_stage_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="unknown stage 'production'"):
        stage("production")


def test_the_public_url_can_be_told_where_there_is_no_domain() -> None:
    assert stage("dev", public_url="https://d1.example").public_url == "https://d1.example"
    assert stage("dev").public_url == "derived"
    assert stage("local", public_url="https://d1.example").public_url is None
