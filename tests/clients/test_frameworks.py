"""The pages on frameworks: their YAML, deployed by Terraform, and their code, run as their role."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from s3vectors_local.process import LocalAws, local_aws
from tests.clients.test_clients import CLIENTS, environment
from tests.docs.blocks import PAGES, Block, as_pattern, blocks, exchanges
from tests.paths import ROOT
from tests.rehearsal.terraforming import Deployment, set_up

pytestmark = pytest.mark.clients

REGION = "eu-west-1"
HEAD = {
    "project": "search",
    "account_id": "123456789012",
    "regions": [REGION],
    "verification": {"after_apply": False},
}
RUN = "run client "
# A call as the first role of each page: the service that it trusts.
SERVICE = "lambda.amazonaws.com"


def framework_pages() -> list[Path]:
    return [page for page in PAGES if any(block.comment.startswith(RUN) for block in blocks(page))]


def declared(page: Path) -> dict[str, Any]:
    (block,) = blocks(page, "yaml")
    return dict(yaml.safe_load(block.text))


def together(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One environment of them all: no two declare the same entry."""
    whole: dict[str, Any] = {**HEAD, "vector_buckets": {"documents": {"indexes": {}}}, "access": {}}
    for document in documents:
        (bucket,) = document["vector_buckets"].values()
        for into, entries in (
            (whole["vector_buckets"]["documents"]["indexes"], bucket["indexes"]),
            (whole["access"], document["access"]),
            (whole.setdefault("variables", {}), document.get("variables", {})),
        ):
            assert not set(into) & set(entries), "two pages declare the same entry"
            into.update(entries)
    return whole


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS with what all pages declare."""
    with local_aws() as running:
        root = tmp_path_factory.mktemp("frameworks") / "project"
        deployment = Deployment(root, running, set_up(), "prod")
        deployment.apply(together([declared(page) for page in framework_pages()]))
        yield running


def credentials(aws: LocalAws, role: str) -> dict[str, str]:
    """What Lambda gives a function of this role."""
    sts = boto3.client(
        "sts",
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id=SERVICE,
        aws_secret_access_key=SERVICE,
    )
    arn = f"arn:aws:iam::123456789012:role/search-{role}-prod"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="application")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def surroundings(aws: LocalAws, block: Block, keys: dict[str, str]) -> dict[str, str]:
    """The framework's commands first on PATH, and the variables that Lambda sets."""
    client, *more = block.comment.removeprefix(RUN).split()
    path = [environment(client) / "bin", ROOT / ".venv" / "bin", os.environ["PATH"]]
    redirected = {"PYTHONPATH": str(CLIENTS / "python" / "local_endpoint")} if "embed" in more else {}
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return {
        **aws.surroundings(plain),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "PATH": os.pathsep.join(map(str, path)),
        "COLUMNS": "1000",
        **redirected,
        **keys,
    }


def follow(page: Path, aws: LocalAws, folder: Path, keys: dict[str, str]) -> None:
    """Write and run what the page says, from its top to its end, as a reader does."""
    for block in blocks(page):
        if block.comment.startswith("write "):
            (folder / block.comment.removeprefix("write ")).write_text(block.text, encoding="utf-8")
        elif block.comment.startswith(RUN):
            for command, shown in exchanges(block.text):
                printed = run(command, block, aws, folder, keys)
                assert as_pattern(shown).fullmatch(printed.lstrip()), f"{block.place}: {command}\n{printed}"


def run(command: str, block: Block, aws: LocalAws, folder: Path, keys: dict[str, str]) -> str:
    """What a command prints; where the block says that it fails, the error."""
    modules = environment(block.comment.split()[2]) / "node_modules"
    if modules.exists() and not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(modules)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**surroundings(aws, block, keys), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    fails = block.comment.endswith(" fails")
    assert (done.returncode != 0) == fails, f"{block.place}: {command}\n{done.stdout}{done.stderr}"
    return done.stderr if fails else done.stdout


@pytest.mark.parametrize("page", framework_pages(), ids=lambda page: page.stem)
def test_the_page_runs_as_the_role_that_it_declares(page: Path, aws: LocalAws, tmp_path: Path) -> None:
    before = aws.requests()
    follow(page, aws, tmp_path, credentials(aws, next(iter(declared(page)["access"]))))
    after = aws.requests()
    for operation in ("PutVectors", "QueryVectors"):
        assert after[f"s3vectors:{operation}"] > before.get(f"s3vectors:{operation}", 0)
    assert after.get("s3vectors:CreateIndex", 0) == before.get("s3vectors:CreateIndex", 0)


DELETING = [page for page in framework_pages() if "s3vectors:DeleteIndex on resource" in page.read_text()]


@pytest.mark.parametrize("page", DELETING, ids=lambda page: page.stem)
def test_deletion_protection_refuses_administrators_too(page: Path, aws: LocalAws, tmp_path: Path) -> None:
    for block in blocks(page):
        if block.comment.startswith("write "):
            (tmp_path / block.comment.removeprefix("write ")).write_text(block.text, encoding="utf-8")
    (block,) = (block for block in blocks(page) if block.comment.endswith(" fails"))
    ((command, _),) = exchanges(block.text)
    refusal = run(command, block, aws, tmp_path, keys={})
    assert "AccessDeniedException" in refusal and "explicit deny in a resource-based policy" in refusal
