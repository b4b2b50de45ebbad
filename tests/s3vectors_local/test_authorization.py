"""Permissions over the wire: users and roles of the local IAM, bucket policies, and the GetVectors nuance."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
NUMBERS = itertools.count()


def arn(bucket: str, index: str = "") -> str:
    text = f"arn:aws:s3vectors:ap-southeast-2:{ACCOUNT}:bucket/{bucket}"
    return f"{text}/index/{index}" if index else text


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


def deny(*actions: str, **more: Any) -> dict[str, Any]:
    return {**allow(*actions, **more), "Effect": "Deny"}


def anyone(statement: dict[str, Any]) -> dict[str, Any]:
    return {**statement, "Principal": "*"}


@pytest.fixture
def as_user(client: Callable[..., Any]) -> Callable[..., Any]:
    """A client of a new IAM user with one inline policy of these statements."""

    def make(*statements: dict[str, Any], service: str = "s3vectors") -> Any:
        iam, name = client("iam"), f"user-{next(NUMBERS)}"
        iam.create_user(UserName=name)
        if statements:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document(*statements))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return client(
            service,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


@pytest.fixture
def make_role(client: Callable[..., Any]) -> Callable[..., str]:
    def make(*statements: dict[str, Any], principal: Any = None, **more: Any) -> str:
        iam, name = client("iam"), f"role-{next(NUMBERS)}"
        trust = {"Effect": "Allow", "Principal": principal or {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document({**trust, **more}))["Role"]
        if statements:
            policy = iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]
            iam.attach_role_policy(RoleName=name, PolicyArn=policy["Arn"])
        return str(role["Arn"])

    return make


@pytest.fixture
def as_role(client: Callable[..., Any], make_role: Callable[..., str]) -> Callable[..., Any]:
    """A client of a session of a new role with one managed policy of these statements."""

    def make(*statements: dict[str, Any], **session: Any) -> Any:
        assumed = client("sts").assume_role(
            RoleArn=make_role(*statements), RoleSessionName="session", **session
        )
        return client("s3vectors", **session_credentials(assumed))

    return make


def session_credentials(assumed: Any) -> dict[str, str]:
    credentials = assumed["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
    return str(error.value.response["Error"]["Message"])


def test_user_without_policy_may_nothing(as_user: Callable[..., Any], index: dict[str, str]) -> None:
    message = refused(lambda: as_user().get_index(**index))
    assert "is not authorized to perform: s3vectors:GetIndex on resource: arn:aws:s3vectors:" in message
    assert message.endswith("because no identity-based policy allows the s3vectors:GetIndex action")


def test_permission_is_asked_before_existence(as_user: Callable[..., Any]) -> None:
    refused(lambda: as_user().get_vector_bucket(vectorBucketName="no-such-bucket"))


def test_user_policy_on_one_index(as_user: Callable[..., Any], make_index: Callable[..., Any]) -> None:
    mine, other = make_index(), make_index()
    user = as_user(allow("s3vectors:*", resource=arn(mine["vectorBucketName"], mine["indexName"])))
    user.put_vectors(**mine, vectors=[{"key": "k", "data": {"float32": [1, 2]}}])
    refused(lambda: user.put_vectors(**other, vectors=[{"key": "k", "data": {"float32": [1, 2]}}]))
    refused(lambda: user.list_indexes(vectorBucketName=mine["vectorBucketName"]))
    refused(lambda: user.list_vector_buckets())


def test_role_with_managed_policy(as_role: Callable[..., Any], index: dict[str, str]) -> None:
    role = as_role(allow("s3vectors:GetIndex"))
    assert role.get_index(**index)
    assert ":assumed-role/role-" in refused(lambda: role.delete_index(**index))


def test_session_policy_limits_a_role(as_role: Callable[..., Any], index: dict[str, str]) -> None:
    role = as_role(allow("s3vectors:*"), Policy=document(allow("s3vectors:Get*")))
    assert role.get_index(**index)
    refused(lambda: role.delete_index(**index))


def test_permissions_boundary_limits_a_role(
    client: Callable[..., Any], make_role: Callable[..., str], index: dict[str, str]
) -> None:
    iam, role = client("iam"), make_role(allow("s3vectors:*"))
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document(allow("s3vectors:Get*")))
    iam.put_role_permissions_boundary(
        RoleName=role.rpartition("/")[2], PermissionsBoundary=boundary["Policy"]["Arn"]
    )
    assumed = client("sts").assume_role(RoleArn=role, RoleSessionName="session")
    session = client("s3vectors", **session_credentials(assumed))
    assert session.get_index(**index)
    refused(lambda: session.delete_index(**index))


def test_permissions_boundary_limits_a_user(client: Callable[..., Any], index: dict[str, str]) -> None:
    iam, name = client("iam"), f"bound-{next(NUMBERS)}"
    made = iam.create_policy(PolicyName=name, PolicyDocument=document(allow("s3vectors:Get*", "sts:*")))
    boundary = made["Policy"]["Arn"]
    iam.create_user(UserName=name, PermissionsBoundary=boundary)
    assert iam.get_user(UserName=name)["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(allow("s3vectors:*")))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    session = session_credentials(client("sts", **keys).get_session_token())
    for bound in (client("s3vectors", **keys), client("s3vectors", **session)):
        assert bound.get_index(**index)
        assert "permissions boundary" in refused(lambda bound=bound: bound.list_vectors(**index))
    iam.delete_user_permissions_boundary(UserName=name)
    assert client("s3vectors", **keys).list_vectors(**index)["vectors"] == []
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    refused(lambda: client("s3vectors", **keys).list_vectors(**index))


def test_a_boundary_is_a_policy_that_exists(client: Callable[..., Any]) -> None:
    iam, absent = client("iam"), f"arn:aws:iam::{ACCOUNT}:policy/absent"
    trust = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
    for call in (
        lambda: iam.create_user(UserName="unbound", PermissionsBoundary=absent),
        lambda: iam.create_role(
            RoleName="unbound", AssumeRolePolicyDocument=trust, PermissionsBoundary=absent
        ),
    ):
        with pytest.raises(ClientError, match="does not exist or is not attachable"):
            call()
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.put_user_permissions_boundary(
            UserName="unbound", PermissionsBoundary=f"{absent[:13]}aws:policy/ReadOnlyAccess"
        )


def test_query_needs_get_vectors_for_more_than_keys(
    as_user: Callable[..., Any], index: dict[str, str]
) -> None:
    user = as_user(allow("s3vectors:QueryVectors"))
    query = {**index, "topK": 1, "queryVector": {"float32": [1, 2]}}
    assert user.query_vectors(**query, returnDistance=True)["vectors"] == []
    for more in (
        {"returnMetadata": True},
        {"filter": {"a": 1}},
        {"queryTexts": [{"text": "a", "metadataKey": "b"}]},
    ):
        assert "s3vectors:GetVectors" in refused(lambda more=more: user.query_vectors(**query, **more))
    both = as_user(allow("s3vectors:QueryVectors", "s3vectors:GetVectors"))
    assert both.query_vectors(**query, returnMetadata=True, filter={"a": 1})["vectors"] == []


def test_list_needs_get_vectors_for_more_than_keys(
    as_user: Callable[..., Any], index: dict[str, str]
) -> None:
    user = as_user(allow("s3vectors:ListVectors"))
    assert user.list_vectors(**index)["vectors"] == []
    for more in ({"returnData": True}, {"returnMetadata": True}):
        assert "s3vectors:GetVectors" in refused(lambda more=more: user.list_vectors(**index, **more))


def test_tags_at_creation_need_tag_resource(as_user: Callable[..., Any], bucket: str) -> None:
    user = as_user(allow("s3vectors:CreateIndex", "s3vectors:CreateVectorBucket"))
    index = {"vectorBucketName": bucket, "dataType": "float32", "dimension": 1, "distanceMetric": "cosine"}
    user.create_index(**index, indexName="untagged")
    assert "s3vectors:TagResource" in refused(
        lambda: user.create_index(**index, indexName="tagged", tags={"a": "b"})
    )
    assert "s3vectors:TagResource" in refused(
        lambda: user.create_vector_bucket(vectorBucketName=f"{bucket}-2", tags={"a": "b"})
    )


def test_condition_keys(as_user: Callable[..., Any], s3vectors: Any, bucket: str) -> None:
    s3vectors.tag_resource(resourceArn=arn(bucket), tags={"team": "search"})
    index = {"vectorBucketName": bucket, "dataType": "float32", "dimension": 1, "distanceMetric": "cosine"}
    by_bucket_tag = as_user(
        allow("s3vectors:*", Condition={"StringEquals": {"s3vectors:VectorBucketTag/team": "search"}})
    )
    by_bucket_tag.create_index(**index, indexName="tagged", tags={"cost": "1"})
    by_own_tag = as_user(allow("s3vectors:*", Condition={"StringEquals": {"aws:ResourceTag/cost": "1"}}))
    assert by_own_tag.get_index(vectorBucketName=bucket, indexName="tagged")
    refused(lambda: by_own_tag.get_vector_bucket(vectorBucketName=bucket))
    by_request = as_user(
        allow("s3vectors:*", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["cost"]}})
    )
    by_request.create_index(**index, indexName="more", tags={"cost": "1"})
    refused(lambda: by_request.create_index(**index, indexName="evenmore", tags={"other": "1"}))
    only_kms = as_user(
        allow("s3vectors:*"),
        deny("s3vectors:Create*", Condition={"StringNotEquals": {"s3vectors:sseType": "aws:kms"}}),
    )
    refused(lambda: only_kms.create_index(**index, indexName="aes"))


def test_bucket_policy_denies_even_root(s3vectors: Any, index: dict[str, str]) -> None:
    bucket = index["vectorBucketName"]
    policy = document(
        anyone(
            deny(
                "s3vectors:DeleteIndex",
                "s3vectors:DeleteVectorBucket",
                resource=[arn(bucket), f"{arn(bucket)}/*"],
            )
        )
    )
    s3vectors.put_vector_bucket_policy(vectorBucketName=bucket, policy=policy)
    message = refused(lambda: s3vectors.delete_index(**index))
    assert message.endswith("with an explicit deny in a resource-based policy")
    refused(lambda: s3vectors.delete_index(indexArn=arn(bucket, index["indexName"])))
    refused(lambda: s3vectors.delete_vector_bucket(vectorBucketName=bucket))
    s3vectors.delete_vector_bucket_policy(vectorBucketName=bucket)
    s3vectors.delete_index(**index)
    s3vectors.delete_vector_bucket(vectorBucketName=bucket)


def test_bucket_policy_allows_a_role(
    as_role: Callable[..., Any], s3vectors: Any, index: dict[str, str]
) -> None:
    role = as_role()
    refused(lambda: role.get_index(**index))
    bucket = index["vectorBucketName"]
    s3vectors.put_vector_bucket_policy(
        vectorBucketName=bucket, policy=document(anyone(allow("s3vectors:GetIndex")))
    )
    assert role.get_index(**index)
    refused(lambda: role.list_vectors(**index))


def test_cross_account_needs_both_sides(
    client: Callable[..., Any], s3vectors: Any, index: dict[str, str]
) -> None:
    stranger = client("s3vectors", aws_access_key_id="222222222222", aws_secret_access_key="x")
    there = arn(index["vectorBucketName"], index["indexName"])
    refused(lambda: stranger.get_index(indexArn=there))
    statement = allow("s3vectors:GetIndex", Principal={"AWS": "arn:aws:iam::222222222222:root"})
    s3vectors.put_vector_bucket_policy(vectorBucketName=index["vectorBucketName"], policy=document(statement))
    assert stranger.get_index(indexArn=there)["index"]["indexArn"] == there
    refused(lambda: stranger.delete_index(indexArn=there))


def test_deleted_access_key_is_nobody(client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="short-lived")
    key = iam.create_access_key(UserName="short-lived")["AccessKey"]
    credentials = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    iam.delete_access_key(UserName="short-lived", AccessKeyId=key["AccessKeyId"])
    for service, code, call in (
        ("s3vectors", "UnrecognizedClientException", "list_vector_buckets"),
        ("sts", "InvalidClientTokenId", "get_caller_identity"),
    ):
        with pytest.raises(ClientError) as error:
            getattr(client(service, **credentials), call)()
        assert error.value.response["Error"]["Code"] == code


def test_wrong_session_token_is_nobody(client: Callable[..., Any], make_role: Callable[..., str]) -> None:
    assumed = client("sts").assume_role(RoleArn=make_role(), RoleSessionName="session")
    credentials = {**session_credentials(assumed), "aws_session_token": "another"}
    with pytest.raises(ClientError) as error:
        client("s3vectors", **credentials).list_vector_buckets()
    assert error.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_session_of_a_deleted_role_is_nobody(
    client: Callable[..., Any], make_role: Callable[..., str]
) -> None:
    role = make_role()
    session = client(
        "s3vectors",
        **session_credentials(client("sts").assume_role(RoleArn=role, RoleSessionName="session")),
    )
    client("iam").delete_role(RoleName=role.rpartition("/")[2])
    with pytest.raises(ClientError) as error:
        session.list_vector_buckets()
    assert error.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_inactive_access_key_is_nobody(client: Callable[..., Any]) -> None:
    iam = client("iam")
    iam.create_user(UserName="inactive")
    key = iam.create_access_key(UserName="inactive")["AccessKey"]
    user = client(
        "s3vectors",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert "is not authorized" in refused(user.list_vector_buckets)
    iam.update_access_key(UserName="inactive", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError) as error:
        user.list_vector_buckets()
    assert error.value.response["Error"]["Code"] == "UnrecognizedClientException"


def test_principal_tags(
    client: Callable[..., Any], make_role: Callable[..., str], index: dict[str, str]
) -> None:
    role = make_role(
        allow("s3vectors:GetIndex", Condition={"StringEquals": {"aws:PrincipalTag/team": "search"}})
    )
    session = client(
        "s3vectors",
        **session_credentials(client("sts").assume_role(RoleArn=role, RoleSessionName="session")),
    )
    refused(lambda: session.get_index(**index))
    client("iam").tag_role(RoleName=role.rpartition("/")[2], Tags=[{"Key": "team", "Value": "search"}])
    assert session.get_index(**index)


def test_who_is_who(client: Callable[..., Any], make_role: Callable[..., str]) -> None:
    root = client("sts").get_caller_identity()
    assert (root["Account"], root["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    role = make_role()
    assumed = client("sts").assume_role(RoleArn=role, RoleSessionName="session")
    session = client("sts", **session_credentials(assumed)).get_caller_identity()
    assert session["Arn"] == role.replace(":iam:", ":sts:").replace("role/", "assumed-role/") + "/session"


def test_trust_policy_decides_who_assumes(client: Callable[..., Any], make_role: Callable[..., str]) -> None:
    sts = client("sts")
    stranger = make_role(principal={"AWS": "222222222222"})
    condition = {"StringEquals": {"sts:ExternalId": "secret"}}
    with_id = make_role(Condition=condition)
    nobody = f"arn:aws:iam::{ACCOUNT}:role/no-such-role"
    for role in (stranger, with_id, nobody):
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole") as error:
            sts.assume_role(RoleArn=role, RoleSessionName="session")
        assert error.value.response["Error"]["Code"] == "AccessDenied"
    assert sts.assume_role(RoleArn=with_id, RoleSessionName="session", ExternalId="secret")


def test_who_may_only_make_roles_with_a_boundary(
    as_user: Callable[..., Any], client: Callable[..., Any]
) -> None:
    """The pattern by which IAM is delegated: iam:PermissionsBoundary in a condition."""
    name = f"boundary-{next(NUMBERS)}"
    boundary = client("iam").create_policy(PolicyName=name, PolicyDocument=document(allow("s3vectors:*")))
    arn_of_boundary = boundary["Policy"]["Arn"]
    bound = {"StringEquals": {"iam:PermissionsBoundary": arn_of_boundary}}
    user = as_user(allow("iam:CreateRole", "iam:PutRolePolicy", Condition=bound), service="iam")
    trusted = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust = {"AssumeRolePolicyDocument": document(trusted)}
    with pytest.raises(ClientError, match="not authorized to perform: iam:CreateRole"):
        user.create_role(RoleName=f"{name}-free", **trust)
    user.create_role(RoleName=name, PermissionsBoundary=arn_of_boundary, **trust)
    inline = {"PolicyName": "p", "PolicyDocument": document(allow("s3vectors:*"))}
    user.put_role_policy(RoleName=name, **inline)
    client("iam").create_role(RoleName=f"{name}-free", **trust)
    with pytest.raises(ClientError, match="not authorized to perform: iam:PutRolePolicy"):
        user.put_role_policy(RoleName=f"{name}-free", **inline)


def test_whoever_may_only_change_users_with_a_boundary(
    as_user: Callable[..., Any], client: Callable[..., Any]
) -> None:
    iam, name = client("iam"), f"boundary-{next(NUMBERS)}"
    made = iam.create_policy(PolicyName=name, PolicyDocument=document(allow("s3vectors:*")))
    boundary = made["Policy"]["Arn"]
    bound = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    user = as_user(allow("iam:PutUserPolicy", Condition=bound), service="iam")
    inline = {"PolicyName": "p", "PolicyDocument": document(allow("s3vectors:*"))}
    iam.create_user(UserName=name)
    with pytest.raises(ClientError, match="not authorized to perform: iam:PutUserPolicy"):
        user.put_user_policy(UserName=name, **inline)
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary=boundary)
    user.put_user_policy(UserName=name, **inline)


@pytest.mark.parametrize(
    ("condition", "tags", "may"),
    [
        ({"StringEquals": {"aws:RequestTag/team": "a"}}, {"team": "a"}, True),
        ({"StringEquals": {"aws:RequestTag/team": "a"}}, {"team": "b"}, False),
        ({"StringEquals": {"aws:RequestTag/team": "a"}}, {}, False),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, {"team": "a", "cost": "1"}, False),
        ({"Null": {"aws:RequestTag/team": "true"}}, {}, True),
    ],
)
def test_tags_of_roles_and_keys_that_are_made(
    as_user: Callable[..., Any], condition: dict[str, Any], tags: dict[str, str], may: bool
) -> None:
    trusted = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust, name = document(trusted), f"tagged-{next(NUMBERS)}"
    actions = ("iam:CreateRole", "iam:TagRole", "kms:CreateKey", "kms:TagResource")
    role_tags = [{"Key": key, "Value": value} for key, value in tags.items()]
    key_tags = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
    iam = as_user(allow(*actions, Condition=condition), service="iam")
    kms = as_user(allow(*actions, Condition=condition), service="kms")
    for call in (
        lambda: iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=role_tags),
        lambda: kms.create_key(Tags=key_tags),
    ):
        if may:
            call()
            continue
        with pytest.raises(ClientError, match="not authorized to perform"):
            call()


def test_who_creates_with_tags_needs_permission_to_tag(as_user: Callable[..., Any]) -> None:
    trusted = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust, tags = document(trusted), [{"Key": "a", "Value": "b"}]
    name = f"tagged-{next(NUMBERS)}"
    iam = as_user(allow("iam:CreateRole"), service="iam")
    with pytest.raises(ClientError, match="not authorized to perform: iam:TagRole"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    kms = as_user(allow("kms:CreateKey"), service="kms")
    with pytest.raises(ClientError, match="not authorized to perform: kms:TagResource"):
        kms.create_key(Tags=[{"TagKey": "a", "TagValue": "b"}])


@pytest.mark.parametrize("team", ["a", "b"])
def test_tags_that_roles_and_keys_have(
    as_user: Callable[..., Any], client: Callable[..., Any], team: str
) -> None:
    trusted = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    name, tag = f"tagged-{next(NUMBERS)}", {"Key": "team", "Value": "a"}
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document(trusted), Tags=[tag])
    key = client("kms").create_key(Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]["KeyId"]

    def calling(service: str, action: str, condition_key: str) -> Any:
        return as_user(allow(action, Condition={"StringEquals": {condition_key: team}}), service=service)

    calls = (
        lambda: calling("iam", "iam:GetRole", "iam:ResourceTag/team").get_role(RoleName=name),
        lambda: calling("iam", "iam:GetRole", "aws:ResourceTag/team").get_role(RoleName=name),
        lambda: calling("kms", "kms:DescribeKey", "aws:ResourceTag/team").describe_key(KeyId=key),
        lambda: calling("iam", "iam:UntagRole", "aws:TagKeys").untag_role(RoleName=name, TagKeys=["a"]),
    )
    for call in calls:
        if team == "a":
            assert call()
            continue
        with pytest.raises(ClientError, match="not authorized to perform"):
            call()


def test_a_condition_on_what_a_key_is_for(as_user: Callable[..., Any]) -> None:
    bound = {"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}, "Bool": {"kms:MultiRegion": "false"}}
    kms = as_user(allow("kms:CreateKey", Condition=bound), service="kms")
    assert kms.create_key()
    with pytest.raises(ClientError, match="not authorized to perform: kms:CreateKey"):
        kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")


def test_permissions_of_iam_and_kms(as_user: Callable[..., Any]) -> None:
    mine = f"arn:aws:iam::{ACCOUNT}:policy/mine-*"
    user = as_user(allow("iam:CreatePolicy", resource=mine), service="iam")
    user.create_policy(PolicyName="mine-1", PolicyDocument=document(allow("s3vectors:*")))
    with pytest.raises(ClientError) as error:
        user.create_policy(PolicyName="theirs", PolicyDocument=document(allow("s3vectors:*")))
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    with pytest.raises(ClientError) as error:
        as_user(service="kms").create_key()
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"


def test_a_role_with_a_path_and_a_policy_of_aws(client: Callable[..., Any], index: dict[str, str]) -> None:
    """The path is a part of the role's ARN, and not of its sessions'."""
    iam, name = client("iam"), f"role-{next(NUMBERS)}"
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=name, Path="/apps/search/", AssumeRolePolicyDocument=document(trust))
    role_arn = role["Role"]["Arn"]
    assert role_arn == f"arn:aws:iam::{ACCOUNT}:role/apps/search/{name}"
    assumed = client("sts").assume_role(RoleArn=role_arn, RoleSessionName="session")
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session"
    session = client("s3vectors", **session_credentials(assumed))
    refused(lambda: session.get_index(**index))
    iam.attach_role_policy(
        RoleName=name, PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )
    refused(lambda: session.get_index(**index))
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    assert session.get_index(**index)
    policy = anyone(deny("s3vectors:GetIndex", Condition={"ArnEquals": {"aws:PrincipalArn": role_arn}}))
    client("s3vectors").put_vector_bucket_policy(
        vectorBucketName=index["vectorBucketName"], policy=document(policy)
    )
    refused(lambda: session.get_index(**index))


@pytest.mark.parametrize(
    ("principal", "enough"), [({"AWS": "*"}, True), ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, False)]
)
def test_a_role_that_a_condition_names(
    client: Callable[..., Any], index: dict[str, str], principal: Any, enough: bool
) -> None:
    """It need not be there when the policy is put. The account as principal only lets its IAM decide."""
    iam, bucket, name = client("iam"), index["vectorBucketName"], f"later-{next(NUMBERS)}"
    named = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/apps/{name}"}}
    statement = {**allow("s3vectors:GetIndex", Condition=named), "Principal": principal}
    client("s3vectors").put_vector_bucket_policy(vectorBucketName=bucket, policy=document(statement))
    trust = document({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})

    def may(path: str, *policy: dict[str, Any]) -> bool:
        role = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)["Role"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*policy))
        assumed = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="session")
        session = client("s3vectors", **session_credentials(assumed))
        try:
            return bool(session.get_index(**index))
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDeniedException"
            return False
        finally:
            if policy:
                iam.delete_role_policy(RoleName=name, PolicyName="p")
            iam.delete_role(RoleName=name)

    assert may("/apps/") is enough
    assert may("/apps/", allow("s3vectors:GetIndex"))
    assert not may("/other/")
