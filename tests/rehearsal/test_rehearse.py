"""One kept rehearsal of dev, and what people do to it."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.cli.schemas import accepts
from tests.rehearsal.projects import Project, copy_of_the_shipped

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("rehearse")]

BASE = "config/base/bypass-knowledge.yaml"
BUCKET = "aspexa-bypass-knowledge-dev"
NEW_INDEX = """
      plans:
        dimension: 1024
        distance_metric: euclidean
        non_filterable_metadata_keys: [text, "[/red]", "[bold]x"]
"""
# Beside dev, with its state in HCP Terraform; nobody rehearses it.
ELSEWHERE = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
backend: {type: cloud, organization: example}
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
"""
LAST_LINE_OF_EPISODES = "        tags: {IndexType: EpisodeFingerprint}\n"


Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Done]]:
    """The project, and how its first rehearsal went. Its AWS goes on as long as these tests."""
    project = copy_of_the_shipped(tmp_path_factory.mktemp("rehearse") / "project")
    (project.path / "config" / "elsewhere.yaml").write_text(ELSEWHERE, encoding="utf-8")
    try:
        yield project, project.rehearse_and_keep("dev")
    finally:
        assert project.vectorform("rehearse", "--stop").returncode == 0


@pytest.fixture(scope="module")
def project(kept: tuple[Project, Done]) -> Project:
    """dev is deployed, and stays so."""
    project, done = kept
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture(scope="module")
def added(project: Project) -> tuple[list[str], Done]:
    """The indexes before one is added by a rehearsal, and how that went."""
    before = indexes(project)
    project.edit(BASE, LAST_LINE_OF_EPISODES, LAST_LINE_OF_EPISODES + NEW_INDEX)
    return before, project.vectorform("rehearse", "dev", "--format", "json")


def client(project: Project, service: str = "s3vectors") -> Any:
    return boto3.client(
        service,
        region_name="ap-southeast-2",
        endpoint_url=project.shell["AWS_ENDPOINT_URL"],
        aws_access_key_id=project.shell["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=project.shell["AWS_SECRET_ACCESS_KEY"],
    )


def indexes(project: Project) -> list[str]:
    return [i["indexName"] for i in client(project).list_indexes(vectorBucketName=BUCKET)["indexes"]]


def planned(output: str) -> list[str]:
    """The lines of a plan that say what happens to a resource."""
    marks = ("will be created", "will be updated", "must be replaced", "will be destroyed", "has moved to")
    return [line.partition("# ")[2].strip() for line in output.splitlines() if line.rstrip().endswith(marks)]


def test_dev_is_deployed_verified_and_kept(kept: tuple[Project, Done]) -> None:
    project, done = kept
    assert done.returncode == 0, done.stderr
    assert "Apply complete! Resources: 6 added, 0 changed, 0 destroyed." in done.stderr
    assert "No changes." in done.stderr
    assert 'Successfully configured the backend "http"' in done.stderr
    stack = project.path / ".rehearsal" / "cdktf.out" / "stacks" / "dev"
    initialised = json.loads((stack / ".terraform" / "terraform.tfstate").read_text())
    assert initialised["backend"]["type"] == "local"  # once it is kept
    assert (project.path / ".rehearsal" / "terraform.dev.tfstate").exists()
    assert (
        "checked 1 vector bucket, 1 bucket policy, 1 index, 1 IAM policy: matches the configuration"
        in done.stderr
    )
    assert all(line.startswith(("export ", "unset ")) for line in done.stdout.splitlines())
    index = client(project).get_index(vectorBucketName=BUCKET, indexName="episodes")["index"]
    assert (index["dimension"], index["distanceMetric"], index["dataType"]) == (3072, "cosine", "float32")
    assert sorted(index["metadataConfiguration"]["nonFilterableMetadataKeys"]) == [
        "successful_prompt",
        "why_it_worked",
    ]


def test_the_shell_is_in_the_home_region_and_knows_the_names(project: Project) -> None:
    """As boto3 and the AWS command line find it, with nothing said of a region."""
    session = boto3.Session(
        project.shell["AWS_ACCESS_KEY_ID"],
        project.shell["AWS_SECRET_ACCESS_KEY"],
        region_name=project.shell["AWS_DEFAULT_REGION"],
    )
    assert project.shell["AWS_REGION"] == session.region_name == "ap-southeast-2"
    there = session.client("s3vectors", endpoint_url=project.shell["AWS_ENDPOINT_URL"])
    (bucket,) = there.list_vector_buckets()["vectorBuckets"]
    arns = {value for name, value in project.shell.items() if name.startswith("S3VECTORS_BUCKET_")}
    assert {bucket["vectorBucketName"], bucket["vectorBucketArn"]} == arns


def test_a_dry_run_is_an_object_for_programs(project: Project) -> None:
    done = project.vectorform("rollout", "dev", "--dry-run", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [region["state"] for region in document["regions"]] == ["planned"]
    assert [stack["changes"] for stack in document["plans"]["stacks"]] == [[]]


def test_an_environment_in_hcp_terraform_hinders_no_other(project: Project) -> None:
    """Its stack is synthesized with that of dev, and no rehearsal may touch its workspace."""
    (stack,) = project.path.glob("**/stacks/elsewhere/cdk.tf.json")
    terraform = json.loads(stack.read_text(encoding="utf-8"))["terraform"]
    assert "cloud" not in terraform
    assert terraform["backend"] == {"local": {"path": "../../../terraform.elsewhere.tfstate"}}


def test_the_policy_that_iam_has_grants_exactly_the_index(project: Project) -> None:
    arn = "arn:aws:iam::123456789012:policy/bypass-knowledge-application-dev"
    version = client(project, "iam").get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    resources = [statement["Resource"] for statement in version["Document"]["Statement"]]
    bucket = f"arn:aws:s3vectors:ap-southeast-2:123456789012:bucket/{BUCKET}"
    assert resources == [[bucket], [f"{bucket}/index/episodes"]]


def test_an_added_index_is_one_resource_added_and_none_changed(
    project: Project, added: tuple[list[str], Done]
) -> None:
    before, done = added
    assert done.returncode == 0, done.stderr
    assert "Using the running local AWS" in done.stderr
    block = "indexes_bypass-knowledge"
    assert planned(done.stderr) == [
        f'aws_s3vectors_index.{block} ({block})["bypass-knowledge/plans"] will be created',
        "terraform_data.verification (verification) must be replaced",
    ]
    assert (before, indexes(project)) == (["episodes"], ["episodes", "plans"])
    assert "non-filterable: [/red], [bold]x, text" in done.stderr
    document = json.loads(done.stdout)
    accepts("rehearse", document)
    accepts("verify", document["verification"])
    assert f"{BUCKET}/plans" in [thing["name"] for thing in document["existing"]]
    assert document["kept"]["exports"]["AWS_ENDPOINT_URL"] == project.shell["AWS_ENDPOINT_URL"]


@pytest.mark.usefixtures("added")
def test_a_deleted_index_is_refused_and_still_there(project: Project) -> None:
    project.edit(BASE, NEW_INDEX, "")
    done = project.deploy("dev")
    assert done.returncode == 1
    assert "Instance cannot be destroyed" in done.stdout + done.stderr
    assert indexes(project) == ["episodes", "plans"]
    project.edit(BASE, LAST_LINE_OF_EPISODES, LAST_LINE_OF_EPISODES + NEW_INDEX)


@pytest.mark.long
def test_an_edit_of_what_cannot_change_is_refused(project: Project) -> None:
    project.edit(BASE, "dimension: 3072", "dimension: 1536")
    done = project.deploy("dev")
    assert done.returncode == 1
    assert "Instance cannot be destroyed" in done.stdout + done.stderr
    index = client(project).get_index(vectorBucketName=BUCKET, indexName="episodes")["index"]
    assert index["dimension"] == 3072
    project.edit(BASE, "dimension: 1536", "dimension: 3072")


def test_what_was_changed_behind_terraforms_back_is_named(project: Project) -> None:
    arn = f"arn:aws:s3vectors:ap-southeast-2:123456789012:bucket/{BUCKET}"
    assert project.vectorform("verify", "dev").returncode == 0
    client(project).tag_resource(resourceArn=arn, tags={"Component": "SomethingElse"})
    done = project.vectorform("verify", "dev")
    assert done.returncode == 1
    assert "SomethingElse" in done.stdout
    assert BUCKET in done.stdout or "bypass-knowledge" in done.stdout
    again = project.vectorform("rollout", "dev")
    assert again.returncode == 0, again.stdout + again.stderr
    assert project.vectorform("verify", "dev").returncode == 0


@pytest.mark.long
def test_turning_protection_off_and_on_moves_and_recreates_nothing(project: Project) -> None:
    created = client(project).get_index(vectorBucketName=BUCKET, indexName="episodes")["index"]
    bucket_and_indexes = 1 + len(indexes(project))
    protection = "    deletion_protection: false\n    encryption:"
    project.edit(BASE, "    encryption:", protection)
    off = project.deploy("dev")
    assert off.returncode == 0, off.stdout + off.stderr
    assert sum("has moved to" in line for line in off.stdout.splitlines()) == bucket_and_indexes
    project.edit(BASE, protection, "    encryption:")
    on = project.deploy("dev")
    assert on.returncode == 0, on.stdout + on.stderr
    assert sum("has moved to" in line for line in on.stdout.splitlines()) == bucket_and_indexes
    assert client(project).get_index(vectorBucketName=BUCKET, indexName="episodes")["index"] == created


@pytest.mark.long
def test_a_failed_verification_fails_the_deploy_and_the_next_one_runs_it_again(project: Project) -> None:
    """The file is edited while its old plan is applied: what was deployed is not what it says."""
    project.edit(BASE, "{IndexType: EpisodeFingerprint}", "{IndexType: Other}")
    assert project.run("cdktf", "synth").returncode == 0
    stack = project.path / ".rehearsal" / "cdktf.out" / "stacks" / "dev"
    project.edit(BASE, "{IndexType: Other}", "{IndexType: EpisodeFingerprint}")
    applied = project.run("terraform", f"-chdir={stack}", "apply", "-auto-approve", "-no-color")
    assert applied.returncode == 1
    assert "edited" in applied.stdout + applied.stderr, applied.stderr
    document = json.loads((project.path / ".rehearsal" / "terraform.dev.tfstate").read_text())
    (verification,) = [r for r in document["resources"] if r["name"] == "verification"]
    assert verification["instances"][0]["status"] == "tainted"
    again = project.deploy("dev")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "matches the configuration" in again.stdout


def test_the_exports_of_a_kept_rehearsal_can_be_seen_again(project: Project) -> None:
    done = project.vectorform("rehearse", "--env")
    lines = [line for line in done.stdout.splitlines() if line.startswith("export ")]
    shown = dict(shlex.split(line)[1].split("=", 1) for line in lines)
    assert done.returncode == 0
    assert shown == {name: project.shell[name] for name in shown} and "AWS_ENDPOINT_URL" in shown


def test_a_second_rehearsal_at_once_is_refused(project: Project) -> None:
    import fcntl

    with (Path(project.path) / ".rehearsal" / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = project.vectorform("rehearse", "dev")
    assert done.returncode == 2
    assert "another rehearsal is running" in done.stderr


def test_an_environment_of_another_account_is_refused(project: Project) -> None:
    project.edit("config/staging.yaml", '"123456789012"', '"210987654321"')
    done = project.vectorform("rehearse", "staging")
    project.edit("config/staging.yaml", '"210987654321"', '"123456789012"')
    assert done.returncode == 2
    assert "vectorform rehearse --stop" in done.stderr
