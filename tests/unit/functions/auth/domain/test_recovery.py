from __future__ import annotations

from functions.auth.domain.recovery import reset_link, reset_mail


def test_the_link_is_our_own_and_its_token_goes_to_no_server() -> None:
    assert reset_link("https://np.example/noc/", "t") == "https://np.example/noc/reset-password#t"


def test_the_mail_says_what_the_link_does_in_text_and_markup() -> None:
    mail = reset_mail("amina@kilimo.example", "https://np.example/r#<t>")
    assert mail.to == "amina@kilimo.example"
    assert "https://np.example/r#<t>" in mail.text
    assert 'href="https://np.example/r#&lt;t&gt;"' in mail.html
    assert "<t>" not in mail.html
    assert "\n" not in mail.subject
