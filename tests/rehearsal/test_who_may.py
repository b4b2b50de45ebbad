"""Roles with all that they may have, deployed and used: allowed what they need, denied the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.nursery import local_aws
from tests.rehearsal.clients import client
from tests.rehearsal.terraforming import ACCOUNT, REGION, Deployment, set_up
from tests.s3vectors_local.test_sessions import token
from vectorform import language
from vectorform.rehearsal import beforehand

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("who-may")]

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
verification: {after_apply: false}
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
      tenant-acme: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
    policy:
      statements:
        - {sid: Writers, effect: Allow, principals: {access: worker}, actions: [s3vectors:PutVectors]}
access:
  application:
    name: "{project}-app-{environment}"
    path: /search/
    permissions_boundary: "arn:{partition}:iam::{account_id}:policy/boundary"
    actions: [s3vectors:QueryVectors, s3vectors:GetVectors]
    grants: [{bucket: documents, index_prefix: tenant-}]
    role:
      trusted_principals: [{access: worker}]
      trusted_actions: [sts:TagSession]
      oidc:
        provider: token.actions.githubusercontent.com
        subjects: ["repo:example/search:environment:{environment}"]
        audiences: [sts.amazonaws.com]
      eks_pod_identity: {cluster: main, namespace: search, service_account: api}
      managed_policies:
        - service-role/AWSLambdaBasicExecutionRole
        - "arn:{partition}:iam::{account_id}:policy/others"
      statements:
        - sid: Parameters
          actions: [ssm:GetParameter]
          resources: ["arn:{partition}:ssm:{region}:{account_id}:parameter/search/*"]
  worker:
    role: {trusted_principals: ["{account_id}"]}
"""
BUCKET = "search-documents-dev"


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with local_aws() as aws:
        deployment = Deployment(tmp_path_factory.mktemp("who-may") / "project", aws, set_up())
        deployment.write(yaml.safe_load(CONFIG))
        made = beforehand.make(language.load("dev", deployment.root), aws)
        assert [thing.arn.rpartition(":")[2] for thing in made] == [
            "policy/boundary",
            "policy/others",
            "oidc-provider/token.actions.githubusercontent.com",
        ]
        assert beforehand.make(language.load("dev", deployment.root), aws) == made
        deployment.apply()
        yield deployment
        document = yaml.safe_load(CONFIG)
        document["vector_buckets"]["documents"]["deletion_protection"] = False
        deployment.apply(document)
        done = deployment.destroy()
        assert done.returncode == 0, done.stdout + done.stderr
        assert deployment.addresses() == set()


def denied(call: Callable[..., Any], **arguments: Any) -> None:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    assert "AccessDenied" in refused.value.response["Error"]["Code"]


def test_nothing_is_left_to_change_and_nothing_differs(dev: Deployment) -> None:
    assert dev.run("plan", "-detailed-exitcode", "-input=false").returncode == 0
    verified = dev.vectorform("verify", "dev")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_each_role_may_what_it_needs_and_no_more(dev: Deployment) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role"
    application = f"{role}/search/search-app-dev"
    sts = client(dev.aws, REGION, "sts")
    denied(sts.assume_role, RoleArn=application, RoleSessionName="nobody")
    keys = sts.assume_role(RoleArn=f"{role}/search-worker-dev", RoleSessionName="worker")["Credentials"]
    worker = client(dev.aws, REGION, "s3vectors", keys)
    vectors = [{"key": "a", "data": {"float32": [1.0, 0, 0, 0]}}]
    for index in ("pages", "tenant-acme"):
        worker.put_vectors(vectorBucketName=BUCKET, indexName=index, vectors=vectors)
    denied(worker.get_vectors, vectorBucketName=BUCKET, indexName="pages", keys=["a"])

    assumed = client(dev.aws, REGION, "sts", keys).assume_role(
        RoleArn=application, RoleSessionName="application", Tags=[{"Key": "TenantID", "Value": "acme"}]
    )
    of_github = client(dev.aws, REGION, "sts").assume_role_with_web_identity(
        RoleArn=application,
        RoleSessionName="ci",
        WebIdentityToken=token(sub="repo:example/search:environment:dev"),
    )
    denied(
        client(dev.aws, REGION, "sts").assume_role_with_web_identity,
        RoleArn=application,
        RoleSessionName="ci",
        WebIdentityToken=token(sub="repo:example/other:environment:dev"),
    )
    client(dev.aws, REGION, "ssm").put_parameter(Name="/search/index", Value="pages", Type="String")
    for session in (assumed, of_github):
        reader = client(dev.aws, REGION, "s3vectors", session["Credentials"])
        reader.get_vectors(vectorBucketName=BUCKET, indexName="tenant-acme", keys=["a"])
        denied(reader.get_vectors, vectorBucketName=BUCKET, indexName="pages", keys=["a"])
        denied(reader.put_vectors, vectorBucketName=BUCKET, indexName="tenant-acme", vectors=vectors)
        ssm = client(dev.aws, REGION, "ssm", session["Credentials"])
        assert ssm.get_parameter(Name="/search/index")["Parameter"]["Value"] == "pages"
        denied(ssm.put_parameter, Name="/search/index", Value="x", Type="String", Overwrite=True)
