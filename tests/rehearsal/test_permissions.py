"""The life of an environment with everything, under a role that has the deployer's policy and no more."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.s3vectors_local.test_sessions import token
from vectorform import language
from vectorform.desired.permissions import deployer, needed, planner, verifier
from vectorform.desired.pipeline import ISSUER, ROLES, Who, audience, subject, trust
from vectorform.desired.statements import parts

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("permissions")]

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
tags: {Team: one}
vector_buckets:
  documents:
    default_index_mode: ENHANCED
    deletion_protection: true
    encryption: {sse_type: "aws:kms", create_key: true}
    policy:
      statements: [{effect: Deny, principals: "*", actions: ["s3vectors:QueryVectors"]}]
    indexes:
      pages:
        dimension: 4
        distance_metric: cosine
        non_filterable_metadata_keys: [text]
        text_search: {text: en}
      plain:
        index_mode: ENHANCED
        dimension: 4
        distance_metric: cosine
        non_filterable_metadata_keys: [text]
        encryption: {sse_type: AES256}
      own:
        dimension: 4
        distance_metric: cosine
        non_filterable_metadata_keys: [text]
        encryption: {sse_type: "aws:kms", key: own}
keys:
  own:
    rotation_period_days: 180
    deletion_window_days: 30
    statements: [{effect: Allow, principals: {access: application}, actions: kms:DescribeKey}]
access:
  application:
    permissions: read
    grants: [{bucket: documents}]
    role: {trusted_services: [lambda.amazonaws.com]}
"""
BUCKET = "search-documents-prod"
# Every kind of change that is made in place.
CHANGES = (
    ("deletion_protection: true", "deletion_protection: false"),
    ("tags: {Team: one}", "tags: {Owner: two}"),
    ("rotation_period_days: 180", "rotation: false"),
    ("kms:DescribeKey", "kms:GetKeyPolicy"),
    ("deletion_window_days: 30", "deletion_protection: false"),
    ("permissions: read", "permissions: read-write"),
    ("[lambda.amazonaws.com]", "[ecs-tasks.amazonaws.com]"),
    ("s3vectors:QueryVectors", "s3vectors:GetVectors"),
    (" index_mode: ENHANCED", " index_mode: CLASSIC"),
    ("{text: en}", "{text: fr}"),
)
CHANGED = functools.reduce(lambda text, change: text.replace(*change), CHANGES, CONFIG)
# Characters, so that even these policies are cut into several.
SHORT = 1_500
NOBODY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
# What the genuine provider calls and the offline one does not, or S3 Vectors asks for by itself.
NOT_SEEN = {
    "iam:ListInstanceProfilesForRole",  # before a role is deleted
    "iam:UpdateRole",  # max_session_duration changes
    "iam:UpdateRoleDescription",  # a description that changes would replace the policy
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:UpdateKeyDescription",
}


@dataclass
class Life:
    """The deployment, what of it was applied last, and what was called by the deployer alone."""

    made: Deployment
    policy: dict[str, Any]
    credentials: dict[str, str]
    called: set[str] = field(default_factory=set)
    applied: str | None = None

    def terraform(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Terraform as the deployer."""
        self.made.aws.forget_requests()
        self.made.credentials.update(self.credentials)
        try:
            return self.made.terraform("prod", *arguments, "-no-color")
        finally:
            self.made.credentials.clear()
            self.called |= called(self.made)

    def apply(self, config: str) -> subprocess.CompletedProcess[str]:
        """Deploy this configuration, which must succeed."""
        self.made.write("prod", config)
        self.made.synthesize()
        done = self.terraform("apply", "-auto-approve")
        assert done.returncode == 0, done.stdout + done.stderr
        self.applied = config
        return done

    def bring_to(self, config: str) -> Life:
        """What a test starts from: deployed like this."""
        if self.applied != config:
            self.apply(config)
        return self


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Life, str]]:
    """An environment as it was deployed, and what Terraform said of that."""
    with deployment(tmp_path_factory.mktemp("permissions")) as made:
        made.write("prod", CONFIG)
        made.synthesize()
        made.aws.older([BUCKET])
        policy = deployer(language.load("prod", made.project.path))
        init = made.terraform("prod", "init", "-no-color", "-input=false")
        assert init.returncode == 0, init.stdout + init.stderr
        life = Life(made, policy, assume(made, "deployer", policy))
        yield life, life.apply(CONFIG).stdout


@pytest.fixture
def life(first: tuple[Life, str]) -> Life:
    """Deployed, with its first configuration or a later one."""
    life, _ = first
    return life if life.applied else life.bring_to(CONFIG)


@pytest.fixture
def protected(life: Life) -> Life:
    return life.bring_to(CONFIG)


@pytest.fixture
def changed(life: Life) -> Life:
    """After all that can change in place has changed."""
    return life.bring_to(CHANGED)


def assume(made: Deployment, name: str, policy: dict[str, Any]) -> dict[str, str]:
    """Credentials of a new role that has this policy."""
    iam = made.client("iam")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": statement})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    for number, document in enumerate(parts(policy, SHORT)):  # as many as a pasted policy may become
        made_policy = iam.create_policy(PolicyName=f"{name}-{number}", PolicyDocument=json.dumps(document))
        iam.attach_role_policy(RoleName=name, PolicyArn=made_policy["Policy"]["Arn"])
    keys = made.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName=name)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def actions(policy: dict[str, Any]) -> set[str]:
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def called(made: Deployment) -> set[str]:
    return set(made.aws.requests()) - {"sts:GetCallerIdentity"}


def created_key(made: Deployment) -> Any:
    return made.client("kms").describe_key(KeyId=f"alias/s3vectors/{BUCKET}")["KeyMetadata"]


def test_it_is_deployed_and_verified(first: tuple[Life, str]) -> None:
    _, told = first
    assert "1 IAM policy, 1 IAM role, 2 KMS keys: matches the configuration" in told


def test_the_bucket_and_what_inherits_from_it_is_under_the_created_key(life: Life) -> None:
    s3vectors, key = life.made.client("s3vectors"), created_key(life.made)["Arn"]
    created = {"sseType": "aws:kms", "kmsKeyArn": key}
    bucket = s3vectors.get_vector_bucket(vectorBucketName=BUCKET)["vectorBucket"]
    assert bucket["encryptionConfiguration"] == created
    for index, expected in (("pages", created), ("plain", {"sseType": "AES256"})):
        found = s3vectors.get_index(vectorBucketName=BUCKET, indexName=index)["index"]
        assert found["encryptionConfiguration"] == expected
    assert life.made.client("kms").get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]


def test_the_role_has_the_policy(life: Life) -> None:
    attached = life.made.client("iam").list_attached_role_policies(RoleName="search-application-prod")
    assert [policy["PolicyName"] for policy in attached["AttachedPolicies"]] == ["search-application-prod"]


def test_a_protected_key_is_not_destroyed_with_its_setting(protected: Life) -> None:
    before = '{sse_type: "aws:kms", create_key: true}'
    protected.made.project.edit("config/prod.yaml", before, "{sse_type: AES256} #")
    protected.made.synthesize()
    done = protected.terraform("plan")
    assert done.returncode == 1
    assert 'aws_kms_key.encryption_keys["documents"]' in done.stderr
    assert "Instance cannot be destroyed" in done.stderr
    protected.made.write("prod", CONFIG)


def test_everything_that_can_change_in_place_changes(protected: Life) -> None:
    life, key = protected, created_key(protected.made)["Arn"]
    assert all(CONFIG.count(old) == 1 for old, _ in CHANGES)
    done = life.apply(CHANGED)
    # the bucket, three indexes, two keys and their aliases
    moved = [line for line in done.stdout.splitlines() if "has moved to" in line or "(moved from" in line]
    assert len(moved) == 8
    assert created_key(life.made)["Arn"] == key
    assert life.terraform("plan", "-detailed-exitcode").returncode == 0
    assert life.called <= actions(life.policy)


def test_the_verifier_calls_exactly_what_its_policy_allows(life: Life) -> None:
    policy = verifier(language.load("prod", life.made.project.path))
    assert actions(policy) <= actions(life.policy)
    credentials = assume(life.made, "verifier", policy)
    life.made.aws.forget_requests()
    environ = {**life.made.environ(), **credentials}
    done = life.made.project.vectorform("verify", "prod", environment=environ)
    assert done.returncode == 0, done.stdout
    assert called(life.made) == actions(policy)


def test_the_planner_plans_and_calls_exactly_what_its_policy_allows(life: Life) -> None:
    """Without a lock, as the workflow does."""
    policy = planner(language.load("prod", life.made.project.path))
    assert actions(policy) <= actions(life.policy)
    planning = Life(life.made, policy, assume(life.made, "planner", policy))
    done = planning.terraform("plan", "-lock=false", "-refresh=true", "-detailed-exitcode")
    assert done.returncode in (0, 2), done.stderr
    assert planning.called == actions(policy)


@pytest.mark.parametrize("who", list(ROLES))
def test_the_pipelines_jobs_have_the_roles_and_no_others(life: Life, who: Who) -> None:
    """By tokens as GitHub makes them; not of another environment, pull request, branch or repository."""
    desired = language.load("prod", life.made.project.path)
    iam, sts = life.made.client("iam"), life.made.client("sts")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_open_id_connect_provider(
            Url=f"https://{ISSUER}", ClientIDList=[audience(desired)], ThumbprintList=["f" * 40]
        )
    document = json.dumps(trust(desired, who, "org/repo"))
    role = iam.create_role(RoleName=f"of-{who}", AssumeRolePolicyDocument=document)["Role"]["Arn"]

    def assumed(sub: str) -> bool:
        identity = {"RoleArn": role, "RoleSessionName": "ci", "WebIdentityToken": token(sub=sub)}
        try:
            sts.assume_role_with_web_identity(**identity)
        except sts.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDenied"
            return False
        return True

    mine = subject(desired, who, "org/repo")
    assert assumed(mine)
    others = {subject(desired, other, "org/repo") for other in ROLES} - {mine}
    others |= {"repo:org/repo:pull_request", "repo:org/repo:ref:refs/heads/main"}
    others |= {mine.replace("org/repo", "org/repo2"), mine.replace("org/repo", "org@1/repo@2"), f"{mine}2"}
    assert [sub for sub in sorted(others) if assumed(sub)] == []


@pytest.mark.long
def test_without_its_deletions_a_deployer_deletes_nothing(changed: Life) -> None:
    life = changed
    kept = [it for it in life.policy["Statement"] if not it["Sid"].startswith("Deletion")]
    careful = assume(life.made, "careful", {**life.policy, "Statement": kept})
    done = Life(life.made, life.policy, careful, life.called).terraform("destroy", "-auto-approve")
    assert done.returncode == 1
    assert "not authorized to perform: s3vectors:DeleteIndex" in " ".join(done.stderr.split())
    found = life.made.client("s3vectors").list_indexes(vectorBucketName=BUCKET)["indexes"]
    assert len(found) == 3
    again = life.terraform("apply", "-auto-approve")  # what else was destroyed comes back
    assert again.returncode == 0, again.stdout + again.stderr


def test_it_is_destroyed_and_the_key_with_a_delay(changed: Life) -> None:
    life, arn = changed, created_key(changed.made)["Arn"]
    done = life.terraform("destroy", "-auto-approve")
    assert done.returncode == 0, done.stdout + done.stderr
    life.applied = None
    metadata = life.made.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
    assert metadata["KeyState"] == "PendingDeletion"
    assert 29 <= (metadata["DeletionDate"] - metadata["CreationDate"]).days <= 30
    assert actions(life.policy) - life.called == NOT_SEEN


WITH_ROLES = """\
backend:
  type: s3
  bucket: example-state
  region: eu-west-1
  kms_key_id: {key}
  assume_role: {{role_arn: "arn:aws:iam::{{account_id}}:role/states", external_id: of-the-state}}
provider:
  assume_role: {{role_arn: "arn:aws:iam::{{account_id}}:role/deploys", external_id: of-the-account}}
"""


@pytest.mark.long
def test_each_of_the_roles_has_enough_and_none_has_more(tmp_path: Path) -> None:
    """A caller that may assume two roles alone deploys, verifies and looks at the state."""
    with deployment(tmp_path) as made:
        place = {"LocationConstraint": "eu-west-1"}
        s3 = made.client("s3")
        s3.create_bucket(Bucket="example-state", CreateBucketConfiguration=place)
        versions = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="example-state", VersioningConfiguration=versions)
        key = made.client("kms").create_key()["KeyMetadata"]["Arn"]
        made.write("prod", CONFIG + WITH_ROLES.format(key=key))
        desired = language.load("prod", made.project.path)
        caller, role, state = needed(desired, "deployer")
        assume(made, "deploys", role.policy)
        assume(made, "states", state.policy)
        made.credentials.update(assume(made, "caller", caller.policy))

        rolled = made.project.vectorform("rollout", "prod", environment=made.environ())
        assert rolled.returncode == 0, rolled.stdout + rolled.stderr
        for command in (("backend", "check"), ("verify",), ("status",)):
            done = made.project.vectorform(*command, "prod", environment=made.environ())
            assert done.returncode == 0, (command, done.stdout + done.stderr)
        head = s3.head_object(Bucket="example-state", Key="search/prod.tfstate")
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)

        iam = made.client("iam")
        for name in ("states", "deploys"):  # without one of them the state, or AWS, is out of reach
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(NOBODY))
            command = ("status",) if name == "states" else ("verify",)
            done = made.project.vectorform(*command, "prod", environment=made.environ())
            assert done.returncode == 2, done.stdout + done.stderr
            assert f"role/{name} cannot be assumed" in " ".join((done.stdout + done.stderr).split())
