"""Inline policies, identity providers and parameters, as Terraform drives them, against the local AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal.provider.terraform_core import Core, Refused
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.diagnostics import ProviderError
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN, Object, conform

GITHUB = "token.actions.githubusercontent.com"
THUMBPRINT = "0123456789abcdef0123456789abcdef01234567"


def document(*actions: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
READ, WRITE = document("s3vectors:GetVectors", Resource="*"), document("s3vectors:PutVectors", Resource="*")

MakeCore = Callable[[str], Core]
MakeClient = Callable[..., Any]


def is_empty_plan(core: Core, config: Object, state: Object) -> bool:
    return core.plan(conform(config, core.block), state) == (state, False)


def test_an_inline_policy(core: MakeCore, client: MakeClient) -> None:
    iam, inline = client("iam"), core("aws_iam_role_policy")
    iam.create_role(RoleName="inline", Path="/apps/", AssumeRolePolicyDocument=TRUST)
    config = {"name": "own", "role": "inline", "policy": READ}
    state = inline.apply(config)
    assert state and state["id"] == "inline:own"
    assert is_empty_plan(inline, config, state)
    assert inline.import_("inline:own") == state
    config |= {"policy": WRITE}
    state = inline.apply(config, state)
    assert state and state["id"] == "inline:own"
    found = iam.get_role_policy(RoleName="inline", PolicyName="own")["PolicyDocument"]
    assert found["Statement"][0]["Action"] == ["s3vectors:PutVectors"]
    iam.put_role_policy(RoleName="inline", PolicyName="own", PolicyDocument=READ)
    drifted = inline.read(state)
    assert drifted and "GetVectors" in drifted["policy"]
    prefixed = {"name_prefix": "own-", "role": "inline", "policy": READ}
    replaced = inline.apply(prefixed, state)
    assert replaced and replaced["name"].startswith("own-") and replaced["name_prefix"] == "own-"
    assert iam.list_role_policies(RoleName="inline")["PolicyNames"] == [replaced["name"]]
    iam.delete_role_policy(RoleName="inline", PolicyName=replaced["name"])
    assert inline.read(replaced) is None
    assert inline.apply(None, replaced) is None
    iam.delete_role(RoleName="inline")


def test_the_inline_policy_of_no_role(core: MakeCore) -> None:
    with pytest.raises(Refused, match=r"putting IAM Role \(nobody\) Policy \(own\): .* NoSuchEntity"):
        core("aws_iam_role_policy").apply({"name": "own", "role": "nobody", "policy": READ})
    with pytest.raises(Refused, match="must be of the form <role name>:<policy name>"):
        core("aws_iam_role_policy").import_("nobody")


def test_an_identity_provider(core: MakeCore, client: MakeClient) -> None:
    iam, provider = client("iam"), core("aws_iam_openid_connect_provider")
    config: Object = {
        "url": f"https://{GITHUB}",
        "client_id_list": ["sts.amazonaws.com", "other"],
        "tags": {"a": "1"},
    }
    state = provider.apply(config)
    assert state and state["url"] == GITHUB
    assert state["arn"] == state["id"] == f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"
    assert is_empty_plan(provider, config, state)
    imported = provider.import_(state["arn"])
    assert {**imported, "tags": state["tags"]} == state
    with pytest.raises(Refused, match="EntityAlreadyExists"):
        provider.apply(config)
    changed = {**config, "client_id_list": ["more", "other"], "thumbprint_list": [THUMBPRINT], "tags": None}
    state = provider.apply(changed, state)
    assert state and is_empty_plan(provider, changed, state)
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=state["arn"])
    assert sorted(found["ClientIDList"]) == ["more", "other"]
    assert found["ThumbprintList"] == [THUMBPRINT]
    assert [tag["Key"] for tag in found["Tags"]] == ["e"]
    assert provider.plan(conform({**changed, "url": "https://example.com"}, provider.block), state)[1]
    assert provider.apply(None, state) is None
    assert provider.read(state) is None
    assert provider.apply(None, state) is None


def read_provider(core: MakeCore, **config: Any) -> Object:
    aws = core("aws_iam_role").servicer._configured()
    assert isinstance(aws, Aws)
    name = "aws_iam_openid_connect_provider"
    return data_sources()[name](aws, conform(config, provider_schema().data_sources[name]))


def test_an_identity_provider_is_looked_up(core: MakeCore, client: MakeClient) -> None:
    iam = client("iam")
    arn = iam.create_open_id_connect_provider(
        Url="https://gitlab.example.com/group",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=[THUMBPRINT],
        Tags=[{"Key": "a", "Value": "1"}],
    )["OpenIDConnectProviderArn"]
    found = read_provider(core, url="https://gitlab.example.com/group")
    assert found == {
        "id": arn,
        "arn": arn,
        "client_id_list": ["sts.amazonaws.com"],
        "thumbprint_list": [THUMBPRINT],
        "url": "gitlab.example.com/group",
        "tags": {"a": "1"},
    }
    assert read_provider(core, arn=arn) == found
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    for config, says in (
        ({"url": "https://gitlab.example.com/group"}, "reading IAM OIDC Provider"),
        ({"arn": arn}, "NoSuchEntity"),
        ({}, "Invalid combination of arguments"),
        ({"url": "http://gitlab.example.com"}, 'schema of: "https"'),
        ({"arn": "gitlab"}, "is an invalid ARN"),
    ):
        with pytest.raises(ProviderError, match=says):
            read_provider(core, **config)


def test_a_parameter(core: MakeCore, client: MakeClient) -> None:
    ssm, parameter = client("ssm"), core("aws_ssm_parameter")
    config: Object = {"name": "/search/dev/index", "type": "String", "value": "one", "tags": {"a": "1"}}
    state = parameter.apply(config)
    assert state
    assert state["arn"] == "arn:aws:ssm:ap-southeast-2:123456789012:parameter/search/dev/index"
    assert (state["version"], state["tier"], state["data_type"]) == (1, "Standard", "text")
    assert is_empty_plan(parameter, config, state)
    imported = parameter.import_("/search/dev/index")
    assert {**imported, "tags": state["tags"]} == state
    with pytest.raises(Refused, match="ParameterAlreadyExists"):
        parameter.apply(config)
    planned, _ = parameter.plan(conform({**config, "value": "two"}, parameter.block), state)
    assert planned["version"] is UNKNOWN and planned["insecure_value"] is None
    config |= {"value": "two", "description": "which", "tags": {"b": "2"}}
    state = parameter.apply(config, state)
    assert state and state["version"] == 2
    assert is_empty_plan(parameter, config, state)
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/search/dev/index")["TagList"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"b": "2", "e": "dev"}
    ssm.put_parameter(Name="/search/dev/index", Value="drift", Overwrite=True)
    drifted = parameter.read(state)
    assert drifted and (drifted["value"], drifted["version"]) == ("drift", 3)
    state = parameter.apply(config, drifted)
    assert state and state["value"] == "two"
    tagged = parameter.apply({**config, "tags": {"c": "3"}}, state)
    assert tagged and tagged["version"] == state["version"]  # tags alone make no version
    ssm.delete_parameter(Name="/search/dev/index")
    assert parameter.read(tagged) is None
    assert parameter.apply(None, tagged) is None


def test_a_parameter_in_the_open(core: MakeCore) -> None:
    """`insecure_value` shows in plans; `value` is known after the apply while it changes."""
    parameter = core("aws_ssm_parameter")
    config: Object = {"name": "/search/dev/open", "type": "StringList", "insecure_value": "a,b"}
    state = parameter.apply(config)
    assert state and (state["insecure_value"], state["value"]) == ("a,b", None)
    assert is_empty_plan(parameter, config, state)
    changed = {**config, "insecure_value": "a,b,c"}
    assert parameter.plan(conform(changed, parameter.block), state)[0]["value"] is UNKNOWN
    state = parameter.apply(changed, state)
    assert state and (state["insecure_value"], state["version"]) == ("a,b,c", 2)
    secret = {"name": "/search/dev/open", "type": "SecureString", "insecure_value": "a"}
    with pytest.raises(Refused, match="cannot set type = SecureString and insecure_value"):
        parameter.apply(secret, state)
    assert parameter.apply(None, state) is None


def test_a_secret_parameter(core: MakeCore, client: MakeClient) -> None:
    parameter = core("aws_ssm_parameter")
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    config: Object = {"name": "/search/dev/secret", "type": "SecureString", "value": "x", "key_id": key}
    state = parameter.apply(config)
    assert state and state["key_id"] == key
    assert state["value"] == "x"
    assert is_empty_plan(parameter, config, state)
    assert parameter.apply(None, state) is None


def test_overwrite(core: MakeCore, client: MakeClient) -> None:
    """Only with `overwrite` does it take over what is there, and with `false` it changes nothing."""
    ssm, parameter = client("ssm"), core("aws_ssm_parameter")
    ssm.put_parameter(Name="/search/dev/theirs", Value="theirs", Type="String")
    config: Object = {"name": "/search/dev/theirs", "type": "String", "value": "ours", "overwrite": True}
    state = parameter.apply(config)
    assert state and (state["value"], state["version"], state["tags_all"]) == ("ours", 2, {"e": "dev"})
    with pytest.raises(Refused, match=r"updating SSM Parameter .* ParameterAlreadyExists"):
        parameter.apply({**config, "overwrite": False, "value": "again"}, state)
    assert parameter.apply(None, state) is None


def test_the_tier_of_a_parameter_cannot_be_lowered(core: MakeCore) -> None:
    parameter = core("aws_ssm_parameter")
    config: Object = {"name": "/search/dev/tier", "type": "String", "value": "x", "tier": "Advanced"}
    state = parameter.apply(config)
    assert state and state["tier"] == "Advanced"
    assert parameter.plan(conform({**config, "tier": "Standard"}, parameter.block), state)[1]
    assert is_empty_plan(parameter, {**config, "tier": "Intelligent-Tiering"}, state)
    assert is_empty_plan(parameter, {**config, "tier": None}, state)
    assert parameter.apply(None, state) is None


def test_a_pod_identity_association(core: MakeCore, client: MakeClient) -> None:
    iam, association = client("iam"), core("aws_eks_pod_identity_association")
    roles = [
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
        for name in ("associated", "associated-too")
    ]
    config: Object = {
        "cluster_name": "main",
        "namespace": "search",
        "service_account": "api",
        "role_arn": roles[0],
        "tags": {"a": "1"},
    }
    with pytest.raises(Refused, match=r"creating EKS Pod Identity .* Role provided in the request does not"):
        association.apply({**config, "role_arn": "arn:aws:iam::123456789012:role/nobody"})
    state = association.apply(config)
    assert state and state["id"] == state["association_id"]
    assert (state["disable_session_tags"], state["external_id"]) == (False, None)
    assert is_empty_plan(association, config, state)
    assert association.read(state) == state
    imported = association.import_(f"main,{state['id']}")
    assert {**imported, "tags": state["tags"]} == state
    changed = {**config, "role_arn": roles[1], "target_role_arn": roles[0], "tags": {"b": "2"}}
    assert association.plan(conform(changed, association.block), state)[0]["external_id"] is UNKNOWN
    updated = association.apply(changed, state)
    assert updated and updated["id"] == state["id"]
    assert updated["external_id"] == "ap-southeast-2/123456789012/main/search/api"
    assert association.read(updated) == updated
    alone = {**config, "disable_session_tags": True, "policy": READ, "tags": None}
    bound = association.apply(alone, updated)
    assert bound and (bound["external_id"], bound["target_role_arn"]) == (None, None)
    assert association.read(bound) == bound
    assert association.plan(conform({**alone, "namespace": "other"}, association.block), bound)[1]
    key = {"clusterName": "main", "associationId": state["id"]}
    client("eks").delete_pod_identity_association(**key)
    assert association.read(bound) is None
    assert association.apply(None, bound) is None
    for role in ("associated", "associated-too"):
        iam.delete_role(RoleName=role)
    with pytest.raises(Refused, match="use: 'cluster-name,association-id'"):
        association.import_("main")
