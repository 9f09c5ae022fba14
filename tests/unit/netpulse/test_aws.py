from __future__ import annotations

import pytest
from botocore.loaders import Loader
from netpulse import aws


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.parametrize("document", ["endpoints", "sqs/2012-11-05/service-2"])
def test_documents_say_what_the_sdk_would_read_in_them(document: str) -> None:
    # a loader of the test's own: the SDK writes into what a session's loader keeps
    ours = Loader(file_loader=aws._Documents()).load_data(document)
    assert ours == Loader().load_data(document)
    assert type(ours) is dict


def test_sessions_read_their_documents_so() -> None:
    loader = aws._session()._session.get_component("data_loader")
    assert isinstance(loader.file_loader, aws._Documents)


def test_a_document_that_is_not_there_is_none() -> None:
    documents = aws._Documents()
    assert documents.load_file("no/such/document") is None
    assert not documents.exists("no/such/document")
