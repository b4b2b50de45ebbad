"""What configurations in the wild use, with real Terraform: data sources, functions, tags, metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal.provider.conftest import REGION, Terraform

pytestmark = pytest.mark.toolchain

ACCOUNT = "123456789012"
INDEX = {"data_type": "float32", "dimension": 3, "distance_metric": "cosine"}


def stack(tags: dict[str, Any]) -> dict[str, Any]:
    """A bucket whose policy a data source writes, in the partition and account that data sources tell."""
    arn = "arn:${data.aws_partition.current.partition}:s3vectors:${data.aws_region.current.region}"
    return {
        "data": {
            "aws_caller_identity": {"current": {}},
            "aws_partition": {"current": {}},
            "aws_region": {"current": {}},
            "aws_iam_policy_document": {
                "bucket": {
                    "statement": [
                        {
                            "effect": "Deny",
                            "actions": ["s3vectors:DeleteIndex", "s3vectors:DeleteVectorBucket"],
                            "resources": [
                                f"{arn}:${{data.aws_caller_identity.current.account_id}}:bucket/genuine",
                                "${aws_s3vectors_vector_bucket.one.vector_bucket_arn}/*",
                            ],
                            "principals": [{"type": "*", "identifiers": ["*"]}],
                            "condition": [
                                {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}
                            ],
                        }
                    ]
                }
            },
        },
        "resource": {
            "aws_s3vectors_vector_bucket": {"one": {"vector_bucket_name": "genuine", "tags": tags}},
            "aws_s3vectors_vector_bucket_policy": {
                "one": {
                    "vector_bucket_arn": "${aws_s3vectors_vector_bucket.one.vector_bucket_arn}",
                    "policy": "${data.aws_iam_policy_document.bucket.json}",
                }
            },
        },
        "locals": {"arn": "${aws_s3vectors_vector_bucket.one.vector_bucket_arn}"},
        "output": {
            "account": {"value": "${provider::aws::arn_parse(local.arn).account_id}"},
            "role": {"value": '${provider::aws::trim_iam_role_path("arn:aws:iam::1:role/a/b")}'},
        },
    }


def identities() -> dict[str, Any]:
    """A role that pods and pipelines assume, and the parameter that tells them where their vectors are."""
    statement = {"effect": "Allow", "actions": ["sts:AssumeRoleWithWebIdentity"]}
    provider = "${data.aws_iam_openid_connect_provider.github.arn}"
    federated = {**statement, "principals": [{"type": "Federated", "identifiers": [provider]}]}
    read = {"effect": "Allow", "actions": ["s3vectors:GetVectors"], "resources": ["*"]}
    return {
        "data": {
            "aws_iam_openid_connect_provider": {
                "github": {"url": "https://${aws_iam_openid_connect_provider.github.url}"}
            },
            "aws_iam_policy_document": {"trust": {"statement": [federated]}, "read": {"statement": [read]}},
        },
        "resource": {
            "aws_iam_openid_connect_provider": {
                "github": {"url": "https://genuine.example.com", "client_id_list": ["sts.amazonaws.com"]}
            },
            "aws_iam_role": {
                "one": {
                    "name": "genuine",
                    "assume_role_policy": "${data.aws_iam_policy_document.trust.json}",
                }
            },
            "aws_iam_role_policy": {
                "one": {
                    "role": "${aws_iam_role.one.name}",
                    "name_prefix": "read-",
                    "policy": "${data.aws_iam_policy_document.read.json}",
                }
            },
            "aws_ssm_parameter": {
                "one": {"name": "/genuine/bucket", "type": "String", "value": "${local.arn}"},
                "open": {"name": "/genuine/role", "type": "String", "insecure_value": "in-the-open"},
            },
            "aws_eks_pod_identity_association": {
                "one": {
                    "cluster_name": "main",
                    "namespace": "search",
                    "service_account": "genuine",
                    "role_arn": "${aws_iam_role.one.arn}",
                }
            },
        },
    }


def test_data_sources_functions_and_tags(terraform: Terraform, client: Callable[..., Any]) -> None:
    # provider_meta is taken as well, and a boolean in a policy equals its text.
    provider = {
        "user_agent": ["product/1.0 (comment)"],
        "tag_policy_compliance": "disabled",
        "default_tags": [{"tags": {"empty": "default"}}],
        "ignore_tags": [{"keys": ["ignored"]}],
    }
    tags = {"empty": None, "own": "1"}
    configuration = stack(tags)
    for kind, blocks in identities().items():
        for type_name, named in blocks.items():
            configuration[kind].setdefault(type_name, {}).update(named)
    terraform.configure(configuration, **provider)
    document = json.loads((terraform.directory / "main.tf.json").read_text())
    document["terraform"] = {
        **document["terraform"],
        "provider_meta": {"aws": {"user_agent": ["module/2.0"]}},
    }
    (terraform.directory / "main.tf.json").write_text(json.dumps(document))
    applied = terraform.apply()
    assert re.search(r"\+ value +=.*sensitive", applied)
    assert re.search(r'\+ insecure_value += "in-the-open"', applied)
    outputs = json.loads(terraform.run("output", "-json"))
    assert {name: output["value"] for name, output in outputs.items()} == {
        "account": ACCOUNT,
        "role": "arn:aws:iam::1:role/b",
    }
    arn = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/genuine"
    s3vectors = client("s3vectors")
    policy = json.loads(s3vectors.get_vector_bucket_policy(vectorBucketName="genuine")["policy"])
    assert policy["Statement"][0]["Resource"] == [f"{arn}/*", arn]
    assert s3vectors.list_tags_for_resource(resourceArn=arn)["tags"] == {"empty": "", "own": "1"}
    policy["Statement"][0]["Condition"]["Bool"]["aws:SecureTransport"] = False
    s3vectors.put_vector_bucket_policy(vectorBucketName="genuine", policy=json.dumps(policy))
    s3vectors.tag_resource(resourceArn=arn, tags={"ignored": "here"})
    assert client("ssm").get_parameter(Name="/genuine/bucket")["Parameter"]["Value"] == arn
    terraform.plan(changes=False)
    terraform.destroy()


@pytest.mark.long
def test_ignored_tags_are_sent_at_creation(terraform: Terraform, client: Callable[..., Any]) -> None:
    tags = {"kept": "1", "ignored": "1"}
    bucket = {"aws_s3vectors_vector_bucket": {"one": {"vector_bucket_name": "ignoring", "tags": tags}}}
    terraform.environment["TF_AWS_IGNORE_TAGS_KEYS"] = "ignored, other"
    terraform.environment["TF_AWS_DEFAULT_TAGS_From"] = "environment"
    terraform.configure({"resource": bucket})
    terraform.apply()
    arn = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/ignoring"
    found = client("s3vectors").list_tags_for_resource(resourceArn=arn)["tags"]
    assert found == {"kept": "1", "ignored": "1", "From": "environment"}
    terraform.destroy()


def test_an_index_with_text_search_alone_is_to_be_replaced(
    terraform: Terraform, client: Callable[..., Any]
) -> None:
    """Its answer has metadataConfiguration without keys, which no configuration can say."""
    bucket = {"one": {"vector_bucket_name": "searched", "force_destroy": True}}
    index = {
        "vector_bucket_name": "${aws_s3vectors_vector_bucket.one.vector_bucket_name}",
        "index_name": "index",
        **INDEX,
    }

    def configure(**more: Any) -> None:
        indexes = {"one": {**index, **more}}
        resources = {"aws_s3vectors_vector_bucket": bucket, "aws_s3vectors_index": indexes}
        terraform.configure({"resource": resources})

    configure()
    terraform.apply()
    terraform.plan(changes=False)
    add = {"textSearchConfigurations": [{"metadataKey": "title"}]}
    client("s3vectors").update_metadata_configuration(vectorBucketName="searched", indexName="index", add=add)
    plan = terraform.plan(changes=True)
    assert "aws_s3vectors_index.one must be replaced" in plan
    assert "- metadata_configuration {} # forces replacement" in plan
    configure(lifecycle=[{"ignore_changes": ["metadata_configuration"]}])
    terraform.plan(changes=False)
    terraform.destroy()


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        (
            {"aws_s3vectors_vector_bucket": {"one": {"vector_bucket_name": "bbb", "region": "cn-north-1"}}},
            "partition (aws-cn) for per-resource Region (cn-north-1)",
        ),
        (
            {
                "aws_s3vectors_index": {
                    "one": {"vector_bucket_name": "bbb", "index_name": "iii", **INDEX, "dimension": 1.5}
                }
            },
            "Value 1.5 is not an integer.",
        ),
        (
            {"aws_s3vectors_vector_bucket": {"one": {"vector_bucket_name": "bbb", "region": "mars-1"}}},
            "partition () for per-resource Region (mars-1)",
        ),
        (
            {"aws_iam_role": {"one": {"assume_role_policy": None}}},
            'The argument "assume_role_policy" is required, but no definition was found.',
        ),
        (
            {"aws_sqs_queue": {"one": {}}},
            "The offline provider does not have aws_sqs_queue (main.tf.json)",
        ),
    ],
    ids=["another-partition", "no-integer", "no-partition", "null-though-required", "no-such-type"],
)
def test_refused_before_any_call(terraform: Terraform, resource: Any, says: str) -> None:
    terraform.configure({"resource": resource})
    assert says in " ".join(terraform.run("plan", "-input=false", expect=1).replace("│", " ").split())


def test_import_from_another_account(terraform: Terraform) -> None:
    terraform.configure({"resource": {"aws_s3vectors_vector_bucket": {"one": {"vector_bucket_name": "bbb"}}}})
    arn = f"arn:aws:s3vectors:{REGION}:210987654321:bucket/bbb"
    refused = terraform.run("import", "-input=false", "aws_s3vectors_vector_bucket.one", arn, expect=1)
    text = " ".join(refused.replace("│", " ").split())
    assert "210987654321" in text
    assert f'does not match the account "{ACCOUNT}"' in text
