"""Data sources and functions: what a configuration computes with, and no resource."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.paths import CASES
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.diagnostics import ProviderError
from vectorform.rehearsal.provider.functions import FUNCTIONS, FunctionFailed
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import Object, conform

DOCUMENTS = yaml.safe_load((CASES / "provider" / "policy_documents.yaml").read_text(encoding="utf-8"))


def read(type_name: str, region: str = "eu-west-1", **config: Any) -> Object:
    aws = Aws(session=None, region=region)  # type: ignore[arg-type]  # what is read here asks nobody
    return data_sources()[type_name](aws, conform(config, provider_schema().data_sources[type_name]))


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: case["name"])
def test_policy_document(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(ProviderError) as error:
            read("aws_iam_policy_document", **case["config"])
        assert case["refused"] in error.value.diagnostic.summary
        return
    state = read("aws_iam_policy_document", **case["config"])
    assert state["json"] == case["json"].rstrip("\n")
    assert json.loads(state["minified_json"]) == json.loads(state["json"])
    assert " " not in state["minified_json"]
    assert state["id"].isdigit()


@pytest.mark.parametrize(
    ("region", "partition", "suffix", "reverse"),
    [
        ("eu-west-1", "aws", "amazonaws.com", "com.amazonaws"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "com.amazonaws"),
    ],
)
def test_partition(region: str, partition: str, suffix: str, reverse: str) -> None:
    state = read("aws_partition", region)
    assert state == {
        "id": partition,
        "partition": partition,
        "dns_suffix": suffix,
        "reverse_dns_prefix": reverse,
    }


@pytest.mark.parametrize(
    ("config", "name", "description"),
    [
        ({}, "eu-west-1", "Europe (Ireland)"),
        ({"region": "us-west-2"}, "us-west-2", "US West (Oregon)"),
        ({"name": "us-east-1"}, "us-east-1", "US East (N. Virginia)"),
        ({"endpoint": "ec2.ap-southeast-2.amazonaws.com"}, "ap-southeast-2", "Asia Pacific (Sydney)"),
    ],
)
def test_region(config: dict[str, str], name: str, description: str) -> None:
    state = read("aws_region", **config)
    assert (state["id"], state["region"], state["name"], state["description"]) == (
        name,
        name,
        name,
        description,
    )
    assert state["endpoint"] == f"ec2.{name}.amazonaws.com"


def test_no_such_region() -> None:
    with pytest.raises(ProviderError):
        read("aws_region", region="mars-north-1")


ROLE = "arn:aws:iam::444455556666:role/with/path/example"


def test_functions() -> None:
    parts = {
        "partition": "aws",
        "service": "iam",
        "region": "",
        "account_id": "444455556666",
        "resource": "role/with/path/example",
    }
    assert FUNCTIONS["arn_parse"](ROLE) == parts
    assert FUNCTIONS["arn_build"](*parts.values()) == ROLE
    assert FUNCTIONS["trim_iam_role_path"](ROLE) == "arn:aws:iam::444455556666:role/example"
    assert FUNCTIONS["trim_iam_role_path"]("arn:aws:iam::1:role/x") == "arn:aws:iam::1:role/x"
    assert FUNCTIONS["arn_parse"]("arn:aws:s3:::a:b/c")["resource"] == "a:b/c"


@pytest.mark.parametrize(
    ("name", "argument", "text"),
    [
        ("arn_parse", "text", "arn parsing failed: arn: invalid prefix"),
        ("arn_parse", "arn", "arn parsing failed: arn: invalid prefix"),
        ("arn_parse", "arn:aws:iam", "arn parsing failed: arn: not enough sections"),
        ("trim_iam_role_path", "arn:aws:s3:::bucket", 'service must be "iam", got "s3"'),
        ("trim_iam_role_path", "arn:aws:iam::1:user/a/b", 'resource must begin with "role/", got "user/a/b"'),
        ("trim_iam_role_path", "arn:aws:iam:eu-west-1:1:role/a", 'region must be empty, got "eu-west-1"'),
    ],
)
def test_functions_refuse(name: str, argument: str, text: str) -> None:
    with pytest.raises(FunctionFailed) as failed:
        FUNCTIONS[name](argument)
    assert (str(failed.value), failed.value.argument) == (text, 0)
