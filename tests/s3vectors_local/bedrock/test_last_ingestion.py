"""What `vectorform status` says of ingestions: of real jobs, hence here, beside the other jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from s3vectors_local.process import LocalAws
from tests import model
from tests.s3vectors_local.bedrock.conftest import Handbook
from tests.s3vectors_local.conftest import REGION
from vectorform.desired.model import Provider
from vectorform.state.status.ingestion import ingestions
from vectorform.state.status.seen import Recorded, SourceIds

DESIRED = model.environment(REGION)


@pytest.fixture(autouse=True)
def here(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)


def of(handbook: Handbook) -> dict[str, Recorded | None]:
    ids = SourceIds("handbook/manuals", handbook.id, handbook.source)
    return {REGION: Recorded(1, "x", 9, None, None, frozenset(), (ids,)), "us-west-2": None}


def test_never_then_complete_then_failed(handbook: Handbook) -> None:
    (found,), (check,) = ingestions(DESIRED, of(handbook), 8)
    assert (found.data_source, found.status, found.at) == ("handbook/manuals", "never", None)
    names = f"--knowledge-base-id {handbook.id} --data-source-id {handbook.source}"
    assert check.what == f"{REGION}: handbook/manuals was never ingested: searches do not find its documents"
    assert check.fix == f"`aws bedrock-agent start-ingestion-job --region {REGION} {names}`"

    handbook.put("a.txt", "one bag of 23 kg")
    job = handbook.sync()
    (found,), checks = ingestions(DESIRED, of(handbook), 8)
    assert (found.status, found.documents_failed, checks) == ("COMPLETE", 0, ())
    assert found.at is not None and abs((found.at - job["updatedAt"]).total_seconds()) < 2

    handbook.allow("s3:ListBucket")
    handbook.sync()
    (found,), (check,) = ingestions(DESIRED, of(handbook), 8)
    assert found.status == "FAILED" and check.what.endswith("the last ingestion of handbook/manuals failed")


def test_bedrock_that_does_not_answer_is_not_seen(
    handbook: Handbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    found, (check,) = ingestions(DESIRED, of(handbook), 5)
    assert (found, check.outcome) == ((), "unknown")
    assert check.what.startswith(f"{REGION}: ingestions: Could not connect")


def test_jobs_of_another_account_are_not_asked_for(handbook: Handbook) -> None:
    """Knowledge bases there may have the same names; that of the role that is assumed counts."""
    found, (check,) = ingestions(replace(DESIRED, account_id="999999999999"), of(handbook), 8)
    assert (found, check.outcome) == ((), "unknown")
    assert "the AWS credentials belong to account 123456789012, not to 999999999999" in check.what
    role = Provider(assume_role="arn:aws:iam::123456789012:role/nobody")
    found, (check,) = ingestions(replace(DESIRED, provider=role), of(handbook), 8)
    assert (found, check.outcome) == ((), "unknown") and "role/nobody cannot be assumed" in check.what


def test_without_data_sources_nothing_is_asked() -> None:
    records = {REGION: None, "us-east-1": Recorded(1, "x", 0, None, None, frozenset())}
    assert ingestions(DESIRED, records, 0) == ((), ())
