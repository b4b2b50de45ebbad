"""One environment in a folder of its own, planned and applied by bare Terraform against a local AWS.

Without the cdktf CLI, whose deploy is this very `terraform apply` with some seconds around it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import yaml

from s3vectors_local.process import LocalAws
from tests.cli.terminal import forked
from tests.paths import ROOT
from tests.rehearsal.projects import plain_environment
from vectorform.rehearsal.provider.mirror import install

ACCOUNT = "123456789012"
REGION = "eu-west-1"
TIMEOUT_SECONDS = 120


def set_up() -> str:
    """The Terraform that was set up: on PATH, or in the virtual environment."""
    found = shutil.which("terraform", path=plain_environment()["PATH"])
    assert found, "no Terraform: run `make setup`"
    return found


def others() -> list[str]:
    """The Terraforms that VECTORFORM_TERRAFORMS names besides: paths, written as in PATH."""
    return [path for path in os.environ.get("VECTORFORM_TERRAFORMS", "").split(os.pathsep) if path]


class Deployment:
    """The environment `dev`, or another: its YAML as data in `document`, and what Terraform does with it."""

    def __init__(self, root: Path, aws: LocalAws, terraform: str, name: str = "dev") -> None:
        self.root = root
        self.aws = aws
        self.terraform = terraform
        self.file = root / "config" / f"{name}.yaml"
        self.stack = root / "cdktf.out" / "stacks" / name
        self.state_is_known = True  # as with a local backend; False: as with a remote one
        self.state = root / f"terraform.{name}.tfstate"
        self._written: Mapping[str, Any] = {}
        self._applied: tuple[Mapping[str, Any], bytes] | None = None  # and the state that it led to
        self.file.parent.mkdir(parents=True)
        (root / "cdktf.json").write_text(json.dumps({"app": f"'{sys.executable}' main.py"}))
        shutil.copy(ROOT / "main.py", root)
        self.environment = {
            **aws.surroundings(plain_environment()),
            "TF_CLI_CONFIG_FILE": str(install(root / "terraform")),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }

    def write(self, document: Mapping[str, Any]) -> None:
        """Make this the environment, and synthesize it."""
        self._written = document
        text = yaml.safe_dump(dict(document), sort_keys=False)
        self.file.write_text(text, encoding="utf-8")
        self.synthesize()

    def synthesize(self) -> None:
        from vectorform.blocks import bindings

        bindings.prepare()
        from stacks.app import synthesize
        from vectorform import language
        from vectorform.state.placements import placements

        desired = language.load_all(self.root)
        known = placements(desired, self.root) if self.state_is_known else None
        synthesize(desired, self.root / "cdktf.out", known)

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.terraform, *arguments],
            cwd=self.stack,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )

    def apply(self, document: Mapping[str, Any] | None = None) -> str:
        """Deploy, which must succeed; what Terraform said."""
        done = self.tried(document)
        assert done.returncode == 0, done.stdout + done.stderr
        self._applied = self._written, self.state.read_bytes()
        return done.stdout

    def bring_to(self, document: Mapping[str, Any]) -> None:
        """What a test starts from: deploy this, unless nothing was changed since it was deployed."""
        if self._applied is None or self._applied != (document, self.state.read_bytes()):
            self.apply(document)

    def refused(self, document: Mapping[str, Any] | None = None) -> str:
        """Deploy, which must fail; what Terraform said, on one line per paragraph."""
        done = self.tried(document)
        assert done.returncode == 1, done.stdout
        return unwrapped(done.stdout + done.stderr)

    def tried(self, document: Mapping[str, Any] | None = None) -> subprocess.CompletedProcess[str]:
        if document is not None:
            self.write(document)
        if not (self.stack / ".terraform").exists():
            done = self.run("init", "-input=false", "-no-color")
            assert done.returncode == 0, done.stdout + done.stderr
        return self.run("apply", "-auto-approve", "-input=false", "-no-color")

    def destroy(self) -> subprocess.CompletedProcess[str]:
        return self.run("destroy", "-auto-approve", "-input=false", "-no-color")

    def plan(self) -> dict[str, Any]:
        """The plan as data."""
        done = self.run("plan", "-input=false", "-no-color", "-out=made.tfplan")
        assert done.returncode == 0, done.stdout + done.stderr
        shown = self.run("show", "-json", "made.tfplan")
        return dict(json.loads(shown.stdout))

    def vectorform(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One of our own commands, in the project, turned to the local AWS."""
        return forked(self.root, arguments, self.environment, stdin, TIMEOUT_SECONDS)

    # What AWS has

    @property
    def s3vectors(self) -> Any:
        return client(self.aws)

    def fill(self, bucket: str, index: str, count: int = 3) -> None:
        vectors = [
            {"key": f"v{number}", "data": {"float32": [1.0 + number] * 4}, "metadata": {"n": number}}
            for number in range(count)
        ]
        self.s3vectors.put_vectors(vectorBucketName=bucket, indexName=index, vectors=vectors)

    def count(self, bucket: str, index: str) -> int | None:
        """How many vectors an index holds; None if there is no such index."""
        s3vectors = self.s3vectors
        try:
            pages = s3vectors.get_paginator("list_vectors").paginate(vectorBucketName=bucket, indexName=index)
            return sum(len(page["vectors"]) for page in pages)
        except s3vectors.exceptions.NotFoundException:
            return None

    def addresses(self) -> set[str]:
        """What is in Terraform's state: block names with keys."""
        return set(self.run("state", "list").stdout.split())


def client(aws: LocalAws, region: str = REGION, service: Any = "s3vectors") -> Any:
    environment = aws.environment()
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=aws.endpoint,
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def unwrapped(output: str) -> str:
    """Terraform's message without the frame around it and the line breaks in it."""
    return " ".join(output.replace("│", " ").replace("╷", " ").replace("╵", " ").split())


def environment(*, bucket: str = "documents", indexes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The YAML of one bucket; `more` are top-level keys, and `bucket_` ... of the bucket."""
    own = {key.removeprefix("bucket_"): value for key, value in more.items() if key.startswith("bucket_")}
    top = {key: value for key, value in more.items() if not key.startswith("bucket_")}
    return {
        "project": "safe",
        "account_id": ACCOUNT,
        "regions": [REGION],
        "verification": {"after_apply": False},
        "vector_buckets": {bucket: {"indexes": dict(indexes), **own}},
        **top,
    }


def index(dimension: int = 4, **more: Any) -> dict[str, Any]:
    return {
        "dimension": dimension,
        "distance_metric": "cosine",
        "non_filterable_metadata_keys": ["text"],
        **more,
    }
