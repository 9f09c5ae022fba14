from __future__ import annotations

import pytest

from functions.auth.domain.invitation import invitation_link, invitation_mail, welcome_mail
from functions.auth.domain.mails import Notice, notice_mail

TO, URL = "amina@kilimo.example", "https://np.example"


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_says_what_happened_and_what_to_do_if_it_was_somebody_else(notice: Notice) -> None:
    mail = notice_mail(TO, notice, URL)
    assert mail.to == TO
    assert "just" in mail.text
    assert "If that was not you" in mail.text
    # to the page as it always is: nothing that opens anything travels in a notice
    assert mail.text.count("https://") == 1
    assert f'href="{URL}"' in mail.html


def test_an_invitation_says_who_asks_where_to_and_how_to_come_in() -> None:
    link = invitation_link("https://np.example/noc/", "t0ken")
    assert link == "https://np.example/noc/invitation#t0ken"
    mail = invitation_mail(TO, link, organization="Kilimo <b>Net</b>", inviter="Juma")
    assert "Juma invites you to Kilimo <b>Net</b>" in mail.text
    assert link in mail.text
    assert "7 days" in mail.text
    assert "<b>" not in mail.html
    assert f'href="{link}"' in mail.html
    # what others may call themselves is in no subject
    assert "Kilimo" not in mail.subject


def test_who_has_a_login_is_told_of_one_more_organisation_without_a_token() -> None:
    mail = welcome_mail(TO, URL, organization="Kilimo", inviter="Juma")
    assert "Juma added you to Kilimo" in mail.text
    assert "#" not in mail.text
