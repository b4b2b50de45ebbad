"""One local AWS for all tests of the verifier; each test uses names of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.loaders import Loader, create_loader

from s3vectors_local.process import LocalAws
from tests.nursery import local_aws


@pytest.fixture(scope="session")
def shared_aws() -> Iterator[LocalAws]:
    with local_aws() as running:
        yield running


@pytest.fixture(scope="session")
def loader() -> Loader:
    """botocore's service models, parsed once for all sessions of all tests."""
    return create_loader()


@pytest.fixture
def aws(shared_aws: LocalAws, loader: Loader, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalAws]:
    """The local AWS, with this process's environment pointing at it; without faults afterwards."""
    monkeypatch.setattr("botocore.session.create_loader", lambda _: loader)
    for name, value in shared_aws.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    yield shared_aws
    shared_aws.clear_faults()
