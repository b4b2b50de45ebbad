"""Permissions for Parameter Store: on names, paths and tags, and on the keys of secrets."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.s3vectors_local.test_sessions import ACCOUNT, allow, code_of, document

MakeClient = Callable[..., Any]
NUMBERS = itertools.count()
HERE = f"arn:aws:ssm:ap-southeast-2:{ACCOUNT}:parameter"


@pytest.fixture
def as_user(client: MakeClient) -> Callable[..., Any]:
    def make(*policy: dict[str, Any]) -> Any:
        iam, name = client("iam"), f"parameters-{next(NUMBERS)}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return client(
            "ssm", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        )

    return make


@pytest.fixture
def folder(client: MakeClient) -> str:
    """A path with the parameters `a` and `b`."""
    ssm, path = client("ssm"), f"/folder-{next(NUMBERS)}"
    for name in ("a", "b"):
        ssm.put_parameter(Name=f"{path}/{name}", Value=name, Type="String")
    return path


def test_reading_by_name(as_user: Callable[..., Any], folder: str) -> None:
    """The slash in front of a name is not there twice in its ARN."""
    user = as_user(allow("ssm:GetParameter", "ssm:GetParameters", Resource=f"{HERE}{folder}/a"))
    assert user.get_parameter(Name=f"{folder}/a")["Parameter"]["Value"] == "a"
    assert user.get_parameter(Name=f"{folder}/a:1")["Parameter"]["Value"] == "a"
    assert user.get_parameters(Names=[f"{folder}/a"])["Parameters"]
    assert code_of(lambda: user.get_parameter(Name=f"{folder}/b")) == "AccessDeniedException"
    both = [f"{folder}/a", f"{folder}/b"]
    with pytest.raises(ClientError, match=rf"ssm:GetParameters on resource: {HERE}{folder}/b"):
        user.get_parameters(Names=both)
    assert code_of(lambda: user.get_parameters_by_path(Path=folder)) == "AccessDeniedException"


def test_reading_by_path(as_user: Callable[..., Any], folder: str) -> None:
    user = as_user(allow("ssm:GetParametersByPath", Resource=f"{HERE}{folder}"))
    assert len(user.get_parameters_by_path(Path=folder)["Parameters"]) == 2
    assert len(user.get_parameters_by_path(Path=f"{folder}/")["Parameters"]) == 2
    assert code_of(lambda: user.get_parameters_by_path(Path="/")) == "AccessDeniedException"
    recursive = {"Bool": {"ssm:Recursive": "false"}}
    flat = as_user(allow("ssm:GetParametersByPath", Resource=f"{HERE}{folder}", Condition=recursive))
    assert flat.get_parameters_by_path(Path=folder, Recursive=False)
    assert code_of(lambda: flat.get_parameters_by_path(Path=folder, Recursive=True)) == (
        "AccessDeniedException"
    )


def test_writing(as_user: Callable[..., Any], folder: str) -> None:
    write = allow("ssm:PutParameter", "ssm:DeleteParameter", Resource=f"{HERE}{folder}/*")
    user = as_user(write)
    user.put_parameter(Name=f"{folder}/c", Value="c", Type="String")
    with pytest.raises(ClientError, match="not authorized to perform: ssm:AddTagsToResource"):
        user.put_parameter(Name=f"{folder}/d", Value="d", Type="String", Tags=[{"Key": "a", "Value": "1"}])
    user.delete_parameter(Name=f"{folder}/c")
    assert code_of(lambda: user.put_parameter(Name="/other", Value="x", Type="String")) == (
        "AccessDeniedException"
    )
    careful = as_user({**write, "Condition": {"Bool": {"ssm:Overwrite": "false"}}})
    careful.put_parameter(Name=f"{folder}/e", Value="e", Type="String", Overwrite=False)
    assert code_of(
        lambda: careful.put_parameter(Name=f"{folder}/e", Value="e", Type="String", Overwrite=True)
    ) == ("AccessDeniedException")


def test_describing_is_for_all_or_none(as_user: Callable[..., Any], folder: str) -> None:
    assert as_user(allow("ssm:DescribeParameters", Resource="*")).describe_parameters()
    partly = as_user(allow("ssm:DescribeParameters", Resource=f"{HERE}{folder}/*"))
    assert code_of(partly.describe_parameters) == "AccessDeniedException"


def test_tags(as_user: Callable[..., Any], client: MakeClient, folder: str) -> None:
    tagged = {"StringEquals": {"aws:ResourceTag/team": "search"}}
    user = as_user(allow("ssm:GetParameter", Resource="*", Condition=tagged))
    assert code_of(lambda: user.get_parameter(Name=f"{folder}/a")) == "AccessDeniedException"
    tags = [{"Key": "team", "Value": "search"}]
    client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=f"{folder}/a", Tags=tags)
    assert user.get_parameter(Name=f"{folder}/a")
    tagger = as_user(allow("ssm:AddTagsToResource", Resource=f"{HERE}{folder}/a"))
    tagger.add_tags_to_resource(ResourceType="Parameter", ResourceId=f"{folder}/a", Tags=tags)
    assert (
        code_of(
            lambda: tagger.add_tags_to_resource(ResourceType="Parameter", ResourceId=f"{folder}/b", Tags=tags)
        )
        == "AccessDeniedException"
    )


def test_a_secret_needs_its_key(as_user: Callable[..., Any], client: MakeClient, folder: str) -> None:
    """A key of one's own is asked for; the one that AWS manages is everybody's."""
    key = client("kms").create_key()["KeyMetadata"]
    ssm = client("ssm")
    ssm.put_parameter(Name=f"{folder}/secret", Value="s", Type="SecureString", KeyId=key["KeyId"])
    ssm.put_parameter(Name=f"{folder}/plain", Value="s", Type="SecureString")
    everything = allow("ssm:*", Resource="*")
    user = as_user(everything)
    assert user.get_parameter(Name=f"{folder}/plain", WithDecryption=True)
    assert user.get_parameter(Name=f"{folder}/secret")
    with pytest.raises(ClientError, match="not authorized to perform: kms:Decrypt"):
        user.get_parameter(Name=f"{folder}/secret", WithDecryption=True)
    with pytest.raises(ClientError, match="not authorized to perform: kms:Encrypt"):
        user.put_parameter(Name=f"{folder}/mine", Value="s", Type="SecureString", KeyId=key["KeyId"])
    via = {"StringEquals": {"kms:ViaService": "ssm.ap-southeast-2.amazonaws.com"}}
    reader = as_user(everything, allow("kms:Decrypt", Resource=key["Arn"], Condition=via))
    found = reader.get_parameter(Name=f"{folder}/secret", WithDecryption=True)
    assert found["Parameter"]["Value"] == "s"
