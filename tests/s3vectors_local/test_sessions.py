"""Temporary credentials: session tags, source identity, identity providers, users' own sessions."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.nursery import local_aws
from tests.s3vectors_local.conftest import make_client

ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
GITHUB = "token.actions.githubusercontent.com"
NUMBERS = itertools.count()


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), **more}


def anywhere(*actions: str, **more: Any) -> dict[str, Any]:
    return allow(*actions, Resource="*", **more)


def credentials(answer: Any) -> dict[str, str]:
    found = answer["Credentials"]
    return {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return str(error.value.response["Error"]["Code"])


MakeRole = Callable[..., str]


@pytest.fixture
def make_role(client: Callable[..., Any]) -> MakeRole:
    """A role with this trust policy and one inline policy; its ARN."""

    def make(trust: list[dict[str, Any]], *policy: dict[str, Any]) -> str:
        iam, name = client("iam"), f"session-role-{next(NUMBERS)}"
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(*trust))["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=document(*policy))
        return str(arn)

    return make


@pytest.fixture
def make_user(client: Callable[..., Any]) -> Callable[..., dict[str, str]]:
    def make(*policy: dict[str, Any]) -> dict[str, str]:
        iam, name = client("iam"), f"session-user-{next(NUMBERS)}"
        iam.create_user(UserName=name)
        if policy:
            iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=document(*policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    return make


def trusting(*actions: str, **more: Any) -> list[dict[str, Any]]:
    return [allow(*actions, Principal={"AWS": ROOT}, **more)]


def test_tenants_by_session_tag(
    client: Callable[..., Any], make_role: MakeRole, make_index: Callable[..., Any]
) -> None:
    """One role, a session for each tenant, and each reaches its own index alone."""
    mine, other = make_index(name="tenant-one"), make_index(name="tenant-two")
    bucket = f"arn:aws:s3vectors:*:{ACCOUNT}:bucket/{mine['vectorBucketName']}"
    resource = f"{bucket}/index/tenant-${{aws:PrincipalTag/tenant}}"
    role = make_role(trusting("sts:AssumeRole", "sts:TagSession"), allow("s3vectors:*", Resource=resource))
    assumed = client("sts").assume_role(
        RoleArn=role, RoleSessionName="app", Tags=[{"Key": "Tenant", "Value": "one"}]
    )
    session = client("s3vectors", **credentials(assumed))
    assert session.get_index(**mine)
    assert code_of(lambda: session.get_index(**other)) == "AccessDeniedException"
    untagged = client("sts").assume_role(RoleArn=role, RoleSessionName="app")
    assert code_of(lambda: client("s3vectors", **credentials(untagged)).get_index(**mine)) == (
        "AccessDeniedException"
    )


def test_tenants_of_one_bucket(
    client: Callable[..., Any], make_role: MakeRole, make_index: Callable[..., Any]
) -> None:
    """Several indexes for each tenant, told apart by a prefix; the trust lets only tenants in."""
    tenants = {"acme": ["tenant-acme-pages", "tenant-acme-users"], "globex": ["tenant-globex-pages"]}
    indexes = {tenant: [make_index(name=name) for name in names] for tenant, names in tenants.items()}
    bucket = indexes["acme"][0]["vectorBucketName"]
    resource = f"arn:aws:s3vectors:*:{ACCOUNT}:bucket/{bucket}/index/tenant-${{aws:PrincipalTag/TenantID}}-*"
    tagged = {"StringLike": {"aws:RequestTag/TenantID": "?*"}}
    trust = trusting("sts:AssumeRole", "sts:TagSession", Condition=tagged)
    role = make_role(trust, allow("s3vectors:PutVectors", "s3vectors:QueryVectors", Resource=resource))

    def session(*tags: dict[str, str]) -> Any:
        assumed = client("sts").assume_role(RoleArn=role, RoleSessionName="app", Tags=list(tags))
        return client("s3vectors", **credentials(assumed))

    vector = {"float32": [1.0, 0.0]}
    for tenant, own in indexes.items():
        application = session({"Key": "TenantID", "Value": tenant})
        for index in own:
            application.put_vectors(**index, vectors=[{"key": tenant, "data": vector}])
            found = application.query_vectors(**index, queryVector=vector, topK=1)["vectors"]
            assert [each["key"] for each in found] == [tenant]
        for index in (index for other in indexes if other != tenant for index in indexes[other]):
            query = partial(application.query_vectors, **index, queryVector=vector, topK=1)
            assert code_of(query) == "AccessDeniedException"
    other_case = session({"Key": "tenantid", "Value": "ACME"})
    query = partial(other_case.query_vectors, **indexes["acme"][0], queryVector=vector, topK=1)
    assert code_of(query) == "AccessDeniedException"
    assert code_of(partial(session, {"Key": "TenantID", "Value": "*"})) == "ValidationError"
    for tags in ((), ({"Key": "TenantID", "Value": ""},), ({"Key": "Tenant", "Value": "acme"},)):
        assert code_of(partial(session, *tags)) == "AccessDenied"


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ({"Tags": [{"Key": "a", "Value": ""}]}, "sts:TagSession"),
        ({"SourceIdentity": "jane"}, "sts:SetSourceIdentity"),
    ],
)
def test_tags_and_source_identity_need_their_permission(
    client: Callable[..., Any], make_role: MakeRole, more: dict[str, Any], action: str
) -> None:
    sts, plain = client("sts"), make_role(trusting("sts:AssumeRole"))
    with pytest.raises(ClientError, match=f"is not authorized to perform: {action}") as error:
        sts.assume_role(RoleArn=plain, RoleSessionName="session", **more)
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    willing = make_role(trusting("sts:AssumeRole", action))
    answer = sts.assume_role(RoleArn=willing, RoleSessionName="session", **more)
    assert answer.get("SourceIdentity") == more.get("SourceIdentity")


@pytest.mark.parametrize(
    ("condition", "fits", "misses"),
    [
        (
            {"StringEquals": {"aws:RequestTag/team": ["search", "ads"]}},
            {"Tags": [{"Key": "team", "Value": "ads"}]},
            {"Tags": [{"Key": "team", "Value": "other"}]},
        ),
        (
            {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}},
            {"Tags": [{"Key": "team", "Value": "ads"}]},
            {"Tags": [{"Key": "team", "Value": "ads"}, {"Key": "more", "Value": ""}]},
        ),
        (
            {"StringLike": {"sts:RoleSessionName": "app-*"}},
            {"RoleSessionName": "app-1"},
            {"RoleSessionName": "other"},
        ),
        (
            {"StringEquals": {"sts:SourceIdentity": "jane"}},
            {"SourceIdentity": "jane"},
            {"SourceIdentity": "joe"},
        ),
        (
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            {"SerialNumber": "arn:aws:iam::123456789012:mfa/jane", "TokenCode": "123456"},
            {},
        ),
        ({"NumericGreaterThan": {"aws:EpochTime": 1}}, {}, None),
    ],
    ids=["request-tag", "tag-keys", "session-name", "source-identity", "mfa", "unquoted-number"],
)
def test_conditions_of_a_trust_policy(
    client: Callable[..., Any], make_role: MakeRole, condition: Any, fits: Any, misses: Any
) -> None:
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    role, sts = make_role(trusting(*actions, Condition=condition)), client("sts")
    assert sts.assume_role(**{"RoleArn": role, "RoleSessionName": "session", **fits})
    if misses is not None:
        wrong = {"RoleArn": role, "RoleSessionName": "session", **misses}
        assert code_of(lambda: sts.assume_role(**wrong)) == "AccessDenied"


@pytest.mark.parametrize(
    "arn", ["", "role/any", "arn:aws:iam", "arn:aws:s3:::bucket", f"arn:aws:iam:{ACCOUNT}"]
)
def test_what_is_no_role_is_refused(client: Callable[..., Any], arn: str) -> None:
    sts = client("sts")
    assert code_of(lambda: sts.assume_role(RoleArn=arn, RoleSessionName="session")) == "ValidationError"
    web = {"RoleArn": arn, "RoleSessionName": "session", "WebIdentityToken": token()}
    assert code_of(lambda: sts.assume_role_with_web_identity(**web)) == "ValidationError"


def test_what_names_no_key_is_refused(client: Callable[..., Any], make_user: Callable[..., Any]) -> None:
    kms = client("kms", **make_user(anywhere("kms:*")))
    for name in ("arn:aws:kms", "alias/none", "text"):
        assert code_of(lambda name=name: kms.describe_key(KeyId=name)) == "NotFoundException"


def test_transitive_tags_and_source_identity_go_on(client: Callable[..., Any], make_role: MakeRole) -> None:
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    first = make_role(trusting(*actions), anywhere(*actions))
    condition = {"StringEquals": {"aws:PrincipalTag/tenant": "one", "aws:SourceIdentity": "jane"}}
    second = make_role(trusting(*actions), anywhere("s3vectors:ListVectorBuckets", Condition=condition))
    assumed = client("sts").assume_role(
        RoleArn=first,
        RoleSessionName="session",
        Tags=[{"Key": "tenant", "Value": "one"}, {"Key": "stays", "Value": "here"}],
        TransitiveTagKeys=["tenant"],
        SourceIdentity="jane",
    )
    sts = client("sts", **credentials(assumed))
    chained = sts.assume_role(RoleArn=second, RoleSessionName="chained")
    assert client("s3vectors", **credentials(chained)).list_vector_buckets()
    override = {"RoleArn": second, "RoleSessionName": "chained"}
    assert code_of(lambda: sts.assume_role(**override, Tags=[{"Key": "Tenant", "Value": "two"}])) == (
        "InvalidParameterValue"
    )
    assert code_of(lambda: sts.assume_role(**override, SourceIdentity="joe")) == "AccessDenied"


def test_older_sessions_are_revoked(client: Callable[..., Any], make_role: MakeRole) -> None:
    """The policy that IAM's console attaches for "Revoke active sessions"."""
    role = make_role(trusting("sts:AssumeRole"), anywhere("s3vectors:*"))
    session = client(
        "s3vectors", **credentials(client("sts").assume_role(RoleArn=role, RoleSessionName="session"))
    )
    assert session.list_vector_buckets()
    revoked = {"DateLessThan": {"aws:TokenIssueTime": "2100-01-01T00:00:00Z"}}
    client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=document({**anywhere("*", Condition=revoked), "Effect": "Deny"}),
    )
    assert code_of(session.list_vector_buckets) == "AccessDeniedException"


def test_managed_session_policies_limit(client: Callable[..., Any], make_role: MakeRole) -> None:
    policy = client("iam").create_policy(
        PolicyName=f"session-{next(NUMBERS)}",
        PolicyDocument=document(anywhere("s3vectors:ListVectorBuckets")),
    )
    role = make_role(trusting("sts:AssumeRole"), anywhere("s3vectors:*"))
    assumed = client("sts").assume_role(
        RoleArn=role, RoleSessionName="session", PolicyArns=[{"arn": policy["Policy"]["Arn"]}]
    )
    session = client("s3vectors", **credentials(assumed))
    assert session.list_vector_buckets()
    assert code_of(lambda: session.get_vector_bucket(vectorBucketName="any")) == "AccessDeniedException"


# Identity providers


def token(**claims: Any) -> str:
    claims = {
        "iss": f"https://{GITHUB}",
        "sub": "repo:org/repo:ref:refs/heads/main",
        "aud": "sts.amazonaws.com",
        "exp": time.time() + 86_400,
        **claims,
    }
    known = {name: value for name, value in claims.items() if value is not None}
    parts = ({"alg": "RS256"}, known)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


@pytest.fixture(scope="module")
def github(client: Callable[..., Any]) -> str:
    provider = client("iam").create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["f" * 40]
    )
    return str(provider["OpenIDConnectProviderArn"])


@pytest.fixture
def pipeline(make_role: MakeRole, github: str) -> str:
    """The role of a pipeline, for one branch of one repository."""
    condition = {
        "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{GITHUB}:sub": "repo:org/repo:*"},
    }
    trust = allow("sts:AssumeRoleWithWebIdentity", Principal={"Federated": github}, Condition=condition)
    return make_role([trust], anywhere("s3vectors:ListVectorBuckets"))


def test_web_identity(client: Callable[..., Any], pipeline: str) -> None:
    answer = client("sts").assume_role_with_web_identity(
        RoleArn=pipeline, RoleSessionName="ci", WebIdentityToken=token()
    )
    assert answer["SubjectFromWebIdentityToken"] == "repo:org/repo:ref:refs/heads/main"
    assert answer["Audience"] == "sts.amazonaws.com"
    assert answer["Provider"].endswith(f":oidc-provider/{GITHUB}")
    session = credentials(answer)
    assert client("sts", **session).get_caller_identity()["Arn"].endswith("/ci")
    assert client("s3vectors", **session).list_vector_buckets()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("any text", "InvalidIdentityToken"),
        ("a.b.c", "InvalidIdentityToken"),
        ({"sub": "repo:org/fork:ref:refs/heads/main"}, "AccessDenied"),
        ({"sub": "repo:organisation/repo:ref:refs/heads/main"}, "AccessDenied"),
        ({"aud": "another"}, "InvalidIdentityToken"),
        ({"iss": "https://unknown.example"}, "InvalidIdentityToken"),
        ({"iss": GITHUB}, "InvalidIdentityToken"),
        ({"exp": float("nan")}, "InvalidIdentityToken"),
        ({"sub": None}, "InvalidIdentityToken"),
        ({"exp": 1}, "ExpiredTokenException"),
        ({"https://aws.amazon.com/tags": {"principal_tags": {"a": ["b"]}}}, "AccessDenied"),
    ],
    ids=[
        "text",
        "dots",
        "sub",
        "another-sub",
        "aud",
        "iss",
        "iss-without-scheme",
        "exp-that-is-no-number",
        "no-sub",
        "expired",
        "tags-not-allowed",
    ],
)
def test_web_identity_refused(
    client: Callable[..., Any], pipeline: str, wrong: str | dict[str, Any], code: str
) -> None:
    """`wrong` is a text, or claims of a token, which is made here: it is good for ten minutes."""
    sts = client("sts")
    given = wrong if isinstance(wrong, str) else token(**wrong)
    call = {"RoleSessionName": "ci", "WebIdentityToken": given}
    assert code_of(lambda: sts.assume_role_with_web_identity(RoleArn=pipeline, **call)) == code


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {}, []], ids=repr)
def test_a_token_that_no_provider_signs(client: Callable[..., Any], pipeline: str, header: Any) -> None:
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    signed = token()
    call = {"RoleArn": pipeline, "RoleSessionName": "ci"}
    for text in (f"{encoded}.{signed.partition('.')[2]}", signed.rpartition(".")[0] + "."):
        refused = partial(client("sts").assume_role_with_web_identity, **call, WebIdentityToken=text)
        assert code_of(refused) == "InvalidIdentityToken"


def test_web_identity_and_roles(client: Callable[..., Any], make_role: MakeRole, github: str) -> None:
    """A role that is not there, one that trusts AWS principals alone, one that trusts another provider."""
    sts = client("sts")
    other = github.replace(GITHUB, "oidc.eks.us-east-1.amazonaws.com/id/ABC")
    for role in (
        f"arn:aws:iam::{ACCOUNT}:role/no-such-role",
        make_role(trusting("sts:AssumeRole")),
        make_role([allow("sts:AssumeRoleWithWebIdentity", Principal={"Federated": other})]),
    ):
        call = {"RoleArn": role, "RoleSessionName": "ci", "WebIdentityToken": token()}
        assert code_of(lambda call=call: sts.assume_role_with_web_identity(**call)) == "AccessDenied"
    # A role for the provider is not for IAM's own principals.
    pipeline = make_role([allow("sts:AssumeRoleWithWebIdentity", Principal={"Federated": github})])
    assert code_of(lambda: sts.assume_role(RoleArn=pipeline, RoleSessionName="session")) == "AccessDenied"


def test_an_issuer_that_ends_with_a_slash_is_another_one(
    client: Callable[..., Any], make_role: MakeRole
) -> None:
    """Some identity services have the slash in `iss`, and so have the provider and its condition keys."""
    iam, sts, host = client("iam"), client("sts"), "tenant.example.com"
    provider = iam.create_open_id_connect_provider(Url=f"https://{host}/", ClientIDList=["app"])
    trusted = allow(
        "sts:AssumeRoleWithWebIdentity",
        Principal={"Federated": provider["OpenIDConnectProviderArn"]},
        Condition={"StringEquals": {f"{host}/:aud": "app", f"{host}/:sub": "jane"}},
    )
    call = {"RoleArn": make_role([trusted]), "RoleSessionName": "ci"}
    named = token(iss=f"https://{host}/", aud="app", sub="jane")
    assert sts.assume_role_with_web_identity(**call, WebIdentityToken=named)["Audience"] == "app"
    other = token(iss=f"https://{host}", aud="app", sub="jane")
    with pytest.raises(
        ClientError, match=f"No OpenIDConnect provider found in your account for https://{host}$"
    ):
        sts.assume_role_with_web_identity(**call, WebIdentityToken=other)


def test_tags_of_a_web_identity(client: Callable[..., Any], make_role: MakeRole, github: str) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/tenant": "one"}}
    actions = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession")
    role = make_role(
        [allow(*actions, Principal={"Federated": github})],
        anywhere("s3vectors:ListVectorBuckets", Condition=condition),
    )
    tagged = token(**{"https://aws.amazon.com/tags": {"principal_tags": {"tenant": ["one"]}}})
    sts = client("sts")
    for given, allowed in ((tagged, True), (token(), False)):
        answer = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="ci", WebIdentityToken=given)
        call = client("s3vectors", **credentials(answer)).list_vector_buckets
        if allowed:
            assert call()
        else:
            assert code_of(call) == "AccessDeniedException"


def saml(role: str, provider: str, conditions: str = "", **more: str) -> str:
    attributes = {"Role": f"{role},{provider}", "RoleSessionName": "jane", **more}
    listed = "".join(
        f'<Attribute Name="https://aws.amazon.com/SAML/Attributes/{name}">'
        f"<AttributeValue>{value}</AttributeValue></Attribute>"
        for name, value in attributes.items()
    )
    text = (
        '<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion '
        'xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><Issuer>https://idp.example</Issuer><Subject>'
        f"<NameID>jane@example</NameID></Subject>{conditions}<AttributeStatement>{listed}</AttributeStatement>"
        "</Assertion></Response>"
    )
    return base64.b64encode(text.encode()).decode()


def test_saml(client: Callable[..., Any], make_role: MakeRole) -> None:
    provider = client("iam").create_saml_provider(Name="idp", SAMLMetadataDocument="x" * 1024)[
        "SAMLProviderArn"
    ]
    condition = {
        "StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml", "SAML:sub": "jane@example"}
    }
    trust = allow("sts:AssumeRoleWithSAML", Principal={"Federated": provider}, Condition=condition)
    role, closed = make_role([trust]), make_role(trusting("sts:AssumeRole"))
    sts = client("sts")

    def assume(role: str, assertion: str, provider: str = provider) -> Any:
        return sts.assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=assertion)

    answer = assume(role, saml(role, provider))
    assert answer["AssumedRoleUser"]["Arn"].endswith("/jane")
    assert answer["Subject"] == "jane@example"
    assert client("sts", **credentials(answer)).get_caller_identity()["Arn"].endswith("/jane")
    assert code_of(lambda: assume(closed, saml(closed, provider))) == "AccessDenied"
    assert code_of(lambda: assume(role, saml(closed, provider))) == "InvalidIdentityToken"
    assert code_of(lambda: assume(role, "bm90IFhNTA==")) == "InvalidIdentityToken"
    tagged = saml(role, provider, **{"PrincipalTag:team": "search"})
    assert code_of(lambda: assume(role, tagged)) == "AccessDenied"
    gone = provider.replace("/idp", "/gone")
    assert code_of(lambda: assume(role, saml(role, gone), gone)) == "InvalidIdentityToken"


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ('<Conditions NotOnOrAfter="2026-01-01T00:00:00Z"/>', "ExpiredTokenException"),
        ('<Conditions NotOnOrAfter="soon"/>', "InvalidIdentityToken"),
        ("<Audience>https://service.example</Audience>", "InvalidIdentityToken"),
        ('<Conditions NotOnOrAfter="2126-01-01T00:00:00.000Z"/>', "AccessDenied"),
        ("<Audience>https://eu-west-1.signin.aws.amazon.com/saml</Audience>", "AccessDenied"),
        ("<Audience>urn:amazon:webservices</Audience>", "AccessDenied"),
    ],
)
def test_time_and_audience_of_a_saml_response(
    client: Callable[..., Any], make_role: MakeRole, conditions: str, code: str
) -> None:
    """What passes is denied by the role, which trusts no identity provider."""
    provider = f"arn:aws:iam::{ACCOUNT}:saml-provider/timed"
    with contextlib.suppress(ClientError):
        client("iam").create_saml_provider(Name="timed", SAMLMetadataDocument="x" * 1024)
    role = make_role(trusting("sts:AssumeRole"))
    call = {"RoleArn": role, "PrincipalArn": provider, "SAMLAssertion": saml(role, provider, conditions)}
    assert code_of(lambda: client("sts").assume_role_with_saml(**call)) == code


# Sessions of users


def test_session_token_of_a_user(client: Callable[..., Any], make_user: Callable[..., Any]) -> None:
    without_mfa = anywhere("s3vectors:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    user = make_user(without_mfa, anywhere("iam:*", "sts:GetFederationToken"))
    arn = client("sts", **user).get_caller_identity()["Arn"]
    session = credentials(client("sts", **user).get_session_token())
    assert client("sts", **session).get_caller_identity()["Arn"] == arn
    assert client("s3vectors", **session).list_vector_buckets()
    # A long-term key has no word about MFA at all.
    assert code_of(client("s3vectors", **user).list_vector_buckets) == "AccessDeniedException"
    assert code_of(client("iam", **session).list_roles) == "AccessDenied"
    assert code_of(client("sts", **session).get_session_token) == "AccessDenied"
    with_mfa = credentials(client("sts", **user).get_session_token(SerialNumber="1" * 9, TokenCode="123456"))
    assert client("iam", **with_mfa).list_roles()
    assert code_of(client("s3vectors", **with_mfa).list_vector_buckets) == "AccessDeniedException"
    assert code_of(client("s3vectors", **{**session, "aws_session_token": "x"}).list_vector_buckets) == (
        "UnrecognizedClientException"
    )


def test_session_token_needs_no_permission(
    client: Callable[..., Any], make_user: Callable[..., Any], bucket: str
) -> None:
    assert client("sts", **make_user()).get_session_token()["Credentials"]
    root = credentials(client("sts").get_session_token())
    assert client("sts", **root).get_caller_identity()["Arn"] == ROOT
    assert client("s3vectors", **root).get_vector_bucket(vectorBucketName=bucket)


def test_federation_token(client: Callable[..., Any], make_user: Callable[..., Any]) -> None:
    user = make_user(anywhere("s3vectors:*", "sts:GetFederationToken"))
    sts = client("sts", **user)
    answer = sts.get_federation_token(Name="app", Policy=document(anywhere("s3vectors:ListVectorBuckets")))
    session = credentials(answer)
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/app"
    assert client("sts", **session).get_caller_identity()["Arn"] == answer["FederatedUser"]["Arn"] == arn
    assert client("s3vectors", **session).list_vector_buckets()
    assert code_of(lambda: client("s3vectors", **session).get_vector_bucket(vectorBucketName="any")) == (
        "AccessDeniedException"
    )
    nothing = credentials(sts.get_federation_token(Name="app"))
    assert code_of(client("s3vectors", **nothing).list_vector_buckets) == "AccessDeniedException"
    assert code_of(client("sts", **make_user()).get_federation_token) in ("AccessDenied", "ValidationError")


def test_sessions_survive_a_restart(tmp_path: Path) -> None:
    with local_aws(state=tmp_path) as aws:
        iam, sts = make_client(aws, "iam"), make_client(aws, "sts")
        trust = document(*trusting("sts:AssumeRole", "sts:TagSession"))
        role = iam.create_role(RoleName="kept", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        condition = {"StringEquals": {"aws:PrincipalTag/tenant": "one"}}
        policy = document(anywhere("s3vectors:*", Condition=condition))
        iam.put_role_policy(RoleName="kept", PolicyName="inline", PolicyDocument=policy)
        tags = [{"Key": "tenant", "Value": "one"}]
        of_role = credentials(sts.assume_role(RoleArn=role, RoleSessionName="session", Tags=tags))
        of_root = credentials(sts.get_session_token())
    with local_aws(state=tmp_path) as aws:
        for session in (of_role, of_root):
            assert make_client(aws, "s3vectors", **session).list_vector_buckets()["vectorBuckets"] == []


NO_STATEMENT = json.dumps({"Version": "2012-10-17", "Statement": []})
FOR_ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        (
            {"RoleSessionName": "refs/heads/main"},
            "ValidationError",
            "1 validation error detected: Value 'refs/heads/main' at 'roleSessionName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: ",
        ),
        (
            {"RoleSessionName": "a" * 65},
            "ValidationError",
            "Member must have length less than or equal to 64",
        ),
        ({"SourceIdentity": "aws:jane"}, "ValidationError", "'sourceIdentity'"),
        ({"Tags": [{"Key": "a", "Value": "*"}]}, "ValidationError", "Value '*' at 'tags.1.member.value'"),
        ({"Tags": [{"Key": "k" * 129, "Value": ""}]}, "ValidationError", "'tags.1.member.key'"),
        ({"Tags": [{"Key": f"k{i}", "Value": ""} for i in range(51)]}, "ValidationError", "at 'tags'"),
        ({"Tags": [{"Key": "aws:a", "Value": ""}]}, "InvalidParameterValue", "'aws:' prefixed tag key names"),
        ({"TransitiveTagKeys": ["a"]}, "InvalidParameterValue", "must be included in the requested tags"),
        ({"Policy": "{"}, "MalformedPolicyDocument", "Malformed policy document"),
        ({"Policy": NO_STATEMENT}, "MalformedPolicyDocument", "Malformed policy document"),
        ({"Policy": document(FOR_ALL)}, "MalformedPolicyDocument", "should not specify a principal"),
    ],
)
def test_what_sts_does_not_look_at(
    client: Callable[..., Any], make_role: MakeRole, more: dict[str, Any], code: str, message: str
) -> None:
    role = make_role(trusting("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"))
    with pytest.raises(ClientError) as error:
        client("sts").assume_role(**{"RoleArn": role, "RoleSessionName": "session", **more})
    assert error.value.response["Error"]["Code"] == code
    assert message in error.value.response["Error"]["Message"]


def test_how_long_sessions_of_users_last(client: Callable[..., Any]) -> None:
    """Federated ones too; what a web identity asks for has the bounds of a role."""
    sts = client("sts")
    for call, more in ((sts.get_session_token, {}), (sts.get_federation_token, {"Name": "jane"})):
        assert call(**more, DurationSeconds=129_600)
        with pytest.raises(ClientError, match="less than or equal to 129600"):
            call(**more, DurationSeconds=129_601)
        with pytest.raises(ClientError, match="greater than or equal to 900"):
            call(**more, DurationSeconds=899)
    web = partial(sts.assume_role_with_web_identity, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/any")
    assert code_of(lambda: web(RoleSessionName="a/b", WebIdentityToken=token())) == "ValidationError"


def test_how_long_a_session_of_a_role_lasts(client: Callable[..., Any], make_role: MakeRole) -> None:
    role = make_role(trusting("sts:AssumeRole"), anywhere("sts:AssumeRole"))

    def assume(seconds: int, **caller: str) -> Any:
        sts = client("sts", **caller)
        return sts.assume_role(RoleArn=role, RoleSessionName="session", DurationSeconds=seconds)

    assert assume(900) and assume(3_600)
    for seconds, says in (
        (899, "value greater than or equal to 900"),
        (3_601, "exceeds the MaxSessionDuration set for this role"),
        (43_201, "value less than or equal to 43200"),
    ):
        with pytest.raises(ClientError, match=says) as error:
            assume(seconds)
        assert error.value.response["Error"]["Code"] == "ValidationError"
    client("iam").update_role(RoleName=role.rpartition("/")[2], MaxSessionDuration=43_200)
    long = assume(43_200)
    chained = credentials(long)
    assert assume(3_600, **chained)
    with pytest.raises(ClientError, match="1 hour session limit for roles assumed by role chaining"):
        assume(3_601, **chained)
