"""`provider`: what AWS is asked is asked by the role that it names, and tags that it ignores are no drift."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from s3vectors_local.surroundings import through_vpc_endpoint
from tests.model import ACCOUNT
from tests.verifier import samples
from tests.verifier.deployed import client, deploy, unique
from vectorform import sessions
from vectorform.desired.arns import bucket_arn
from vectorform.desired.model import AccessFrom, Environment, Provider
from vectorform.desired.permissions import verifier
from vectorform.migration.calls import Refused, describe
from vectorform.migration.places import places
from vectorform.verifier.aws import Aws
from vectorform.verifier.reading import Unreadable, read
from vectorform.verifier.smoke import smoke
from vectorform.verifier.vectors import count
from vectorform.verifier.verify import verify

EXTERNAL_ID = "an-external-id"
ENDPOINT = "vpce-0123456789abcdef0"
Caller = Callable[..., Environment]


@pytest.fixture
def reached(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """A function that deploys an environment, and makes this process a user who may assume its role alone."""
    private = samples.bucket(deletion_protection=False, access_from=AccessFrom((ENDPOINT,)))
    environment = unique(samples.environment(private))
    iam = client("iam", environment.home)
    name = environment.access[0].policy_name + "-deployer"
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    deploy(replace(environment, provider=Provider(assume_role=arn)))

    def become(*, may: str | None = None, presents: str | None = EXTERNAL_ID) -> Environment:
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
        policy = verifier(environment)
        vectors = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": "*"}
        policy["Statement"].append(vectors)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
        iam.create_user(UserName=name)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": may or arn}
        own = json.dumps({"Version": "2012-10-17", "Statement": [assume]})
        iam.put_user_policy(UserName=name, PolicyName="assume", PolicyDocument=own)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", made["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made["SecretAccessKey"])
        return replace(environment, provider=Provider(assume_role=arn, external_id=presents))

    return become


def test_verify_and_the_smoke_test_ask_as_the_role(reached: Caller) -> None:
    environment = reached()
    assert verify(replace(environment, provider=Provider())).exit_code == 2
    report = smoke(environment, environment.regions, verify(environment))
    assert report.findings == ()
    assert report.smoke[0].steps


def test_a_migration_asks_as_the_role(reached: Caller) -> None:
    environment = reached()
    place = places(environment, environment.home)["knowledge/index-0"]
    assert describe(place, threading.Event()).arn.endswith("/index/index-0")
    with pytest.raises(Refused, match="not authorized"):
        describe(replace(place, assume_role=None), threading.Event())


def test_others_reach_a_private_vector_bucket_through_its_endpoint_alone(
    reached: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = reached()
    root = client("iam", environment.home)
    name = environment.access[0].policy_name + "-deployer"
    everything = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    root.put_user_policy(UserName=name, PolicyName="vectors", PolicyDocument=policy)
    index = {"vectorBucketName": environment.home.vector_buckets[0].name, "indexName": "index-0"}
    outside, inside, other = (boto3.client("s3vectors", region_name=environment.home.name) for _ in range(3))
    through_vpc_endpoint(inside, ENDPOINT)
    through_vpc_endpoint(other, "vpce-0fedcba9876543210")
    assert inside.list_vectors(**index)["vectors"] == []
    for refused in (outside, other):
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            refused.list_vectors(**index)
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            refused.delete_vector_bucket_policy(vectorBucketName=index["vectorBucketName"])
    (finding, *_) = verify(replace(environment, provider=Provider())).findings
    assert finding.kind == "unreadable"


@pytest.mark.parametrize(
    "missing", [{"may": "arn:aws:iam::123456789012:role/other"}, {"presents": None}], ids=str
)
def test_who_may_not_assume_the_role_is_told_which_and_what_to_do(
    reached: Caller, missing: dict[str, Any]
) -> None:
    environment = reached(**missing)
    (finding,) = verify(environment).findings
    assert finding.kind == "unreadable"
    assert finding.actual.startswith(f"{environment.provider.assume_role} cannot be assumed: AccessDenied: ")
    assert finding.fix.startswith("allow the caller sts:AssumeRole on it")
    place = places(environment, environment.home)["knowledge/index-0"]
    with pytest.raises(Refused, match="allow the caller sts:AssumeRole on it"):
        describe(place, threading.Event())


def test_the_role_is_assumed_again_before_its_credentials_end(
    reached: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = reached()
    session: Any = sessions.session(environment.provider.assume_role, EXTERNAL_ID, environment.home.name)
    asking = Aws(session)
    asking.sts(environment.home.name).get_caller_identity()
    credentials = session.get_credentials()
    first = credentials.access_key
    asking.sts(environment.home.name).get_caller_identity()
    assert credentials.access_key == first
    late = datetime.now(UTC) + timedelta(minutes=55)
    monkeypatch.setattr("botocore.credentials._local_now", lambda: late)
    credentials._time_fetcher = lambda: late
    arn = asking.sts(environment.home.name).get_caller_identity()["Arn"]
    assert credentials.access_key != first
    assert arn.endswith(f"/{sessions.SESSION_NAME}")
    assert asking.calls == {"GetCallerIdentity": 3}


def test_without_credentials_nothing_is_assumed(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    role = Provider(assume_role=f"arn:aws:iam::{ACCOUNT}:role/deployer")
    (finding,) = verify(samples.environment(provider=role)).findings
    assert finding.fix.startswith("give this shell AWS credentials")


def test_tags_of_others_are_no_drift(aws: LocalAws) -> None:
    environment = deploy(unique(samples.environment()))
    region = environment.home
    arn = bucket_arn(environment, region, region.vector_buckets[0])
    foreign = {"map-migrated": "d-1", "CostCenterAuto": "7", "Team": "x"}
    client("s3vectors", region).tag_resource(resourceArn=arn, tags=foreign)
    ignoring = Provider(ignored_tag_keys=("CostCenterAuto",), ignored_tag_prefixes=("map-",))
    found = {finding.attribute for finding in verify(environment).findings}
    assert found == {f"tags.{key}" for key in foreign}
    found = {finding.attribute for finding in verify(replace(environment, provider=ignoring)).findings}
    assert found == {"tags.Team"}


def test_in_another_account_nothing_is_called(aws: LocalAws) -> None:
    """The names of vector buckets are an account's own: another one may have the very same."""
    environment = deploy(unique(samples.environment()))
    other = replace(environment, account_id="999999999999")
    reason = f"the AWS credentials belong to account {ACCOUNT}, not to 999999999999"
    aws.forget_requests()
    with pytest.raises(Refused, match=reason):
        describe(places(other, other.home)["knowledge/index-0"], threading.Event())
    listing = Aws.of(other, frozenset({"ListVectors"}))
    assert count(listing, other.home.name, other.home.vector_buckets[0].name, "index-0") is None
    with pytest.raises(Unreadable, match=reason):
        read(Aws.of(other).bedrock_agent(other.home.name).list_knowledge_bases)
    assert set(aws.requests()) == {"sts:GetCallerIdentity"}
    assert describe(places(environment, environment.home)["knowledge/index-0"], threading.Event()).arn
