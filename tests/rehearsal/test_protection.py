"""Every way that was thought of to lose a vector, with real Terraform: refused, and nothing is lost.

One environment with two indexes that hold vectors, for the Terraform that was set up, and in the long run
for each of VECTORFORM_TERRAFORMS=/path/to/another:...
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.nursery import local_aws
from tests.rehearsal.terraforming import Deployment, environment, index, others, set_up, unwrapped

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("protection")]

BY_TERRAFORM = "nstance cannot be destroyed"  # OpenTofu from 1.12: "Resource instance ..."
BY_AWS = "with an explicit deny in a resource-based policy"
BUCKET = "safe"
TWO = {"old": index(), "new": index()}
ARN = f"arn:aws:s3vectors:eu-west-1:123456789012:bucket/{BUCKET}/index/new"
NONE_CHANGED = "0 added, 0 changed, 0 destroyed"


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("set up"),
        *(pytest.param(other, marks=pytest.mark.long) for other in others()),
    ],
)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    terraform = set_up() if request.param == "set up" else request.param
    with local_aws() as aws:
        yield Deployment(tmp_path_factory.mktemp("protection") / "project", aws, terraform)


@pytest.fixture
def dev(project: Deployment) -> Deployment:
    """The environment, deployed and protected, with three vectors in each index."""
    return filled(project, yaml(TWO))


@pytest.fixture
def retiring(project: Deployment) -> Deployment:
    """The same, and the old index is retired."""
    return filled(project, yaml(TWO, retired=retired()))


def filled(project: Deployment, document: dict[str, Any]) -> Deployment:
    project.bring_to(document)
    for name in TWO:
        if project.count(BUCKET, name) == 0:
            project.fill(BUCKET, name)
    return project


def yaml(indexes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return environment(indexes=indexes, **{"bucket_name": BUCKET, **more})


def retired(**more: Any) -> dict[str, Any]:
    return {"documents/old": {"reason": "not wanted any more", "replaced_by": "nothing", **more}}


def counts(dev: Deployment) -> list[int | None]:
    """The vectors of the old and of the new index; None where there is no index."""
    return [dev.count(BUCKET, name) for name in TWO]


def refused_by_aws(delete: Any, **arguments: str) -> None:
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        delete(vectorBucketName=BUCKET, **arguments)


NO_BUCKET = {**yaml({}), "vector_buckets": {}}
EDITS = {
    "an entry deleted": yaml({"new": index()}),
    "all entries of a bucket deleted": yaml({}),
    "a whole bucket deleted": NO_BUCKET,
    "a key renamed": yaml({"older": index(name="old"), "new": index()}),
    "the dimension": yaml({**TWO, "old": index(8)}),
    "the bucket's name": yaml(TWO, bucket_name="safer"),
    "retired and edited at once": yaml({**TWO, "old": index(8)}, retired=retired()),
    "retired and confirmed at once": yaml(TWO, retired=retired(confirm_destroy=True)),
}
MORE_EDITS = {
    "the distance metric": yaml({**TWO, "old": {**index(), "distance_metric": "euclidean"}}),
    "the non-filterable keys": yaml({**TWO, "old": {**index(), "non_filterable_metadata_keys": ["other"]}}),
    "no non-filterable keys": yaml({**TWO, "old": {**index(), "non_filterable_metadata_keys": []}}),
    "the index's name": yaml({**TWO, "old": index(name="other")}),
    "the bucket's key": yaml(TWO, bucket="texts"),
    "one retired, the other deleted": yaml({"old": index()}, retired=retired()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_terraform_refuses_to_plan(dev: Deployment, edit: str) -> None:
    said = dev.refused(EDITS[edit])
    assert BY_TERRAFORM in said
    assert "vectorform guard dev" in said
    assert counts(dev) == [3, 3]


@pytest.mark.long
@pytest.mark.parametrize("edit", MORE_EDITS)
def test_terraform_refuses_to_plan_the_rest(dev: Deployment, edit: str) -> None:
    assert BY_TERRAFORM in dev.refused(MORE_EDITS[edit])
    assert counts(dev) == [3, 3]


def test_destroy_is_refused_before_it_begins(dev: Deployment) -> None:
    dev.write(yaml(TWO))
    done = dev.destroy()
    assert done.returncode == 1
    said = unwrapped(done.stdout + done.stderr)
    assert BY_TERRAFORM in said and "vectorform guard dev" in said and "Destroying..." not in said
    assert counts(dev) == [3, 3]


def test_aws_itself_refuses_whoever_asks(dev: Deployment) -> None:
    refused_by_aws(dev.s3vectors.delete_index, indexName="old")
    refused_by_aws(dev.s3vectors.delete_vector_bucket)
    refused_by_aws(dev.s3vectors.delete_vector_bucket_policy)
    assert counts(dev) == [3, 3]


def test_a_renamed_key_moves_and_nothing_is_recreated(dev: Deployment) -> None:
    moved = {"documents/former": "documents/old"}
    dev.apply(
        yaml({"former": index(name="old"), "new": index()}, moved={"documents/old": "documents/former"})
    )
    assert 'aws_s3vectors_index.indexes_documents["documents/former"]' in dev.addresses()
    said = dev.apply(yaml({"old": index(name="old"), "new": index()}, moved=moved))
    assert 'has moved to aws_s3vectors_index.indexes_documents["documents/old"]' in said
    assert NONE_CHANGED in said
    assert counts(dev) == [3, 3]


def test_retiring_lifts_the_protection_of_that_index_alone(dev: Deployment) -> None:
    assert "0 added, 1 changed, 0 destroyed" in dev.apply(yaml(TWO, retired=retired()))
    refused_by_aws(dev.s3vectors.delete_index, indexName="new")
    assert BY_TERRAFORM in dev.refused(yaml({"new": index()}))  # its entry goes without being confirmed
    assert BY_TERRAFORM in dev.refused(yaml({**TWO, "old": index(8)}, retired=retired()))
    assert counts(dev) == [3, 3]


def test_a_retirement_can_be_taken_back(retiring: Deployment) -> None:
    assert "0 added, 1 changed, 0 destroyed" in retiring.apply(yaml(TWO))
    refused_by_aws(retiring.s3vectors.delete_index, indexName="old")


def test_a_kept_index_is_forgotten_and_left_in_aws_protected(dev: Deployment) -> None:
    keep = {"documents/new": {"reason": "belongs to others", "keep": True}}
    assert NONE_CHANGED in dev.apply(yaml(TWO, retired=keep))
    indexes = [address for address in dev.addresses() if "index" in address.partition(".")[0]]
    assert indexes == ['aws_s3vectors_index.indexes_documents["documents/old"]']
    refused_by_aws(dev.s3vectors.delete_index, indexName="new")
    assert counts(dev) == [3, 3]
    dev.write(yaml(TWO))
    imported = dev.run("import", "-no-color", 'aws_s3vectors_index.indexes_documents["documents/new"]', ARN)
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert "0 destroyed" in dev.apply()
    assert counts(dev) == [3, 3]


def test_a_retired_index_is_deleted_once_that_is_confirmed(dev: Deployment) -> None:
    dev.apply(yaml(TWO, retired=retired()))
    assert "0 added, 0 changed, 1 destroyed" in dev.apply(yaml(TWO, retired=retired(confirm_destroy=True)))
    assert counts(dev) == [None, 3]
    assert "0 added, 1 changed, 0 destroyed" in dev.apply(yaml({"new": index()}))


def test_unprotected_and_edited_at_once_is_refused_by_aws_however_often(dev: Deployment) -> None:
    """Terraform would do it: what it was told before is that the bucket is not protected."""
    edited = yaml({**TWO, "old": index(8)}, bucket_deletion_protection=False)
    assert BY_AWS in dev.refused(edited)
    assert BY_AWS in dev.refused()
    renamed = yaml(TWO, bucket_deletion_protection=False, bucket_name="safer")
    assert BY_AWS in dev.refused(renamed)
    assert BY_AWS in dev.refused(yaml({"new": index()}, bucket_deletion_protection=False))
    done = dev.destroy()
    assert done.returncode == 1 and BY_AWS in unwrapped(done.stdout + done.stderr)
    assert "terraform_data.home_region" in dev.addresses()  # it was refused before anything was destroyed
    assert counts(dev) == [3, 3]


def test_once_protection_was_off_for_an_apply_all_can_be_deleted(dev: Deployment) -> None:
    assert "0 destroyed" in dev.apply(yaml(TWO, bucket_deletion_protection=False))
    assert counts(dev) == [3, 3]
    edited = yaml({**TWO, "new": index(8)}, bucket_deletion_protection=False)
    assert "1 added, 0 changed, 1 destroyed" in dev.apply(edited)
    assert counts(dev) == [3, 0]
    done = dev.destroy()
    assert done.returncode == 0, done.stdout + done.stderr
    assert counts(dev) == [None, None]
