"""Where NetPulse may be sent: every spelling and wrapping of an address that must not be."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netpulse.networks import (
    AddressPolicy,
    Refusal,
    UrlRefusal,
    embedded,
    host_of_url,
    parse_address,
    parse_networks,
)

PROD = AddressPolicy(parse_networks("127.0.0.0/8, ::1/128, 10.65.0.0/16"))
LOCAL = AddressPolicy()
PUBLIC = AddressPolicy(parse_networks("10.65.0.0/16"), public_only=True)

# each means 169.254.169.254 or 169.254.170.2 to someone on the way
WRAPPED = [
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    # RFC 6052 with a /48 prefix: 169.254 before the zero octet, 170.2 behind it
    "64:ff9b:1:a9fe:00aa:0200::",
    "2002:a9fe:a9fe::",
    "2002:a9fe:aa02::1",
    # Teredo: the client's address inverted; the server's as it is
    "2001:0:c000:201:0:0:5601:5601",
    "2001:0:a9fe:a9fe::1",
    "fe80::5efe:a9fe:a9fe",
    "2001:db8::5efe:a9fe:a9fe",
    "2001:db8::200:5efe:a9fe:a9fe",
    "::ffff:0:a9fe:a9fe",
]


@pytest.mark.parametrize("text", WRAPPED)
@pytest.mark.parametrize("policy", [PROD, LOCAL, PUBLIC])
def test_a_metadata_address_is_refused_however_it_is_wrapped(
    policy: AddressPolicy, text: str
) -> None:
    assert policy.refusal_of_text(text) is not None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("0.0.0.0", Refusal.UNSPECIFIED),
        ("0.1.2.3", Refusal.UNSPECIFIED),
        ("::", Refusal.UNSPECIFIED),
        ("169.254.0.1", Refusal.LINK_LOCAL),
        ("169.254.170.2", Refusal.LINK_LOCAL),
        ("fe80::1", Refusal.LINK_LOCAL),
        ("febf::1", Refusal.LINK_LOCAL),
        ("224.0.0.1", Refusal.MULTICAST),
        ("239.255.255.255", Refusal.MULTICAST),
        ("ff02::1", Refusal.MULTICAST),
        ("240.0.0.1", Refusal.RESERVED),
        ("255.255.255.255", Refusal.RESERVED),
        ("fd00:ec2::254", Refusal.METADATA),
        ("100.100.100.200", Refusal.METADATA),
        ("192.0.0.192", Refusal.METADATA),
        ("168.63.129.16", Refusal.METADATA),
        ("not an address", Refusal.NOT_AN_ADDRESS),
        ("", Refusal.NOT_AN_ADDRESS),
    ],
)
@pytest.mark.parametrize("policy", [PROD, LOCAL, PUBLIC])
def test_some_addresses_no_stage_may_reach(
    policy: AddressPolicy, text: str, refusal: Refusal
) -> None:
    assert policy.refusal_of_text(text) is refusal


@pytest.mark.parametrize(
    "text",
    ["192.168.88.1", "10.0.0.1", "172.16.3.4", "100.64.0.1", "fd12::1", "8.8.8.8", "2001:db8::1"],
)
def test_probes_reach_private_networks_and_webhooks_do_not(text: str) -> None:
    assert PROD.refusal_of_text(text) is None
    expected = None if text == "8.8.8.8" else Refusal.NOT_PUBLIC
    assert PUBLIC.refusal_of_text(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "::ffff:127.0.0.1",
        "10.65.1.2",
        "::ffff:10.65.1.2",
        "2002:a41:102::",
    ],
)
def test_forbidden_networks_are_the_stages(text: str) -> None:
    assert PROD.refusal_of_text(text) is Refusal.FORBIDDEN
    assert LOCAL.refusal_of_text(text) is None


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "::1", "::127.0.0.1", "192.0.0.8", "64:ff9b::7f00:1", "198.18.0.1"]
)
def test_webhooks_reach_nothing_that_is_not_public(text: str) -> None:
    assert PUBLIC.refusal_of_text(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "169.254.169.254.",
        "010.0.0.1",
        "1.2.3",
        "192.0.2.1/32",
        "192.0.2.1:80",
        "[::1]",
        "fe80::1%eth0",
        "2001:db8::1%1",
        "\uff11\uff19\uff12.0.2.1",
        "192.0.2.1\x00",
    ],
)
def test_only_the_ordinary_spelling_is_an_address(text: str) -> None:
    assert parse_address(text) is None


def test_a_mapped_address_is_the_address_it_maps() -> None:
    assert parse_address(" ::ffff:192.0.2.1 ") == IPv4Address("192.0.2.1")
    assert str(parse_address("2001:DB8:0::1")) == "2001:db8::1"


@given(st.ip_addresses(v=4))
def test_whatever_the_address_no_wrapping_hides_it(address: IPv4Address) -> None:
    number = int(address)
    for wrapped in (
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address((0x64FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | number << 80),
        IPv6Address((0x2001 << 112) | ~number & 0xFFFFFFFF),
    ):
        assert address in list(embedded(wrapped))


@given(st.ip_addresses())
def test_every_address_gets_an_answer_and_the_forbidden_are_refused(
    address: IPv4Address | IPv6Address,
) -> None:
    everywhere = AddressPolicy(parse_networks("0.0.0.0/0,::/0"))
    assert everywhere.refusal(address) is not None
    if LOCAL.refusal(address):
        assert PROD.refusal(address)


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("gopher://192.0.2.1/", UrlRefusal.SCHEME),
        ("file:///etc/passwd", UrlRefusal.SCHEME),
        ("javascript:alert(1)", UrlRefusal.SCHEME),
        ("//192.0.2.1/", UrlRefusal.SCHEME),
        ("http://ok@169.254.169.254/", UrlRefusal.USERINFO),
        ("http://ok:pw@example.com/", UrlRefusal.USERINFO),
        ("http://@example.com/", UrlRefusal.USERINFO),
        ("http://", UrlRefusal.MALFORMED),
        ("http:///path", UrlRefusal.MALFORMED),
        ("http://example.com:0/", UrlRefusal.MALFORMED),
        ("http://example.com:99999/", UrlRefusal.MALFORMED),
        ("http://example.com:x/", UrlRefusal.MALFORMED),
        ("http://[::1", UrlRefusal.MALFORMED),
        ("http://example.com\\@169.254.169.254/", UrlRefusal.USERINFO),
        ("http://example.com\\.evil.example/", UrlRefusal.MALFORMED),
        ("http://exa mple.com/", UrlRefusal.MALFORMED),
        ("http://example.com/\r\nHost: x", UrlRefusal.MALFORMED),
        ("http://example.com/" + "x" * 2048, UrlRefusal.MALFORMED),
        ("http://2852039166/", UrlRefusal.HOST),
        ("http://0xa9fea9fe/", UrlRefusal.HOST),
        ("http://0251.0376.0251.0376/", UrlRefusal.HOST),
        ("http://169.254.43518/", UrlRefusal.HOST),
        ("http://169.254.169.254./", UrlRefusal.HOST),
        ("http://example.0x7f/", UrlRefusal.HOST),
        ("http://-example.com/", UrlRefusal.HOST),
        ("http://exam%70le.com/", UrlRefusal.HOST),
        ("http://a..b/", UrlRefusal.HOST),
        ("http://" + "a" * 64 + ".example/", UrlRefusal.HOST),
        ("http://" + "a." * 130 + "example/", UrlRefusal.HOST),
        ("http://\u2170.example/", UrlRefusal.HOST),
        ("http://169.254.169.254/latest", Refusal.LINK_LOCAL),
        ("http://[::ffff:169.254.170.2]:80/", Refusal.LINK_LOCAL),
        ("http://[64:ff9b::a9fe:a9fe]/", Refusal.LINK_LOCAL),
        ("HTTP://127.0.0.1/", Refusal.FORBIDDEN),
        ("http://LOCALHOST/", Refusal.FORBIDDEN),
        ("http://metrics.localhost:9090/", Refusal.FORBIDDEN),
        ("http://localhost./", Refusal.FORBIDDEN),
        ("http://metrics.localhost./", Refusal.FORBIDDEN),
    ],
)
def test_urls_that_lead_where_we_must_not_go_are_refused(
    url: str, refusal: Refusal | UrlRefusal
) -> None:
    assert PROD.refusal_of_url(url) is refusal


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/",
        "https://[2001:db8::1]:8443/health?a=b#c",
        "https://example.com",
        "http://router-1.lan:8080/",
        "http://intra_net/",
        "https://xn--bcher-kva.example/",
        "https://example.com./",
    ],
)
def test_urls_of_ordinary_hosts_are_allowed(url: str) -> None:
    assert PROD.refusal_of_url(url) is None


def test_the_host_of_a_url_is_in_lower_case_and_without_brackets() -> None:
    assert host_of_url("https://EXAMPLE.com:8443/X") == "example.com"
    assert host_of_url("https://[2001:DB8::1]/") == "2001:db8::1"


@given(st.text(max_size=60))
def test_no_text_makes_the_policy_stumble(text: str) -> None:
    PROD.refusal_of_url(text)
    PROD.refusal_of_url(f"http://{text}/")
    PROD.refusal_of_text(text)


def test_networks_are_read_from_a_list() -> None:
    assert parse_networks("") == ()
    assert [str(n) for n in parse_networks("10.0.0.0/8, fd00::/8,")] == ["10.0.0.0/8", "fd00::/8"]
    with pytest.raises(ValueError, match="host bits"):
        parse_networks("10.0.0.1/8")


def test_a_translation_prefix_of_48_bits_is_unwrapped() -> None:
    found = list(embedded(IPv6Address("64:ff9b:1:a9fe:00aa:0200::")))
    assert IPv4Address("169.254.170.2") in found


def test_an_address_embeds_nothing_it_does_not_hold() -> None:
    for text in ("192.0.2.1", "2001:db8::1", "::", "::1"):
        assert list(embedded(ip_address(text))) == [ip_address(text)]
