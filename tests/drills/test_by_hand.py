"""Changes by hand, behind Terraform's back: of every attribute, and of whole resources."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.drills.drilled import VECTORS, Drilled, drilled
from tests.rehearsal.terraforming import REGION, index

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-by-hand")]

ACCOUNT = "arn:aws:iam::123456789012"
NAME = "safe-drilled-dev"  # of the IAM policy and of the role
POLICY = f"{ACCOUNT}:policy/{NAME}"
ALIAS = "alias/s3vectors/drilled"
BUCKET = f"arn:aws:s3vectors:{REGION}:123456789012:bucket/drilled"

DELETED = 'aws_s3vectors_index.indexes_documents["documents/deleted"]'


class Hands:
    """Somebody with the console."""

    def __init__(self, dev: Drilled) -> None:
        self.dev = dev
        self.s3vectors, self.iam, self.kms = (self._client(name) for name in ("s3vectors", "iam", "kms"))

    def _client(self, service: Any) -> Any:
        keys = self.dev.aws.environment()
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.dev.aws.endpoint,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )

    @property
    def key(self) -> str:
        return str(self.kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"])

    def lift_protection(self) -> None:
        """Nobody may delete the policy; whoever may write it can put another in its place."""
        policy = document("Deny", "s3vectors:PutVectors", f"{BUCKET}/*", Principal={"AWS": "999999999999"})
        self.s3vectors.put_vector_bucket_policy(vectorBucketName="drilled", policy=policy)

    def delete_index(self, name: str) -> None:
        self.lift_protection()
        self.s3vectors.delete_index(vectorBucketName="drilled", indexName=name)
        self.dev.aws.forget_requests()

    def create_index(self, name: str, dimension: int) -> None:
        self.s3vectors.create_index(
            vectorBucketName="drilled",
            indexName=name,
            dataType="float32",
            dimension=dimension,
            distanceMetric="cosine",
            metadataConfiguration={"nonFilterableMetadataKeys": ["text"]},
        )


def document(effect: str, action: str, resource: str, **more: Any) -> str:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def another_policy_version(hands: Hands) -> None:
    version = document("Allow", "s3vectors:*", "*")
    hands.iam.create_policy_version(PolicyArn=POLICY, PolicyDocument=version, SetAsDefault=True)


def trust_others(hands: Hands) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    hands.iam.update_assume_role_policy(RoleName=NAME, PolicyDocument=trust)


def open_key(hands: Hands) -> None:
    policy = document("Allow", "kms:*", "*", Principal="*")
    hands.kms.put_key_policy(KeyId=hands.key, PolicyName="default", Policy=policy)


# What is changed -> how, and what `vectorform verify` says of it.
ATTRIBUTES: dict[str, tuple[Callable[[Hands], Any], str]] = {
    "a tag of the bucket": (
        lambda hands: hands.s3vectors.tag_resource(resourceArn=BUCKET, tags={"Team": "sales"}),
        "vector bucket documents: tags.Team is sales in AWS, search in the configuration",
    ),
    "a tag more on an index": (
        lambda hands: hands.s3vectors.tag_resource(resourceArn=f"{BUCKET}/index/first", tags={"Cost": "1"}),
        "index documents/first: tags.Cost is 1 in AWS, absent in the configuration",
    ),
    "the bucket policy": (Hands.lift_protection, "bucket policy documents: policy is "),
    "the IAM policy": (another_policy_version, "IAM policy drilled: policy is "),
    "a tag of the IAM policy": (
        lambda hands: hands.iam.tag_policy(PolicyArn=POLICY, Tags=[{"Key": "Owner", "Value": "me"}]),
        "IAM policy drilled: tags.Owner is me in AWS, absent in the configuration",
    ),
    "the role's trust policy": (trust_others, "IAM role drilled: trust policy is "),
    "what is attached to the role": (
        lambda hands: hands.iam.detach_role_policy(RoleName=NAME, PolicyArn=POLICY),
        f"IAM role drilled: attached policy is absent in AWS, {POLICY} in the configuration",
    ),
    "the key's policy": (open_key, "KMS key documents: policy is "),
    "the key's rotation": (
        lambda hands: hands.kms.disable_key_rotation(KeyId=hands.key),
        "KMS key documents: rotation is false in AWS, true in the configuration",
    ),
}


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drilled]:
    with drilled(tmp_path_factory.mktemp("by-hand")) as dev:
        yield dev


def verified(dev: Drilled) -> str:
    """What the verifier says, which must have found something."""
    done = dev.vectorform("verify", "dev")
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def planned(dev: Drilled) -> dict[str, str]:
    """What a plan would do."""
    changes = dev.plan()["resource_changes"]
    return {
        one["address"]: "/".join(one["change"]["actions"])
        for one in changes
        if one["change"]["actions"] != ["no-op"]
    }


def test_every_attribute_at_once(dev: Drilled) -> None:
    """Each is named by the verifier and planned by Terraform, and one apply puts all of it right."""
    hands = Hands(dev)
    for change, _ in ATTRIBUTES.values():
        change(hands)
    found = verified(dev)
    assert [name for name, (_, told) in ATTRIBUTES.items() if told not in found] == []
    assert planned(dev) == {
        'aws_iam_policy.access_policies["drilled"]': "update",
        'aws_iam_role.access_roles["drilled"]': "update",
        'aws_iam_role_policy_attachment.access_role_policies["drilled"]': "create",
        'aws_kms_key.encryption_keys["documents"]': "update",
        'aws_s3vectors_index.indexes_documents["documents/first"]': "update",
        'aws_s3vectors_vector_bucket.vector_buckets["documents"]': "update",
        'aws_s3vectors_vector_bucket_policy.vector_bucket_policies["documents"]': "update",
    }
    dev.apply()
    assert dev.vectorform("verify", "dev").returncode == 0
    dev.settled()


def test_an_index_deleted(dev: Drilled) -> None:
    """Its vectors are gone, and that is said; the next apply makes it anew, and touches no other."""
    dev.add("deleted")
    dev.apply()
    Hands(dev).delete_index("deleted")
    found = verified(dev)
    assert "index documents/deleted is missing from AWS" in found
    assert "creates it empty; write lost vectors again" in found
    assert planned(dev)[DELETED] == "create"
    assert "1 added, 1 changed, 0 destroyed" in dev.apply()
    dev.settled()


def test_an_index_of_another_dimension_in_its_place(dev: Drilled) -> None:
    """Whoever made it may have filled it: it is not replaced. The file can be made to say what it is."""
    dev.add("replaced")
    dev.apply()
    hands = Hands(dev)
    hands.delete_index("replaced")
    hands.create_index("replaced", dimension=8)
    vectors = [{"key": "theirs", "data": {"float32": [1.0] * 8}}]
    hands.s3vectors.put_vectors(vectorBucketName="drilled", indexName="replaced", vectors=vectors)
    found = verified(dev)
    assert "index documents/replaced: dimension is 8 in AWS, 4 in the configuration" in found
    assert "to keep the index, write `dimension: 8`" in found
    assert "Instance cannot be destroyed" in dev.refused()
    guarded = dev.vectorform("guard", "dev").stdout
    assert "index documents/replaced, with 1 vector, would be replaced by an empty one" in guarded
    dev.indexes["replaced"] = index(8)
    dev.apply(dev.yaml())
    dev.settled()
    assert dev.count("drilled", "replaced") == 1


def test_a_bucket_deleted(dev: Drilled) -> None:
    """With whatever was in it. The next apply makes it anew, empty and protected, with its key."""
    hands = Hands(dev)
    for name in dev.names():
        hands.delete_index(name)
    hands.s3vectors.delete_vector_bucket(vectorBucketName="drilled")
    dev.aws.forget_requests()
    found = verified(dev)
    assert "vector bucket documents is missing from AWS" in found
    assert "creates it and its indexes empty" in found
    assert set(planned(dev).values()) == {"create"}
    dev.apply()
    dev.fill("drilled", "first", VECTORS)
    dev.settled()
