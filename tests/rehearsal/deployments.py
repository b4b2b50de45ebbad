"""Stacks of one's own configuration, deployed by Terraform alone to a local AWS: quicker than cdktf."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from s3vectors_local.process import LocalAws
from tests.nursery import local_aws
from tests.rehearsal.projects import Project, copy_of_the_shipped, plain_environment
from vectorform.rehearsal.provider.mirror import install

REGION = "eu-west-1"


@dataclass
class Deployment:
    """A project and the local AWS that it is deployed to, with `credentials` (none: as the root user)."""

    project: Project
    aws: LocalAws
    terraform_config: Path
    credentials: dict[str, str] = field(default_factory=dict)

    def write(self, environment: str, text: str) -> None:
        """Make this the project's only environment."""
        for old in (self.project.path / "config").glob("*.yaml"):
            old.unlink()
        (self.project.path / "config" / f"{environment}.yaml").write_text(text, encoding="utf-8")

    def environ(self) -> dict[str, str]:
        return {
            **self.aws.surroundings(plain_environment()),
            "TF_CLI_CONFIG_FILE": str(self.terraform_config),
            "CHECKPOINT_DISABLE": "1",
            "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "true",
            **self.credentials,
        }

    def synthesize(self) -> None:
        done = self.project.run(sys.executable, "main.py", environment=self.environ())
        assert done.returncode == 0, done.stderr

    def folder(self, stack: str) -> Path:
        return self.project.path / "cdktf.out" / "stacks" / stack

    def terraform(self, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={self.folder(stack)}", *arguments]
        return self.project.run(*command, environment=self.environ())

    def apply(self, stack: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.terraform(stack, "apply", "-auto-approve", "-no-color", *arguments)

    def deploy(self, stack: str) -> str:
        """Init and apply, which have to succeed; the apply's output."""
        init = self.terraform(stack, "init", "-no-color", "-input=false")
        assert init.returncode == 0, init.stdout + init.stderr
        done = self.apply(stack)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def state(self, stack: str) -> dict[str, Any]:
        """What Terraform has in its local state."""
        text = (self.project.path / f"terraform.{stack}.tfstate").read_text(encoding="utf-8")
        document: dict[str, Any] = json.loads(text)
        return document

    def client(self, service: Any, region: str = REGION, credentials: Mapping[str, str] | None = None) -> Any:
        keys = {**self.aws.environment(), **(credentials or {})}
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.aws.endpoint,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )


@contextlib.contextmanager
def deployment(folder: Path) -> Iterator[Deployment]:
    """A fresh project and a local AWS of its own, for the length of a `with` block."""
    project = copy_of_the_shipped(folder / "project")
    with local_aws() as aws:
        yield Deployment(project, aws, install(folder / "terraform"))
