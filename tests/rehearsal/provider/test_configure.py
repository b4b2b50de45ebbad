from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from s3vectors_local.process import LocalAws
from vectorform.rehearsal.provider.aws import Aws, is_loopback
from vectorform.rehearsal.provider.configure import configure, validate_provider
from vectorform.rehearsal.provider.credentials import seconds
from vectorform.rehearsal.provider.diagnostics import ProviderError
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN, Object, conform

ACCOUNT = "123456789012"
OTHER = "999999999999"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pipeline"
GITHUB = "token.actions.githubusercontent.com"


def block(**config: Any) -> Object:
    return conform({"region": "eu-west-1", **config}, provider_schema().provider)


@pytest.fixture
def configured(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Aws]:
    """Configures a provider whose environment is that of a rehearsal."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return lambda **config: configure(block(**config))


def failure(configured: Callable[..., Aws], **config: Any) -> str:
    with pytest.raises(ProviderError) as caught:
        configured(**config)
    return caught.value.diagnostic.summary


def test_account_region_and_tags(configured: Callable[..., Aws]) -> None:
    provider = configured(
        allowed_account_ids=[ACCOUNT],
        default_tags=[{"tags": {"a": "1", "unknown": UNKNOWN}}],
        ignore_tags=[{"keys": ["x"], "key_prefixes": ["auto:"]}],
    )
    assert (provider.account_id, provider.region) == (ACCOUNT, "eu-west-1")
    assert provider.tag_rules.planned({"x": "2", "auto:y": "3"}) == {"a": "1"}
    assert provider.client("kms") is provider.client("kms", "eu-west-1")
    assert provider.client("kms", "us-east-1").meta.region_name == "us-east-1"


@pytest.mark.parametrize(
    ("config", "summary"),
    [
        ({"allowed_account_ids": [OTHER]}, f"AWS account ID not allowed: {ACCOUNT}"),
        ({"forbidden_account_ids": [ACCOUNT]}, f"AWS account ID not allowed: {ACCOUNT}"),
        ({"region": "mars"}, "invalid AWS Region: mars"),
        ({"profile": "nobody"}, "failed to get shared config profile, nobody"),
    ],
)
def test_refusals(configured: Callable[..., Aws], config: dict[str, Any], summary: str) -> None:
    assert failure(configured, **config) == summary


def test_nothing_but_this_machine_is_ever_called(configured: Callable[..., Aws]) -> None:
    assert "only talks to a local AWS" in failure(
        configured, endpoints=[{"sts": "https://sts.amazonaws.com"}]
    )
    provider = configured(endpoints=[{"kms": "https://kms.eu-west-1.amazonaws.com"}])
    with pytest.raises(ProviderError, match="only talks to a local AWS"):
        provider.client("kms")


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://[::1]:5000", True),
        ("http://localhost:5000/x", True),
        ("http://0.0.0.0:5000", False),
        ("http://localhost.example.com", False),
        ("https://s3vectors.eu-west-1.api.aws", False),
        ("", False),
    ],
)
def test_loopback(url: str, local: bool) -> None:
    assert is_loopback(url) == local


def test_no_credentials(configured: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert failure(configured) == "No valid credential sources found"


def test_no_local_aws(configured: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert failure(configured).startswith("Retrieving AWS account details: validating provider credentials: ")


def test_a_profile_of_a_shared_file(
    configured: Callable[..., Aws], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "credentials").write_text(
        "[team]\naws_access_key_id = mine\naws_secret_access_key = secret\n"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    provider = configured(profile="team", shared_credentials_files=[str(tmp_path / "credentials")])
    credentials = provider.session.get_credentials()
    assert credentials and credentials.access_key == "mine"


def test_an_assumed_role(configured: Callable[..., Aws], client: Callable[..., Any]) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    client("iam").create_role(
        RoleName="deployer",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    arn = f"arn:aws:iam::{ACCOUNT}:role/deployer"
    provider = configured(assume_role=[{"role_arn": arn, "session_name": "me", "duration": "1h"}])
    identity = provider.client("sts").get_caller_identity()["Arn"]
    client("iam").delete_role(RoleName="deployer")
    assert identity == f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/me"


@pytest.fixture
def pipeline(client: Callable[..., Any]) -> Iterator[None]:
    """A role that a pipeline of one repository may assume with GitHub's token."""
    iam = client("iam")
    provider = iam.create_open_id_connect_provider(
        Url=f"https://{GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]
    condition = {"StringLike": {f"{GITHUB}:sub": "repo:example/search:*"}}
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName="pipeline", AssumeRolePolicyDocument=document)
    yield
    iam.delete_role(RoleName="pipeline")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider)


def token(repository: str) -> str:
    claims = {
        "iss": f"https://{GITHUB}",
        "aud": "sts.amazonaws.com",
        "sub": f"repo:{repository}:ref:refs/heads/main",
        "exp": time.time() + 600,
    }
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode()
        for part in ({"alg": "RS256"}, claims, {})
    )
    return ".".join(parts)


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize("given", ["block", "file", "environment"])
def test_a_role_assumed_with_a_web_identity(
    configured: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    """It needs no other credentials."""
    web = {"role_arn": ROLE, "session_name": "ci"}
    (tmp_path / "token").write_text(f"{token('example/search')}\n")
    if given == "block":
        web["web_identity_token"] = token("example/search")
    elif given == "file":
        web["web_identity_token_file"] = str(tmp_path / "token")
    else:
        monkeypatch.setenv("TF_AWS_WEB_IDENTITY_TOKEN", token("example/search"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    provider = configured(assume_role_with_web_identity=[web])
    identity = provider.client("sts").get_caller_identity()["Arn"]
    assert identity == f"arn:aws:sts::{ACCOUNT}:assumed-role/pipeline/ci"


@pytest.mark.usefixtures("pipeline")
@pytest.mark.parametrize(
    ("web", "says"),
    [
        ({"web_identity_token": token("example/other")}, "Cannot assume IAM Role"),
        ({"web_identity_token": "text"}, "Cannot assume IAM Role"),
        ({"web_identity_token_file": "/nowhere"}, "The web identity token cannot be read"),
        ({}, "There is no web identity token"),
    ],
    ids=["subject", "no-token", "no-file", "nothing"],
)
def test_web_identities_refused(configured: Callable[..., Aws], web: dict[str, str], says: str) -> None:
    assert says in failure(configured, assume_role_with_web_identity=[{"role_arn": ROLE, **web}])


@pytest.mark.parametrize(("text", "expected"), [("15m", 900), ("1h", 3600), ("1h30m", 5400), ("90s", 90)])
def test_durations(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "1 hour", "h"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ProviderError, match="cannot be parsed as a duration"):
        seconds(text)


def test_the_provider_block_is_checked_before_any_call() -> None:
    both = validate_provider(block(allowed_account_ids=[ACCOUNT], forbidden_account_ids=[OTHER]))
    assert [d.detail for d in both] == [
        '"allowed_account_ids": conflicts with forbidden_account_ids',
        '"forbidden_account_ids": conflicts with allowed_account_ids',
    ]
    two_tokens = {"role_arn": ROLE, "web_identity_token": "a", "web_identity_token_file": "b"}
    web = validate_provider(block(assume_role_with_web_identity=[two_tokens]))
    name = "assume_role_with_web_identity.0"
    assert [each.detail for each in web] == [
        f'"{name}.web_identity_token": conflicts with {name}.web_identity_token_file',
        f'"{name}.web_identity_token_file": conflicts with {name}.web_identity_token',
    ]
    role = validate_provider(block(assume_role=[{"role_arn": "me"}]))
    assert [d.summary for d in role] == [
        '"assume_role.0.role_arn" (me) is an invalid ARN: arn: invalid prefix'
    ]
    assert (
        validate_provider(
            conform(
                dict.fromkeys(["allowed_account_ids", "assume_role"], UNKNOWN), provider_schema().provider
            )
        )
        == []
    )
