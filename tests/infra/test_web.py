"""The one origin that browsers see."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template
from netpulse.http import viewer

from infra import web_headers
from infra.app import build
from infra.bundling import Bundler
from infra.constructs.site_policies import ROUTER, VIEWER
from infra.settings import stage
from infra.web_headers import EDGE_HEADER, VIEWER_HEADER
from infra.web_paths import SOCKET, api_paths
from tests.infra.conftest import Resource, Synthesised

_CALL = """
const event = (uri) => ({ request: { uri, querystring: {} } });
console.log(JSON.stringify(JSON.parse(process.argv[1]).map((uri) => handler(event(uri)).uri)));
"""


@pytest.fixture(scope="module")
def distribution(prod: Synthesised) -> Resource:
    (found,) = prod.resources("AWS::CloudFront::Distribution").values()
    config: Resource = found["Properties"]["DistributionConfig"]
    return config


def test_the_api_the_socket_and_the_assets_have_their_own_paths(distribution: Resource) -> None:
    paths = [behavior["PathPattern"] for behavior in distribution["CacheBehaviors"]]
    assert paths == [*api_paths(), SOCKET, "/assets/*"]
    assert "/api/*" in paths
    assert len(paths) <= 25


def test_nothing_of_the_api_is_cached_or_hidden_from_it(distribution: Resource) -> None:
    behaviors = {each["PathPattern"]: each for each in distribution["CacheBehaviors"]}
    for path in (*api_paths(), SOCKET):
        behavior = behaviors[path]
        assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # disabled
        # all of the viewer's headers but Host
        assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
        assert "DELETE" in behavior["AllowedMethods"]
        assert behavior["ViewerProtocolPolicy"] == "https-only"
        functions = behavior.get("FunctionAssociations", [])
        assert [each["EventType"] for each in functions] == (
            [] if path == SOCKET else ["viewer-request"]
        )


def test_the_edge_proves_itself_to_the_http_api_alone(distribution: Resource) -> None:
    origins = {json.dumps(each["DomainName"]): each for each in distribution["Origins"]}
    [api] = [each for domain, each in origins.items() if "HttpApi" in domain]
    [header] = api["OriginCustomHeaders"]
    assert header["HeaderName"] == EDGE_HEADER
    # CloudFormation resolves it as it deploys: no template holds it
    reference = "{{resolve:secretsmanager:netpulse/prod/edge:SecretString:word::}}"
    assert header["HeaderValue"] == reference
    assert all("OriginCustomHeaders" not in each for each in origins.values() if each is not api)
    assert (EDGE_HEADER, VIEWER_HEADER) == (viewer.EDGE_HEADER, viewer.VIEWER_HEADER)


@pytest.mark.skipif(shutil.which("node") is None, reason="the function is JavaScript")
def test_the_edge_says_where_the_viewer_is_whatever_they_claim() -> None:
    claimed = {"request": {"headers": {VIEWER_HEADER: {"value": "192.0.2.1"}}}}
    event = json.dumps({**claimed, "viewer": {"ip": "203.0.113.7"}})
    script = f"{VIEWER.read_text()}\nconsole.log(JSON.stringify(handler({event}).headers))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {VIEWER_HEADER: {"value": "203.0.113.7"}}


def test_a_refusal_of_the_api_never_becomes_a_page(distribution: Resource) -> None:
    assert "CustomErrorResponses" not in distribution


def test_the_socket_goes_to_the_websocket_api_and_the_rest_to_the_http_api(
    distribution: Resource,
) -> None:
    origins = {each["Id"]: json.dumps(each["DomainName"]) for each in distribution["Origins"]}
    behaviors = {each["PathPattern"]: each for each in distribution["CacheBehaviors"]}
    assert "WebSocketApi" in origins[behaviors[SOCKET]["TargetOriginId"]]
    assert "HttpApi" in origins[behaviors["/api/*"]["TargetOriginId"]]


def test_origins_are_asked_by_modern_tls_alone(distribution: Resource) -> None:
    gateways = [each for each in distribution["Origins"] if "CustomOriginConfig" in each]
    assert len(gateways) == 2
    for each in gateways:
        assert each["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
        assert each["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_every_header_of_the_edge_is_set_by_cloudfront(prod: Synthesised) -> None:
    (policy,) = prod.resources("AWS::CloudFront::ResponseHeadersPolicy").values()
    told = json.dumps(policy["Properties"]["ResponseHeadersPolicyConfig"])
    config = policy["Properties"]["ResponseHeadersPolicyConfig"]
    named = {
        "ContentSecurityPolicy": "Content-Security-Policy",
        "ContentTypeOptions": "X-Content-Type-Options",
        "FrameOptions": "X-Frame-Options",
        "ReferrerPolicy": "Referrer-Policy",
        "StrictTransportSecurity": "Strict-Transport-Security",
    }
    set_ = {named[key] for key in config["SecurityHeadersConfig"]}
    set_ |= {item["Header"] for item in config["CustomHeadersConfig"]["Items"]}
    assert set_ == set(web_headers.SECURITY_HEADERS)
    for value in (web_headers.CONTENT_SECURITY_POLICY, web_headers.PERMISSIONS_POLICY):
        assert value in told
    assert config["SecurityHeadersConfig"]["StrictTransportSecurity"]["IncludeSubdomains"] is True


def test_no_script_or_style_runs_that_is_not_a_file_of_ours() -> None:
    policy = web_headers.CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    for directive in ("base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert directive in policy


def test_only_this_distribution_reads_the_site(prod: Synthesised) -> None:
    policies = prod.resources("AWS::S3::BucketPolicy")
    (policy,) = (each for name, each in policies.items() if name.startswith("web/SitePolicy"))
    allowed = [
        statement
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert [statement["Action"] for statement in allowed] == ["s3:GetObject"]
    assert "AWS:SourceArn" in allowed[0]["Condition"]["StringEquals"]
    for bucket in prod.resources("AWS::S3::Bucket").values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())


def test_requests_are_logged_without_cookies_and_logs_are_forgotten(
    prod: Synthesised, distribution: Resource
) -> None:
    assert distribution["Logging"].get("IncludeCookies", False) is False
    name = distribution["Logging"]["Bucket"]["Fn::GetAtt"][0]
    rules = prod.resources("AWS::S3::Bucket")[f"web/{name}"]["Properties"]["LifecycleConfiguration"]
    assert rules["Rules"][0]["ExpirationInDays"] == 90


@pytest.mark.skipif(shutil.which("node") is None, reason="the router is JavaScript")
def test_pages_are_the_front_page_and_files_are_files() -> None:
    asked = ["/", "/devices", "/devices/42", "/a.b/c", "/index.html", "/sw.js", "/config.json"]
    command = ["node", "-e", ROUTER.read_text() + _CALL, json.dumps(asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    front = "/index.html"
    assert json.loads(done.stdout) == [
        *(front for _ in range(5)),
        "/sw.js",
        "/config.json",
    ]


@pytest.mark.parametrize(
    "given", [{"domain_name": "noc.example.com"}, {"certificate_arn": "arn:x"}]
)
def test_a_domain_without_its_certificate_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="give both"):
        stage("prod", **given)


def test_a_domain_is_the_distributions_with_modern_tls_and_the_apis_public_url(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    named = stage("dev", domain_name="noc.example.com", certificate_arn=_CERTIFICATE)
    template, functions = _synthesised(named, tmp_path_factory)
    (found,) = template.find_resources("AWS::CloudFront::Distribution").values()
    config = found["Properties"]["DistributionConfig"]
    assert config["Aliases"] == ["noc.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.3_2025"
    assert config["ViewerCertificate"]["SslSupportMethod"] == "sni-only"
    assert '"NETPULSE_PUBLIC_URL": "https://noc.example.com"' in functions


def test_without_a_domain_the_api_can_be_told_its_public_url(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = "https://d111111abcdef8.cloudfront.net"
    _, functions = _synthesised(stage("dev", public_url=url), tmp_path_factory)
    assert f'"NETPULSE_PUBLIC_URL": "{url}"' in functions


def test_the_local_stage_has_no_distribution(local: Synthesised) -> None:
    assert "web" not in local.templates


_CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"


def _synthesised(chosen: Any, folders: pytest.TempPathFactory) -> tuple[Template, str]:
    app = App(outdir=str(folders.mktemp("named-")))
    bundles = folders.getbasetemp() / "bundles"
    build(app, chosen, Bundler(settings=chosen.bundling, install=False, bundles=bundles))
    stacks = {stack.node.id.rpartition("-")[2]: stack for stack in app.node.children}
    api = Template.from_stack(stacks["api"])  # type: ignore[arg-type]  # every child is a stack
    web = Template.from_stack(stacks["web"])  # type: ignore[arg-type]  # every child is a stack
    return web, json.dumps(api.to_json())
