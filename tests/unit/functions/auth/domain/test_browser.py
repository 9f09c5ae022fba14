from __future__ import annotations

import pytest

from functions.auth.domain.browser import (
    cookie_with,
    cookie_without,
    may_use_cookie,
    refresh_token_in,
    state_cookie,
    state_in,
)

URL = "https://np.example/noc"
OWN = {"x-netpulse-client": "browser", "origin": "https://np.example"}


def test_our_own_pages_may_use_the_cookie() -> None:
    assert may_use_cookie(OWN, URL)


def test_the_browsers_own_word_counts_as_well() -> None:
    assert may_use_cookie({"x-netpulse-client": "browser", "sec-fetch-site": "same-origin"}, URL)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://np.example"},
        {"x-netpulse-client": "browser"},
        {**OWN, "origin": "https://evil.example"},
        {**OWN, "origin": "http://np.example"},
        {**OWN, "origin": "https://np.example.evil.example"},
        {**OWN, "origin": "null", "sec-fetch-site": "cross-site"},
        {**OWN, "origin": "https://sub.np.example", "sec-fetch-site": "same-site"},
    ],
)
def test_other_pages_may_not(headers: dict[str, str]) -> None:
    assert not may_use_cookie(headers, URL)


def test_the_cookie_goes_only_to_the_auth_routes_and_never_to_scripts() -> None:
    assert cookie_with("abc", URL) == (
        "netpulse_refresh=abc; Max-Age=2592000; Path=/noc/api/v1/auth; "
        "HttpOnly; Secure; SameSite=Strict"
    )
    assert "Path=/api/v1/auth;" in cookie_with("abc", "https://np.example")
    assert cookie_without(URL).startswith("netpulse_refresh=; Max-Age=0; Path=/noc/api/v1/auth;")


def test_the_cookie_is_found_among_others() -> None:
    assert refresh_token_in(["a=1", " netpulse_refresh=abc"]) == "abc"
    assert refresh_token_in(["netpulse_refresh=", "xnetpulse_refresh=1"]) is None


def test_a_journeys_state_is_kept_for_ten_minutes_and_sent_to_its_way_back_alone() -> None:
    kept = state_cookie("s", URL)
    assert kept.startswith("netpulse_sso=s; Max-Age=600; Path=/noc/api/v1/auth/sso;")
    # the way back begins on the provider's page
    assert kept.endswith("HttpOnly; Secure; SameSite=Lax")
    assert "Max-Age=0" in state_cookie("", URL)
    assert state_in(["netpulse_refresh=r", " netpulse_sso=s"]) == "s"
    assert state_in(["netpulse_sso="]) is None
