"""The page on tenants: its YAML, deployed to the local AWS and used by two of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.docs.blocks import blocks
from tests.language.projects import project
from tests.nursery import local_aws
from tests.paths import ROOT
from tests.rehearsal.clients import client
from tests.verifier.deployed import deploy
from vectorform import language
from vectorform.desired.model import Environment

PAGE = ROOT / "docs" / "how-to" / "tenants.md"
REGION = "eu-west-1"
HEAD = {"project": "search", "account_id": "123456789012", "regions": [REGION]}
ROLE = "arn:aws:iam::123456789012:role/search-{}-prod"
VECTORS = [{"key": "a", "data": {"float32": [1.0, 0, 0, 0]}}]


def environment(root: Path) -> Environment:
    """That of the page, with an application that this test may be."""
    (text,) = [block.text for block in blocks(PAGE, "yaml") if "PrincipalTag" in block.text]
    document = {**HEAD, **yaml.safe_load(text)}
    document["access"]["application"]["role"]["trusted_principals"] = ["123456789012"]
    return language.load("prod", project(root, prod=json.dumps(document)))


def test_two_tenants_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with local_aws() as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        deploy(environment(tmp_path))
        application = client(aws, REGION, "sts").assume_role(
            RoleArn=ROLE.format("application"), RoleSessionName="application"
        )["Credentials"]

        def assume(role: str, *tenant: str) -> Any:
            tags = [{"Key": "TenantID", "Value": name} for name in tenant]
            sts = client(aws, REGION, "sts", application)
            session = sts.assume_role(RoleArn=ROLE.format(role), RoleSessionName="session", Tags=tags)
            return client(aws, REGION, "s3vectors", session["Credentials"])

        provisioner = assume("provisioner")
        own = {"vectorBucketName": "search-documents-prod"}
        names = {tenant: f"tenant-{tenant}-pages" for tenant in ("acme", "globex", "acme2")}
        for name in names.values():
            provisioner.create_index(
                **own, indexName=name, dataType="float32", dimension=4, distanceMetric="cosine"
            )
        for tenant in ("acme", "globex"):
            reader = assume("tenant", tenant)
            reader.put_vectors(**own, indexName=names[tenant], vectors=VECTORS)
            assert reader.get_vectors(**own, indexName=names[tenant], keys=["a"])["vectors"]
            for name in names.values():
                if name != names[tenant]:
                    with pytest.raises(ClientError, match="AccessDenied"):
                        reader.get_vectors(**own, indexName=name, keys=["a"])
                    with pytest.raises(ClientError, match="AccessDenied"):
                        reader.put_vectors(**own, indexName=name, vectors=VECTORS)
            with pytest.raises(ClientError, match="AccessDenied"):
                reader.list_indexes(**own)
        for tenant in ((), ("",)):
            with pytest.raises(ClientError, match="AccessDenied"):
                assume("tenant", *tenant)
