"""A vector bucket that is let go, and one that is destroyed with what applications made in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nursery import local_aws
from tests.rehearsal.terraforming import Deployment, environment, index, set_up

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("let-go")]

BUCKET = "safe-documents-dev"
ACCESS = {"reader": {"permissions": "read", "grants": [{"bucket": "documents"}]}}
GONE = {"documents": {"keep": True, "reason": "the search team has it now"}}


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Deployment]:
    with local_aws() as aws:
        yield Deployment(tmp_path / "project", aws, set_up())


def test_a_bucket_is_let_go_with_all_that_belongs_to_it(dev: Deployment) -> None:
    """Terraform forgets it, AWS keeps it as it is, and what was granted on it stays granted."""
    yaml = environment(
        indexes={"pages": index(), "old": index()},
        access=ACCESS,
        bucket_encryption={"sse_type": "aws:kms", "create_key": True},
    )
    yaml["vector_buckets"]["second"] = {"indexes": {"notes": index()}}
    dev.apply(yaml)
    dev.fill(BUCKET, "pages", 3)
    dev.apply({**yaml, "retired": {"documents/old": {"reason": "replaced by pages", "keep": True}}})
    policy = dev.s3vectors.get_vector_bucket_policy(vectorBucketName=BUCKET)["policy"]
    dev.write({**yaml, "retired": GONE})
    actions = {
        change["address"].partition(".")[0]: change["change"]["actions"]
        for change in dev.plan()["resource_changes"]
        if change["change"]["actions"] != ["no-op"]
    }
    kinds = ("index", "vector_bucket", "vector_bucket_policy")
    forgotten = {*(f"aws_s3vectors_{kind}" for kind in kinds), "aws_kms_key", "aws_kms_alias"}
    assert actions == {kind: ["forget"] for kind in forgotten}
    guarded = dev.vectorform("guard", "dev")
    assert guarded.returncode == 0 and guarded.stdout.startswith("dev: no vector is lost\n"), guarded.stdout
    assert "0 added, 0 changed, 0 destroyed" in dev.apply()
    assert not [address for address in dev.addresses() if "documents" in address or "kept" in address]
    assert dev.count(BUCKET, "pages") == 3
    assert dev.s3vectors.get_vector_bucket_policy(vectorBucketName=BUCKET)["policy"] == policy
    assert dev.run("plan", "-detailed-exitcode", "-input=false").returncode == 0
    verified = dev.vectorform("verify", "dev")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.long
def test_a_destroy_says_beforehand_what_applications_made_in_a_bucket(dev: Deployment) -> None:
    yaml = environment(indexes={"pages": index()}, bucket_deletion_protection=False)
    dev.apply(yaml)
    dev.s3vectors.create_index(
        vectorBucketName=BUCKET,
        indexName="tenant-a",
        dataType="float32",
        dimension=4,
        distanceMetric="cosine",
    )
    told = dev.vectorform("guard", "dev", "--destroy")
    assert told.returncode == 1
    assert "AWS does not delete a bucket with 1 index that Terraform does not know: tenant-a" in told.stdout
    assert (
        "      documents:\n        deletion_protection: false\n        force_destroy: true\n" in told.stdout
    )
    yaml["vector_buckets"]["documents"]["force_destroy"] = True
    dev.write(yaml)
    assert dev.vectorform("guard", "dev", "--destroy").returncode == 1  # it has to be deployed before
    assert "0 added, 1 changed, 0 destroyed" in dev.apply()
    told = dev.vectorform("guard", "dev", "--destroy")
    assert told.returncode == 0
    assert "1 index in it that Terraform does not know, with all vectors, would be deleted" in told.stdout
    assert dev.destroy().returncode == 0
    assert dev.s3vectors.list_vector_buckets()["vectorBuckets"] == []
