"""The life of a stack's resources, with real Terraform against the local AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal.provider.conftest import Terraform

pytestmark = pytest.mark.toolchain

ACCOUNT = "123456789012"
BUCKET = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/life-dev"
NO_CHANGES = "No changes."


def policy(action: str) -> str:
    statement = {"Sid": "Wide", "Effect": "Allow", "Action": action, "Resource": [f"{BUCKET}/index/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=1)


def bucket_policy(action: str) -> str:
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": f"{BUCKET}/index/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stack(*, action: str = "s3vectors:GetIndex", owner: str = "one", dimension: int = 3) -> dict[str, Any]:
    """What a synthesized stack looks like: for_each blocks, dynamic blocks, outputs, all in JSON."""
    return {
        "locals": {
            "buckets": {"life": {"name": "life-dev"}},
            "indexes": {
                "life/episodes": {"name": "episodes", "dimension": dimension, "keys": ["text", "source"]},
                "life/plain": {"name": "plain.v1", "dimension": 4096, "keys": []},
            },
        },
        "resource": {
            "aws_s3vectors_vector_bucket": {
                "buckets": {
                    "for_each": "${local.buckets}",
                    "vector_bucket_name": "${each.value.name}",
                    "encryption_configuration": None,
                    "tags": {"Owner": owner},
                    "lifecycle": [{"prevent_destroy": False}],
                },
                "elsewhere": {
                    "vector_bucket_name": "life-elsewhere",
                    "region": "us-east-1",
                    "force_destroy": True,
                    "encryption_configuration": [
                        {"sse_type": "aws:kms", "kms_key_arn": "${aws_kms_key.key.arn}"}
                    ],
                },
            },
            "aws_s3vectors_index": {
                "indexes": {
                    "for_each": "${local.indexes}",
                    "vector_bucket_name": '${aws_s3vectors_vector_bucket.buckets["life"].vector_bucket_name}',
                    "index_name": "${each.value.name}",
                    "data_type": "float32",
                    "dimension": "${each.value.dimension}",
                    "distance_metric": "cosine",
                    "dynamic": {
                        "metadata_configuration": {
                            "for_each": "${length(each.value.keys) > 0 ? [each.value.keys] : []}",
                            "content": {"non_filterable_metadata_keys": "${metadata_configuration.value}"},
                        }
                    },
                }
            },
            "aws_s3vectors_vector_bucket_policy": {
                "policies": {
                    "vector_bucket_arn": '${aws_s3vectors_vector_bucket.buckets["life"].vector_bucket_arn}',
                    "policy": bucket_policy("s3vectors:PutVectors"),
                }
            },
            "aws_iam_policy": {
                "application": {"name": "life-application", "description": "", "policy": policy(action)}
            },
            "aws_iam_role": {
                "reader": {
                    "name_prefix": "life-",
                    "assume_role_policy": json.dumps(
                        {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"Service": ["ec2.amazonaws.com"]},
                                    "Action": "sts:AssumeRole",
                                }
                            ],
                        }
                    ),
                }
            },
            "aws_iam_role_policy_attachment": {
                "reader": {
                    "role": "${aws_iam_role.reader.name}",
                    "policy_arn": "${aws_iam_policy.application.arn}",
                }
            },
            "aws_kms_key": {
                "key": {
                    "region": "us-east-1",
                    "deletion_window_in_days": 7,
                    "enable_key_rotation": owner == "one",
                    "description": owner,
                    "policy": json.dumps({"Version": "2012-10-17", "Statement": [*key_statements()]}),
                }
            },
            "aws_kms_alias": {
                "key": {
                    "region": "us-east-1",
                    "name": "alias/life",
                    "target_key_id": "${aws_kms_key.key.arn}",
                }
            },
        },
        "output": {
            "index_arns": {
                "value": "${{for key, index in aws_s3vectors_index.indexes : key => index.index_arn}}"
            }
        },
    }


def key_statements() -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Principal": {"Service": "indexing.s3vectors.amazonaws.com"},
            "Action": "kms:Decrypt",
            "Resource": "*",
        },
    ]


TAGS = {"default_tags": [{"tags": {"Environment": "dev", "Owner": "default"}}]}


def test_create_change_drift_destroy(terraform: Terraform, client: Callable[..., Any]) -> None:
    vectors, iam, kms = client("s3vectors"), client("iam"), client("kms", "us-east-1")

    # Created as configured
    terraform.configure(stack(), **TAGS, allowed_account_ids=[ACCOUNT])
    assert "Plan: 10 to add" in terraform.apply()
    index = vectors.get_index(vectorBucketName="life-dev", indexName="episodes")["index"]
    assert index["dimension"] == 3
    assert sorted(index["metadataConfiguration"]["nonFilterableMetadataKeys"]) == ["source", "text"]
    tags = vectors.list_tags_for_resource(resourceArn=BUCKET)["tags"]
    assert tags == {"Environment": "dev", "Owner": "one"}
    elsewhere = client("s3vectors", "us-east-1").get_vector_bucket(vectorBucketName="life-elsewhere")
    assert elsewhere["vectorBucket"]["encryptionConfiguration"]["sseType"] == "aws:kms"
    assert NO_CHANGES in terraform.plan(changes=False)

    # Changed in place; only the index whose dimension changes is replaced
    terraform.configure(stack(action="s3vectors:QueryVectors", owner="two", dimension=4), **TAGS)
    output = terraform.apply()
    assert 'aws_s3vectors_index.indexes["life/episodes"] must be replaced' in output
    assert "dimension                = 3 -> 4 # forces replacement" in output
    assert "Apply complete! Resources: 1 added, 3 changed, 1 destroyed." in output
    assert vectors.list_tags_for_resource(resourceArn=BUCKET)["tags"]["Owner"] == "two"
    arn = f"arn:aws:iam::{ACCOUNT}:policy/life-application"
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(v["VersionId"], v["IsDefaultVersion"]) for v in versions] == [("v1", False), ("v2", True)]
    assert NO_CHANGES in terraform.plan(changes=False)

    # Drift is seen and put right; what is gone is created anew
    vectors.tag_resource(resourceArn=BUCKET, tags={"Owner": "somebody else"})
    vectors.delete_index(vectorBucketName="life-dev", indexName="plain.v1")
    vectors.put_vector_bucket_policy(vectorBucketArn=BUCKET, policy=bucket_policy("s3vectors:GetVectors"))
    output = terraform.apply()
    assert '"somebody else" -> "two"' in output
    assert 'aws_s3vectors_index.indexes["life/plain"] will be created' in output
    assert "Resources: 1 added, 2 changed, 0 destroyed." in output
    assert NO_CHANGES in terraform.plan(changes=False)

    # A policy spelled in another way is no drift
    respelled = json.loads(bucket_policy("s3vectors:PutVectors"))
    respelled["Statement"] = respelled["Statement"][0] | {"Action": ["s3vectors:PutVectors"]}
    vectors.put_vector_bucket_policy(vectorBucketArn=BUCKET, policy=json.dumps(respelled))
    assert NO_CHANGES in terraform.plan(changes=False)

    # Destroyed: nothing is left
    assert "Resources: 10 destroyed." in terraform.destroy()
    for region in ("ap-southeast-2", "us-east-1"):
        names = [
            b["vectorBucketName"] for b in client("s3vectors", region).list_vector_buckets()["vectorBuckets"]
        ]
        assert not [name for name in names if name.startswith("life-")]
    assert not [
        p for p in iam.list_policies(Scope="Local")["Policies"] if p["PolicyName"].startswith("life-")
    ]
    assert not [r for r in iam.list_roles()["Roles"] if r["RoleName"].startswith("life-")]
    assert not [a for a in kms.list_aliases()["Aliases"] if a["AliasName"] == "alias/life"]
    states = {kms.describe_key(KeyId=k["KeyId"])["KeyMetadata"]["KeyState"] for k in kms.list_keys()["Keys"]}
    assert states <= {"PendingDeletion"}


def test_import_by_command_and_by_block(terraform: Terraform, client: Callable[..., Any]) -> None:
    vectors = client("s3vectors")
    vectors.create_vector_bucket(vectorBucketName="import-me", tags={"Own": "x"})
    vectors.create_index(
        vectorBucketName="import-me",
        indexName="one",
        dataType="float32",
        dimension=2,
        distanceMetric="euclidean",
    )
    arn = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/import-me"
    terraform.configure(
        {
            "import": [{"to": "aws_s3vectors_index.i", "id": f"{arn}/index/one"}],
            "resource": {
                "aws_s3vectors_vector_bucket": {
                    "b": {"vector_bucket_name": "import-me", "force_destroy": True, "tags": {"Own": "x"}}
                },
                "aws_s3vectors_index": {
                    "i": {
                        "vector_bucket_name": "import-me",
                        "index_name": "one",
                        "data_type": "float32",
                        "dimension": 2,
                        "distance_metric": "euclidean",
                    }
                },
            },
        }
    )
    assert "Import successful" in terraform.run("import", "aws_s3vectors_vector_bucket.b", arn)
    output = terraform.apply()
    assert "Resources: 1 imported, 0 added, 1 changed, 0 destroyed." in output  # force_destroy
    assert NO_CHANGES in terraform.plan(changes=False)
    assert "Resources: 2 destroyed." in terraform.destroy()


def test_a_refusal_of_the_service_is_shown_at_its_attribute(
    terraform: Terraform, client: Callable[..., Any]
) -> None:
    client("s3vectors").create_vector_bucket(vectorBucketName="already-there")
    index = {
        "vector_bucket_name": "already-there",
        "index_name": "too-wide",
        "data_type": "float32",
        "dimension": 5000,
        "distance_metric": "cosine",
    }
    terraform.configure(
        {
            "resource": {
                "aws_s3vectors_vector_bucket": {"b": {"vector_bucket_name": "already-there"}},
                "aws_s3vectors_index": {"i": index},
            }
        }
    )
    lines = terraform.run("apply", "-auto-approve", "-json", expect=1).splitlines()
    events = [json.loads(line) for line in lines]
    errors = {
        event["diagnostic"]["summary"]: event["diagnostic"]
        for event in events
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error"
    }
    conflict = errors["creating S3 Vectors Vector Bucket (already-there)"]
    assert "operation error S3Vectors: CreateVectorBucket" in conflict["detail"]
    assert "StatusCode: 409" in conflict["detail"]
    assert conflict["detail"].endswith(
        "ConflictException: A vector bucket with the specified name already exists"
    )
    wide = errors["creating S3 Vectors Index (too-wide)"]
    assert "Member must be between 1 and 4096, inclusive" in wide["detail"]
    assert wide["snippet"]["code"].count("5000") == 1
    assert wide["range"]["start"]["column"] > 1
    client("s3vectors").delete_vector_bucket(vectorBucketName="already-there")


def test_a_resource_type_that_it_lacks_is_named_with_the_way_out(terraform: Terraform) -> None:
    terraform.configure({"resource": {"aws_sqs_queue": {"q": {"name": "x"}}}})
    output = " ".join(terraform.run("validate", expect=1).split())
    assert "The offline provider does not have aws_sqs_queue (main.tf.json)" in output
    assert "--provider registry" in output
