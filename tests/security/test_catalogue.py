"""Every attack of the list has a test that exists, or the reason why it needs none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_AUTH = "integration/functions/auth"

# Attack -> tests that make it, here or where the thing attacked is tested.
CASES: dict[str, tuple[str, ...]] = {
    "A1": ("security/test_a01_a05_tokens.py::test_a01_a_token_without_a_signature",),
    "A2": (
        "security/test_a01_a05_tokens.py::test_a02_a_token_signed_with_our_public_key_as_a_password",
    ),
    "A3": (
        "security/test_a01_a05_tokens.py::test_a03_a_header_that_points_at_another_key",
        "unit/functions/auth/channels/test_jwks.py::"
        "test_a_key_that_was_added_is_found_within_a_minute",
    ),
    "A4": (
        "security/test_a01_a05_tokens.py::test_a04_our_own_signature_over_claims_that_are_wrong",
        "security/test_a01_a05_tokens.py::test_a04_an_issuer_that_differs_by_a_slash_is_another",
    ),
    "A5": (
        "security/test_a01_a05_tokens.py::test_a05_logging_out_ends_the_token",
        "security/test_a01_a05_tokens.py::test_a05_a_new_password_ends_the_other_sessions",
        "security/test_a01_a05_tokens.py::test_a05_who_is_put_out_is_out",
        "integration/functions/realtime/test_handlers.py::"
        "test_logging_out_closes_the_sessions_sockets",
        "security/test_controls.py::test_the_denylist_is_what_ends_a_token_before_its_time",
    ),
    "A6": (
        f"{_AUTH}/test_sessions.py::*",
        "unit/functions/auth/service/test_sessions.py::"
        "test_a_copy_shown_late_ends_the_session_and_tells_its_sockets",
    ),
    "A7": (
        "security/test_a07_other_organisations.py::test_no_route_finds_another_organisations_thing",
        "security/test_a07_other_organisations.py::"
        "test_every_name_in_a_path_is_a_thing_that_is_tried",
        "security/test_a07_ids_in_bodies.py::"
        "test_every_id_that_a_body_may_hold_is_tried_or_needs_not",
        "security/test_a07_ids_in_bodies.py::test_an_id_in_a_body_reaches_nothing_of_theirs",
    ),
    "A8": (
        "security/test_a08_a11_requests.py::"
        "test_a08_each_role_may_do_what_the_table_says_and_no_more",
        "security/test_a08_a11_requests.py::test_a08_without_a_credential_there_is_nothing",
    ),
    "A9": (
        "security/test_a09_a18_in_process.py::"
        "test_a09_a_connection_that_served_one_organisation_shows_the_next_nothing",
        "security/test_controls.py::test_row_level_security_is_what_keeps_organisations_apart",
    ),
    "A10": ("security/test_a08_a11_requests.py::test_a10_what_a_body_may_not_set_is_refused",),
    "A11": ("security/test_a08_a11_requests.py::test_a11_sql_in_any_query_is_text_or_refused",),
    "A12": (
        "security/test_a09_a18_in_process.py::"
        "test_a12_no_spelling_of_a_webhook_or_provider_leads_inside",
    ),
    "A13": (
        "contract/netpulse/outgoing/test_outgoing.py::"
        "test_a_redirect_is_an_answer_and_not_followed",
        "integration/pollers/test_http_probe.py::test_a_redirect_leads_to_no_forbidden_place",
    ),
    "A14": (
        "security/test_a09_a18_in_process.py::"
        "test_a14_a_name_is_judged_by_every_address_it_has_and_asked_once",
        "contract/netpulse/outgoing/test_outgoing.py::test_a_name_that_changes_its_mind_is_asked_once",
    ),
    "A15": (
        "security/test_a09_a18_in_process.py::test_a15_no_probe_is_sent_where_none_may_go",
        "integration/pollers/test_http_probe.py::test_no_spelling_of_a_forbidden_address_is_asked",
    ),
    "A16": (
        "contract/netpulse/outgoing/test_outgoing.py::test_a_bomb_stays_packed",
        "contract/netpulse/outgoing/test_outgoing.py::test_an_answer_that_drips_is_left",
        "integration/pollers/test_http_probe.py::test_redirects_in_a_circle_are_left",
    ),
    "A17": ("security/test_a09_a18_in_process.py::test_a17_a_cell_runs_nothing",),
    "A19": (
        "contract/functions/notify/test_messages.py::"
        "test_nothing_of_an_alert_becomes_markup_or_a_template",
        "infra/test_web.py::test_no_script_or_style_runs_that_is_not_a_file_of_ours",
    ),
    "A20": (
        f"{_AUTH}/test_throttle.py::test_guessing_is_stopped_from_however_many_addresses",
        f"{_AUTH}/test_throttle.py::test_the_person_still_comes_in_from_where_they_came_in_before",
        f"{_AUTH}/test_coming_in.py::test_nobody_learns_whether_an_address_is_known",
        "security/test_a20_guesses.py::"
        "test_a20_guesses_at_once_are_counted_and_the_person_is_not_locked_out",
    ),
    "A21": (
        "unit/functions/auth/domain/test_password.py::test_what_is_guessed_first_is_refused",
        "unit/functions/auth/domain/test_password.py::"
        "test_a_password_of_exactly_the_longest_length_is_taken_whole",
    ),
    "A22": (
        f"{_AUTH}/test_recovery.py::test_a_link_by_mail_sets_a_new_password_once",
        f"{_AUTH}/test_recovery.py::test_the_link_leads_to_our_own_address_whatever_the_host_says",
        f"{_AUTH}/test_recovery.py::test_every_session_ends_and_the_person_is_told",
    ),
    "A23": (
        "security/test_a08_a11_requests.py::test_a23_a_page_beyond_reason_is_refused",
        "security/test_a07_other_organisations.py::test_a_cursor_and_a_since_show_ones_own_alone",
    ),
    "A24": (
        "security/test_a08_a11_requests.py::"
        "test_a24_a_body_that_is_meant_to_hurt_is_answered_quickly",
    ),
    "A25": ("integration/functions/metrics/test_archives.py::test_what_is_no_archive_is_told",),
    "A26": ("security/test_a09_a18_in_process.py::test_a26_a_subject_is_one_line",),
    "A27": ("security/test_a27_canaries.py::*", "flow/test_logs.py::test_no_secret_is_ever_logged"),
    "A28": (
        "security/test_a09_a18_in_process.py::test_a28_a_ciphertext_opens_for_its_own_record_alone",
    ),
    "A29": (
        "security/test_a09_a18_in_process.py::"
        "test_a29_the_documents_receiver_takes_what_is_ours_and_new",
    ),
    "A30": (
        "security/test_a30_a33_deployed.py::test_a30_a_ticket_opens_one_socket",
        "security/test_a30_a33_deployed.py::"
        "test_a30_a_socket_of_another_organisation_hears_nothing_of_ours",
        "security/test_a30_a33_deployed.py::"
        "test_a30_a_page_elsewhere_opens_no_socket_with_a_good_ticket",
    ),
    "A32": (
        "security/test_a08_a11_requests.py::test_a32_parallel_requests_are_counted_like_others",
    ),
    "A33": (
        f"{_AUTH}/test_audit_log.py::test_nobody_but_the_owner_writes_or_deletes_lines",
        "security/test_a30_a33_deployed.py::test_a33_no_route_changes_the_audit_log",
        "security/test_a30_a33_deployed.py::"
        "test_a33_what_callers_say_in_headers_stays_out_of_the_logs",
        "security/test_controls.py::test_the_audit_log_is_kept_from_the_application_by_its_rights",
    ),
    "A34": ("security/test_a08_a11_requests.py::test_a34_another_origin_is_given_no_leave",),
    "A35": ("infra/test_checks.py::*", "security/test_a35_supply.py::*"),
}
NOT_APPLICABLE = {
    "A18": "People write no templates: messages are made by ours, their values escaped.",
    "A31": "There are no agents behind other people's networks yet.",
}


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_every_attack_of_the_list_is_here_or_needs_no_test() -> None:
    assert {*CASES, *NOT_APPLICABLE} == {f"A{number}" for number in range(1, 36)}
    assert not CASES.keys() & NOT_APPLICABLE.keys()


@pytest.mark.parametrize("attack", CASES)
def test_what_stands_for_an_attack_exists(attack: str) -> None:
    for case in CASES[attack]:
        file, _, name = case.partition("::")
        found = names_in(_TESTS / file)
        assert any(one.startswith("test_") for one in found)
        assert name == "*" or name in found, case
