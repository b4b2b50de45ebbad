"""Calls to AWS that go wrong in the middle of a deploy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from s3vectors_local.faults import Fault
from tests.drills.drilled import BUCKET, Drilled, said, undeployed

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("drills-calls")]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Drilled, str]]:
    """An environment whose first deploy was throttled and failed, and what Terraform said of that."""
    with undeployed(tmp_path_factory.mktemp("calls")) as dev:
        dev.aws.inject(Fault("throttle", rate=0.3), Fault("server-error", rate=0.1))
        told = dev.first_deploy()
        dev.aws.clear_faults()
        yield dev, told


@pytest.fixture
def deployed(first: tuple[Drilled, str]) -> Drilled:
    return first[0]


def test_throttled_at_30_percent_and_failing_at_10(first: tuple[Drilled, str]) -> None:
    """A whole environment is made and verified as if nothing was: every call is tried again."""
    dev, told = first
    assert "matches the configuration" in told
    dev.settled()


@pytest.mark.long
def test_a_creation_that_succeeded_and_was_not_answered(deployed: Drilled) -> None:
    """The second try is refused: there is one already. What the message says to do settles it."""
    deployed.add("unanswered")
    deployed.aws.inject(Fault("drop-after", "CreateIndex", count=1))
    refused = said(deployed.tried())
    assert "An index with the specified name already exists" in refused
    assert "if it exists already: vectorform adopt dev" in refused
    assert "unanswered" in deployed.names()
    arn = f"arn:aws:s3vectors:eu-west-1:123456789012:bucket/{BUCKET}/index/unanswered"
    address = 'aws_s3vectors_index.indexes_documents["documents/unanswered"]'
    assert deployed.adopt() == (
        f"dev: {address} was imported into the state: {arn}\n"
        "nothing in AWS was changed; to see what differs from the configuration: cdktf plan dev\n"
    )
    assert "matches the configuration" in deployed.apply()
    deployed.settled()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        pytest.param(
            "expire",
            "ExpiredTokenException: The security token included in the request is expired",
            marks=pytest.mark.long,
        ),
        pytest.param("skew", "InvalidSignatureException: Signature expired: ", marks=pytest.mark.long),
        pytest.param("drop", "Connection was closed before we received a valid", marks=pytest.mark.long),
    ],
)
def test_the_rest_of_an_apply_fails(deployed: Drilled, kind, told: str) -> None:
    """What was made until then is in the state, and the next apply goes on from there."""
    deployed.indexes |= {f"{kind}-1": deployed.indexes["first"], f"{kind}-2": deployed.indexes["first"]}
    deployed.write(deployed.yaml())
    deployed.aws.inject(Fault(kind, "CreateIndex", after=1))
    refused = said(deployed.tried())
    deployed.aws.clear_faults()
    assert told in refused
    made = deployed.names() & {f"{kind}-1", f"{kind}-2"}
    assert len(made) == 1
    assert f'aws_s3vectors_index.indexes_documents["documents/{made.pop()}"]' in deployed.addresses()
    assert "matches the configuration" in deployed.apply()
    deployed.settled()


@pytest.mark.long
def test_credentials_that_expire_before_the_verification(deployed: Drilled) -> None:
    """All is deployed and nothing is verified: the apply fails and says why, the next one verifies."""
    deployed.add("unverified")
    deployed.aws.inject(Fault("expire", "ListIndexes"))
    refused = said(deployed.tried())
    deployed.aws.clear_faults()
    assert "ListIndexes: ExpiredTokenException" in refused
    assert "renew the AWS credentials, then run it again" in refused
    assert "matches the configuration" in deployed.apply()
    deployed.settled()
