"""What all providers have in common."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

import pytest

from functions.notify.ports import Sender
from tests.contract.functions.notify.senders import (
    MAIL,
    POSTED,
    TEXT,
    hook,
    mailer,
    poster,
    refusal,
    taken,
    texter,
)
from tests.support.recorder import Recorder


@pytest.mark.parametrize("make", [mailer, texter])
def test_without_a_key_nothing_is_sent_and_it_is_tried_again_later(
    recorder: Recorder, make: Callable[[str, dict[str, str]], Sender]
) -> None:
    error = refusal(make(recorder.url, {"unrelated": "x"}), TEXT, {})
    assert not error.permanent
    assert "not configured" in str(error)
    assert recorder.requests == []


@pytest.mark.parametrize(
    "make", [mailer, texter, lambda url: poster()], ids=["mail", "sms", "webhook"]
)
def test_a_provider_that_is_away_is_tried_again(make: Callable[[str], Sender]) -> None:
    with socket.socket() as taken_port:
        taken_port.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken_port.getsockname()[1]}"
        message = TEXT if make is texter else MAIL
        error = refusal(make(url), message, {"url": url, "secret": "hush"})
    assert not error.permanent
    assert "could not be reached" in str(error)
    assert error.answer.status is None


def test_no_secret_is_logged_even_at_debug(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder.will_answer(202)
    mailer(recorder.url).send(MAIL, {})
    recorder.will_answer(201, taken())
    texter(recorder.url).send(TEXT, {})
    poster().send(POSTED, hook(recorder))
    for secret in ("very-secret", "T0K3N", "hush", "+254700000001", "amina@"):
        assert secret not in caplog.text
