"""The smoke test: what it says, and that it leaves nothing behind, however it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests.model import ACCOUNT
from tests.verifier import samples
from tests.verifier.deployed import Hands, client, deploy, unique
from vectorform.desired.model import Environment, PolicyStatement
from vectorform.verifier.report import Report
from vectorform.verifier.smoke import smoke
from vectorform.verifier.verify import verify

STEPS = ["create", "put", "get", "query", "filter", "delete", "delete index"]


def deployed(**changes: Any) -> Environment:
    return deploy(unique(samples.environment(samples.bucket(**changes))))


def smoked(environment: Environment) -> Report:
    return smoke(environment, environment.regions, verify(environment))


def indexes(environment: Environment) -> list[str]:
    region = environment.home
    answer = client("s3vectors", region).list_indexes(vectorBucketName=region.vector_buckets[0].name)
    return [index["indexName"] for index in answer["indexes"]]


def test_every_step_is_timed_and_nothing_is_left(aws: LocalAws) -> None:
    environment = deployed()
    report = smoked(environment)
    (bucket,) = report.smoke
    assert list(bucket.steps) == STEPS and all(seconds > 0 for seconds in bucket.steps.values())
    assert bucket.readable_after is not None and bucket.readable_after < 10
    assert (report.findings, report.exit_code) == ((), 0)
    assert report.calls["PutVectors"] == report.calls["CreateIndex"] == 1
    assert indexes(environment) == ["index-0", "index-1"]


@pytest.mark.parametrize("operation", ["CreateIndex", "PutVectors", "QueryVectors", "DeleteVectors"])
def test_a_step_that_is_denied_is_unreadable_and_nothing_is_left(operation: str, aws: LocalAws) -> None:
    environment = deployed()
    aws.inject(Fault("deny", operation=operation))
    report = smoked(environment)
    (finding,) = report.findings
    assert (finding.kind, report.exit_code) == ("unreadable", 2)
    assert operation in finding.actual and (finding.attribute or "").startswith("smoke test")
    aws.clear_faults()
    assert indexes(environment) == ["index-0", "index-1"]


def test_a_deletion_that_fails_at_first_is_done_by_the_janitor(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorform.verifier.aws.ATTEMPTS", 1)
    environment = deployed()
    aws.inject(Fault("server-error", operation="DeleteIndex", count=1))
    report = smoked(environment)
    assert [finding.kind for finding in report.findings] == ["unreadable"]
    assert indexes(environment) == ["index-0", "index-1"]


def test_a_bucket_that_denies_deletion_is_refused_before_anything_is_created(aws: LocalAws) -> None:
    protection = PolicyStatement("Deny", ("s3vectors:DeleteIndex",), "*", sid="Protected")
    environment = deployed(policy_statements=(protection,))
    report = smoked(environment)
    (finding,) = report.findings
    assert finding.kind == "unreadable" and "DeleteIndex" in finding.actual
    assert "CreateIndex" not in report.calls


def test_a_missing_bucket_is_left_out(aws: LocalAws) -> None:
    environment = deployed(deletion_protection=False)
    Hands(environment).delete_bucket()
    report = smoked(environment)
    assert (report.smoke, [finding.kind for finding in report.findings]) == ((), ["missing"])


def test_the_wrong_account_is_not_written_to(aws: LocalAws) -> None:
    environment = replace(deployed(), account_id="999999999999")
    assert smoked(environment).smoke == ()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_it_is_killed(how: signal.Signals, aws: LocalAws) -> None:
    environment = deployed()
    bucket = environment.home.vector_buckets[0].name
    # The put hangs until it is killed, so the index exists at that moment.
    aws.inject(Fault("latency", operation="PutVectors", milliseconds=20_000, count=1))
    child = subprocess.Popen(
        [sys.executable, "-c", _KILLED, bucket, ACCOUNT],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None and child.stderr is not None
        while not any(name.startswith("vectorform-smoke-") for name in indexes(environment)):
            assert child.poll() is None, child.stderr.read()
            time.sleep(0.02)
        child.send_signal(how)
        # The janitor has the same stderr: end of file means that it, too, has finished.
        child.stderr.read()
    assert indexes(environment) == ["index-0", "index-1"]


_KILLED = """
import sys
import time
from dataclasses import replace
from tests.verifier import samples
from vectorform.verifier.smoke import smoke
from vectorform.verifier.verify import verify
plain = samples.bucket(unmanaged="ignore")
environment = samples.environment(replace(plain, name=sys.argv[1]), access=())
smoke(environment, environment.regions, verify(environment))
"""
