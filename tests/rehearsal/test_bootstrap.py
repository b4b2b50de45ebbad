"""From nothing: an administrator applies the bootstrap, and the pipeline's jobs plan, deploy and verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.s3vectors_local.test_sessions import token
from vectorform import language
from vectorform.desired.pipeline import Who, subject
from vectorform.rehearsal.provider.resources import resources

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
access:
  application: {permissions: read, grants: [{bucket: documents}]}
"""
IN_S3 = "backend: {type: s3, bucket: example-search-states, region: eu-west-1}\n"
S3 = pytest.mark.skipif("aws_s3_bucket" not in resources(), reason="the offline provider has no S3 buckets")

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("bootstrap")]


def apply_bootstrap(made: Deployment, folder: Path) -> dict[str, str]:
    """Applied by the administrator, twice; the ARNs of the roles."""
    folder.mkdir()
    done = made.project.vectorform("bootstrap", "prod", "--github", "org/repo")
    assert done.returncode == 0, done.stderr
    (folder / "main.tf.json").write_text(done.stdout)

    def terraform(*arguments: str) -> str:
        command = ("terraform", f"-chdir={folder}", *arguments)
        ended = made.project.run(*command, environment=made.environ())
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    terraform("init", "-no-color", "-input=false")
    terraform("apply", "-auto-approve", "-no-color")
    terraform("plan", "-detailed-exitcode", "-no-color")
    return {name: it["value"] for name, it in json.loads(terraform("output", "-json")).items()}


def become(made: Deployment, roles: dict[str, str], who: Who) -> None:
    """The job of the pipeline that has this role."""
    desired = language.load("prod", made.project.path)
    keys = made.client("sts").assume_role_with_web_identity(
        RoleArn=roles[f"{who}_prod"],
        RoleSessionName="ci",
        WebIdentityToken=token(sub=subject(desired, who, "org/repo")),
    )["Credentials"]
    made.credentials.update(
        AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
        AWS_SESSION_TOKEN=keys["SessionToken"],
    )


@pytest.mark.parametrize("backend", ["", pytest.param(IN_S3, marks=S3)], ids=["local", "s3"])
def test_three_roles_plan_deploy_and_verify(tmp_path: Path, backend: str) -> None:
    with deployment(tmp_path) as made:
        made.write("prod", CONFIG + backend)
        roles = apply_bootstrap(made, tmp_path / "bootstrap")
        made.synthesize()
        become(made, roles, "deployer")
        made.deploy("prod")
        become(made, roles, "planner")
        planned = made.terraform("prod", "plan", "-lock=false", "-detailed-exitcode", "-no-color")
        assert planned.returncode == 0, planned.stdout + planned.stderr
        become(made, roles, "verifier")
        verified = made.project.vectorform("verify", "prod", environment=made.environ())
        assert verified.returncode == 0, verified.stdout + verified.stderr
        made.credentials.clear()
        if backend:
            s3 = made.client("s3")
            assert [it["Key"] for it in s3.list_objects_v2(Bucket="example-search-states")["Contents"]] == [
                "search/prod.tfstate"
            ]
            assert s3.get_bucket_versioning(Bucket="example-search-states")["Status"] == "Enabled"
