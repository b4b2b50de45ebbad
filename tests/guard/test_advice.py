"""Every second index that the guard proposes, fed back: the file is valid, the plan what it promised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from s3vectors_local.process import LocalAws
from tests import model
from tests.nursery import local_aws
from tests.rehearsal.terraforming import ACCOUNT, REGION, Deployment, environment, set_up
from vectorform import language
from vectorform.desired.model import Key
from vectorform.desired.policies import key_policy

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("advice")]

BASE = {"dimension": 4, "distance_metric": "cosine"}


def before(key: str) -> dict[str, dict[str, Any]]:
    """What is deployed, entry by entry: what an advice could lose, or fail to quote."""
    encryption = {"sse_type": "aws:kms", "kms_key_arn": key.replace(REGION, "{region}")}
    return {
        "quoted": {
            **BASE,
            "non_filterable_metadata_keys": ["yes", "#c", "1.10", "a: b", 'q"'],
            "tags": {"on": "no"},
        },
        "encrypted": {**BASE, "encryption": encryption, "preset": "langchain", "tags": {"Model": "titan"}},
        "named": {**BASE, "name": "called-otherwise", "non_filterable_metadata_keys": []},
        "templated": {**BASE, "name": "{index}-{environment}", "non_filterable_metadata_keys": ["text"]},
        "moved-v2": {**BASE, "non_filterable_metadata_keys": ["text"]},
        "moved": {**BASE, "non_filterable_metadata_keys": ["text"]},
        "plain": {**BASE, "preset": "bedrock-knowledge-base"},
        "l" * 63: {**BASE, "non_filterable_metadata_keys": ["text"]},
    }


# What is edited in each, and the key of the second index.
EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "quoted": ({"dimension": 8}, "quoted-v2"),
    "encrypted": ({"distance_metric": "euclidean"}, "encrypted-v2"),
    "named": ({"dimension": 8}, "named-v2"),
    "templated": ({"non_filterable_metadata_keys": ["text", "yes"]}, "templated-v2"),
    "moved-v2": ({"dimension": 16}, "moved-v3"),
    "moved": ({"dimension": 32}, "moved-v3"),
    "plain": ({"encryption": {"sse_type": "aws:kms", "kms_key_arn": ""}}, "plain-v2"),
    "l" * 63: ({"dimension": 8}, f"{'l' * 60}-v2"),
}


@pytest.fixture
def dev(tmp_path: Path) -> Any:
    with local_aws() as aws:
        yield Deployment(tmp_path / "project", aws, set_up())


def create_key(aws: LocalAws) -> str:
    kms: Any = boto3.client("kms", region_name=REGION, endpoint_url=aws.endpoint, **_credentials(aws))
    of = model.environment(REGION)
    policy = json.dumps(key_policy(of, of.home, Key("documents", "alias/documents")))
    return str(kms.create_key(Policy=policy)["KeyMetadata"]["Arn"])


def _credentials(aws: LocalAws) -> dict[str, str]:
    variables = aws.environment()
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return {name.lower(): variables[name] for name in names}


def advices(told: str) -> dict[str, str]:
    """The YAML below "add a second index next to it", by the index that it is the advice for."""
    found = {}
    for part in re.split(r"^dev: ", told, flags=re.MULTILINE)[1:]:
        lines = part.partition("add a second index next to it:\n")[2].splitlines()
        snippet = [line[4:] for line in lines[: next(i for i, x in enumerate(lines) if x[:4].strip())]]
        found[part.split()[1]] = "".join(f"{line}\n" for line in snippet)
    return found


def test_every_advice_is_a_valid_entry_and_plans_one_creation(dev: Deployment) -> None:
    key = create_key(dev.aws)
    assert ACCOUNT in key
    original = before(key)
    dev.apply(environment(indexes=original))
    EDITS["plain"][0]["encryption"]["kms_key_arn"] = key
    edited = {name: {**original[name], **edit} for name, (edit, _) in EDITS.items()}
    config = dev.root / "config"
    for name, entry in edited.items():
        dev.write(environment(indexes={**original, name: entry}))
        told = dev.vectorform("guard", "dev", "--no-count")
        assert told.returncode == 1, told.stdout + told.stderr
        ((address, snippet),) = advices(told.stdout).items()
        assert address == f"documents/{name}"
        second = EDITS[name][1]
        # The advice itself, as text, over the file as it was.
        (config / "base").mkdir(exist_ok=True)
        (config / "base" / "original.yaml").write_text(yaml.safe_dump(environment(indexes=original)))
        (config / "dev.yaml").write_text(f"extends: [base/original.yaml]\n{snippet}")
        report = language.check("dev", dev.root)
        assert report.environment is not None, (snippet, report.problems)
        made = {index.key: index for index in report.environment.home.vector_buckets[0].indexes}
        asked = _checked(dev, environment(indexes={**original, name: entry}))[name]
        for member in ("dimension", "distance_metric", "non_filterable_metadata_keys", "encryption", "tags"):
            assert getattr(made[second], member) == getattr(asked, member), (name, member)
        dev.synthesize()
        changes = [c for c in dev.plan()["resource_changes"] if "aws_s3vectors_index" in c["address"]]
        actions = {c["index"]: c["change"]["actions"] for c in changes if c["change"]["actions"] != ["no-op"]}
        assert actions == {f"documents/{second}": ["create"]}
        retirement = told.stdout.partition("retire it:\n")[2].partition("\n  deploy that;")[0]
        lines = [line[4:] for line in retirement.splitlines() if line.startswith("    ")]
        (config / "dev.yaml").write_text(
            f"extends: [base/original.yaml]\n{snippet}" + "\n".join(lines) + "\n"
        )
        assert language.check("dev", dev.root).environment is not None, lines


def _checked(dev: Deployment, document: dict[str, Any]) -> dict[str, Any]:
    path = dev.root / "config" / "dev.yaml"
    text = path.read_text()
    path.write_text(yaml.safe_dump(document))
    try:
        report = language.check("dev", dev.root)
    finally:
        path.write_text(text)
    assert report.environment is not None, report.problems
    return {index.key: index for index in report.environment.home.vector_buckets[0].indexes}
