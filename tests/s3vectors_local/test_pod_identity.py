"""EKS Pod Identity: associations of roles with service accounts, and what a pod may do then."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.nursery import local_aws
from tests.s3vectors_local.conftest import make_client
from tests.s3vectors_local.test_sessions import ACCOUNT, allow, anywhere, code_of, document

SERVICE = "pods.eks.amazonaws.com"
PODS = allow("sts:AssumeRole", "sts:TagSession", Principal={"Service": SERVICE})
NUMBERS = itertools.count()
MakeClient = Callable[..., Any]


def role(client: MakeClient, *policy: dict[str, Any], trust: dict[str, Any] = PODS) -> str:
    iam, name = client("iam"), f"pod-role-{next(NUMBERS)}"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*policy))
    return str(arn)


def token(account: str, namespace: str = "search", **claims: Any) -> str:
    """What Kubernetes would give a pod; the signature is not checked."""
    kubernetes = {
        "namespace": namespace,
        "serviceaccount": {"name": account, "uid": "1"},
        "pod": {"name": "api-5f6d", "uid": "2"},
    }
    tomorrow = time.time() + 86_400
    said = {"aud": [SERVICE], "exp": tomorrow, "sub": account, "kubernetes.io": kubernetes, **claims}
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in ({}, said, {}))


def associate(client: MakeClient, arn: str, **more: Any) -> dict[str, Any]:
    asked = {"clusterName": "main", "namespace": "search", "serviceAccount": f"api-{next(NUMBERS)}", **more}
    created = client("eks").create_pod_identity_association(roleArn=arn, **asked)
    return dict(created["association"])


def pod(client: MakeClient, association: dict[str, Any], service: str = "s3vectors") -> Any:
    """A client with what the pods of an association get."""
    auth = client("eks-auth")
    answer = auth.assume_role_for_pod_identity(
        clusterName=association["clusterName"], token=token(association["serviceAccount"])
    )
    credentials = answer["credentials"]
    return client(
        service,
        aws_access_key_id=credentials["accessKeyId"],
        aws_secret_access_key=credentials["secretAccessKey"],
        aws_session_token=credentials["sessionToken"],
    )


def test_the_life_of_an_association(client: MakeClient) -> None:
    eks, arn, other = client("eks"), role(client), role(client)
    made = associate(client, arn, clusterName="lively", tags={"a": "1"})
    key = {"clusterName": "lively", "associationId": made["associationId"]}
    assert made["associationArn"].endswith(f":podidentityassociation/lively/{made['associationId']}")
    assert eks.describe_pod_identity_association(**key)["association"] == made
    again = {"namespace": "search", "serviceAccount": made["serviceAccount"], "roleArn": arn}
    assert code_of(lambda: eks.create_pod_identity_association(clusterName="lively", **again)) == (
        "ResourceInUseException"
    )
    changed = eks.update_pod_identity_association(**key, roleArn=other, targetRoleArn=arn)["association"]
    assert (changed["roleArn"], changed["targetRoleArn"]) == (other, arn)
    assert changed["externalId"] == f"ap-southeast-2/{ACCOUNT}/lively/search/{made['serviceAccount']}"
    back = eks.update_pod_identity_association(**key, targetRoleArn="")["association"]
    assert "targetRoleArn" not in back and "externalId" not in back
    eks.tag_resource(resourceArn=made["associationArn"], tags={"b": "2"})
    eks.untag_resource(resourceArn=made["associationArn"], tagKeys=["a"])
    assert eks.list_tags_for_resource(resourceArn=made["associationArn"])["tags"] == {"b": "2"}
    second = associate(client, arn, clusterName="lively")
    pages = eks.get_paginator("list_pod_identity_associations").paginate(clusterName="lively", maxResults=1)
    found = [each["associationId"] for page in pages for each in page["associations"]]
    assert found == sorted((made["associationId"], second["associationId"]))
    named = eks.list_pod_identity_associations(clusterName="lively", serviceAccount=second["serviceAccount"])
    assert [each["associationId"] for each in named["associations"]] == [second["associationId"]]
    eks.delete_pod_identity_association(**key)
    assert code_of(lambda: eks.describe_pod_identity_association(**key)) == "ResourceNotFoundException"


def test_an_association_needs_its_role(client: MakeClient) -> None:
    with pytest.raises(ClientError, match="Role provided in the request does not exist") as refused:
        associate(client, f"arn:aws:iam::{ACCOUNT}:role/nobody")
    assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_a_pod_is_its_role(client: MakeClient, index: dict[str, str]) -> None:
    """The six tags of its session tell it from other pods of the same role."""
    own = "arn:aws:s3vectors:*:*:bucket/*/index/*"
    tagged = {"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "search"}}
    statement = allow("s3vectors:GetIndex", Resource=own, Condition=tagged)
    session = pod(client, associate(client, role(client, statement)))
    assert session.get_index(**index)
    assert code_of(lambda: session.delete_index(**index)) == "AccessDeniedException"
    untagged = pod(client, associate(client, role(client, statement), disableSessionTags=True))
    assert code_of(lambda: untagged.get_index(**index)) == "AccessDeniedException"
    identity = pod(client, associate(client, role(client)), "sts").get_caller_identity()
    assert ":assumed-role/pod-role-" in identity["Arn"] and "/eks-main-api-5f6d-" in identity["Arn"]


@pytest.mark.parametrize(
    ("trust", "action"),
    [
        (allow("sts:AssumeRole", "sts:TagSession", Principal={"Service": "ec2.amazonaws.com"}), "AssumeRole"),
        (allow("sts:AssumeRole", Principal={"Service": SERVICE}), "TagSession"),
        (
            {**PODS, "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "other"}}},
            "AssumeRole",
        ),
        ({**PODS, "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:eks:*:1:cluster/x"}}}, "AssumeRole"),
    ],
    ids=["service", "tag-session", "namespace", "cluster"],
)
def test_the_trust_of_the_role_decides(client: MakeClient, trust: dict[str, Any], action: str) -> None:
    made = associate(client, role(client, anywhere("s3vectors:*"), trust=trust))
    with pytest.raises(ClientError, match=f"not authorized to perform: sts:{action}") as refused:
        pod(client, made)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_trust_in_pods_of_one_place(client: MakeClient) -> None:
    condition = {
        "StringEquals": {
            "aws:RequestTag/kubernetes-namespace": "search",
            "aws:RequestTag/eks-cluster-name": "main",
            "aws:SourceAccount": ACCOUNT,
        },
        "ArnLike": {"aws:SourceArn": f"arn:aws:eks:*:{ACCOUNT}:cluster/main"},
    }
    made = associate(client, role(client, anywhere("s3vectors:*"), trust={**PODS, "Condition": condition}))
    assert pod(client, made).list_vector_buckets()


def test_a_target_role(client: MakeClient) -> None:
    """The association's role assumes it, with the external id of the association."""
    eks, account = client("eks"), f"api-{next(NUMBERS)}"
    where = f"ap-southeast-2/{ACCOUNT}/main/search/{account}"
    own = role(client, anywhere("sts:AssumeRole", "sts:TagSession"))
    trust = allow("sts:AssumeRole", "sts:TagSession", Principal={"AWS": own})
    external = {"StringEquals": {"sts:ExternalId": where}}
    target = role(client, anywhere("s3vectors:*"), trust={**trust, "Condition": external})
    made = associate(client, own, serviceAccount=account, targetRoleArn=target)
    assert pod(client, made).list_vector_buckets()
    other = role(client, trust={**trust, "Condition": {"StringEquals": {"sts:ExternalId": "x"}}})
    key = {"clusterName": "main", "associationId": made["associationId"]}
    eks.update_pod_identity_association(**key, targetRoleArn=other)
    assert code_of(lambda: pod(client, made)) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (lambda: "text", "InvalidTokenException"),
        (lambda: token("api", aud=["sts.amazonaws.com"]), "InvalidTokenException"),
        (lambda: token("api", exp=1), "ExpiredTokenException"),
        (lambda: token("nobody"), "ResourceNotFoundException"),
    ],
    ids=["no-token", "audience", "expired", "no-association"],
)
def test_tokens_refused(client: MakeClient, given: Callable[[], str], code: str) -> None:
    """A token is made here and not with the parameters: it is good for minutes."""
    auth, made = client("eks-auth"), given()
    assert code_of(lambda: auth.assume_role_for_pod_identity(clusterName="main", token=made)) == code


def test_who_associates_passes_the_role(client: MakeClient) -> None:
    """iam:PassRole with iam:PassedToService is the permission that is forgotten."""
    arn, asked = role(client), {"clusterName": "main", "namespace": "search"}

    def deployer(*policy: dict[str, Any]) -> Any:
        iam, name = client("iam"), f"pod-user-{next(NUMBERS)}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return client(
            "eks", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        )

    create = anywhere("eks:CreatePodIdentityAssociation")
    for service, allowed in ((SERVICE, True), ("bedrock.amazonaws.com", False)):
        condition = {"StringEquals": {"iam:PassedToService": service}}
        eks = deployer(create, allow("iam:PassRole", Resource=arn, Condition=condition))
        account = f"passed-{next(NUMBERS)}"
        if allowed:
            eks.create_pod_identity_association(**asked, serviceAccount=account, roleArn=arn)
            continue
        with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole"):
            eks.create_pod_identity_association(**asked, serviceAccount=account, roleArn=arn)
    stranger = deployer(anywhere("iam:PassRole"))
    with pytest.raises(ClientError, match="not authorized to perform: eks:CreatePodIdentityAssociation"):
        stranger.create_pod_identity_association(**asked, serviceAccount="x", roleArn=arn)


def test_associations_are_kept(tmp_path: Path) -> None:
    def client_of(aws: Any) -> MakeClient:
        return lambda service, **credentials: make_client(aws, service, **credentials)

    with local_aws(state=tmp_path) as aws:
        made = associate(client_of(aws), role(client_of(aws)))
    with local_aws(state=tmp_path) as aws:
        key = {"clusterName": "main", "associationId": made["associationId"]}
        found = make_client(aws, "eks").describe_pod_identity_association(**key)
        assert found["association"] == made
