"""Regions that come, go, and change places: two stacks on one local AWS."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rehearsal.deployments import Deployment, deployment

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("regions")]

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1, us-east-1]
vector_buckets:
  documents:
    deletion_protection: false
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
access:
  reader: {permissions: read, grants: [{bucket: documents}], role: {trusted_services: [lambda.amazonaws.com]}}
verification: {after_apply: false}
"""
REGIONS = "[eu-west-1, us-east-1]"


def in_both(made: Deployment) -> Deployment:
    """Deployed in both regions."""
    made.write("prod", CONFIG)
    made.synthesize()
    for stack in ("prod", "prod-us-east-1"):
        made.deploy(stack)
    return made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with deployment(tmp_path_factory.mktemp("regions")) as made:
        yield in_both(made)


@pytest.fixture
def deployed(project: Deployment) -> Deployment:
    """In both regions, also after a test that removed one of them."""
    return project if project.state("prod-us-east-1")["resources"] else in_both(project)


def created(deployed: Deployment) -> list[object]:
    """When the index of each region was made: another time is another index."""
    names = {"vectorBucketName": "search-documents-prod", "indexName": "pages"}
    return [
        deployed.client("s3vectors", region).get_index(**names)["index"]["creationTime"]
        for region in ("eu-west-1", "us-east-1")
    ]


def test_another_home_region_is_refused_and_changes_nothing(deployed: Deployment) -> None:
    before = created(deployed), deployed.state("prod")
    deployed.project.edit("config/prod.yaml", REGIONS, "[us-east-1, eu-west-1]")
    deployed.synthesize()
    for stack in ("prod", "prod-eu-west-1"):
        deployed.terraform(stack, "init", "-no-color", "-input=false")
    done = deployed.apply("prod")
    assert done.returncode == 1
    assert "lists us-east-1 first, but the home region of this state is eu-west-1" in " ".join(
        done.stderr.split()
    )
    assert "`vectorform docs regions`" in done.stderr
    # Without the check above, this one comes first: what exists is not taken over.
    done = deployed.apply("prod-eu-west-1")
    assert done.returncode == 1
    assert "already exists" in done.stderr
    adopted = deployed.project.vectorform("adopt", "prod-eu-west-1", environment=deployed.environ())
    assert adopted.returncode == 1
    assert adopted.stdout.count("is in the state of prod, so it was not imported") == 3
    assert (created(deployed), deployed.state("prod")) == before
    deployed.write("prod", CONFIG)


def test_a_region_is_removed_only_after_its_stack(deployed: Deployment) -> None:
    deployed.project.edit("config/prod.yaml", REGIONS, "[eu-west-1]")
    done = synthesize(deployed)
    assert done.returncode == 1
    assert "terraform.prod-us-east-1.tfstate still holds 3 resources" in done.stderr
    assert "`cdktf destroy prod-us-east-1 --ignore-missing-stack-dependencies`" in done.stderr
    deployed.write("prod", CONFIG)
    deployed.synthesize()
    done = deployed.terraform("prod-us-east-1", "destroy", "-auto-approve", "-no-color")
    assert done.returncode == 0, done.stdout + done.stderr
    deployed.project.edit("config/prod.yaml", REGIONS, "[eu-west-1]")
    assert synthesize(deployed).returncode == 0
    deployed.write("prod", CONFIG)


def synthesize(deployed: Deployment) -> subprocess.CompletedProcess[str]:
    return deployed.project.run(sys.executable, "main.py", environment=deployed.environ())


@pytest.mark.long
def test_the_steps_of_the_page_make_another_region_home(tmp_path: Path) -> None:
    """In a project of its own: there is no way back."""
    with deployment(tmp_path) as made:
        another_home(in_both(made))


def another_home(deployed: Deployment) -> None:
    before = created(deployed)
    work = deployed.project.path / "move"
    work.mkdir()

    def terraform(*arguments: str) -> None:
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=work,
            env=deployed.environ(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    for stack, file in (("prod", "old-home"), ("prod-us-east-1", "new-home")):
        pulled = deployed.terraform(stack, "state", "pull")
        (work / f"{file}.tfstate").write_text(pulled.stdout, encoding="utf-8")
    for block in (
        "aws_iam_policy.access_policies",
        "aws_iam_role.access_roles",
        "aws_iam_role_policy_attachment.access_role_policies",
    ):
        terraform("state", "mv", "-state=old-home.tfstate", "-state-out=new-home.tfstate", block, block)
    terraform("state", "rm", "-state=old-home.tfstate", "terraform_data.home_region")

    (deployed.project.path / "terraform.prod-us-east-1.tfstate").rename(work / "kept.tfstate")
    deployed.project.edit("config/prod.yaml", REGIONS, "[us-east-1, eu-west-1]")
    deployed.synthesize()
    for stack, file in (("prod", "new-home"), ("prod-eu-west-1", "old-home")):
        deployed.terraform(stack, "init", "-no-color", "-input=false")
        done = deployed.terraform(stack, "state", "push", "-force", str(work / f"{file}.tfstate"))
        assert done.returncode == 0, done.stderr
        done = deployed.apply(stack)
        assert done.returncode == 0, done.stdout + done.stderr
        added = 1 if stack == "prod" else 0  # the new home region is remembered
        assert f"Resources: {added} added, 0 changed, 0 destroyed." in done.stdout
    assert created(deployed) == before
