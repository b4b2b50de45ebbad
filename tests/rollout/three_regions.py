"""Three regions in three waves, and a local AWS of their own: the project of the rollout tests."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws
from tests.nursery import local_aws
from tests.rehearsal.projects import Project, copy_of_the_shipped
from vectorform.rehearsal.provider.mirror import offline

HOME, SECOND, THIRD = "ap-southeast-2", "us-east-1", "eu-west-1"
CONFIG = f"""
project: notes
account_id: "123456789012"
regions: [{HOME}, {SECOND}, {THIRD}]
rollout: {{waves: [[{HOME}], [{SECOND}], [{THIRD}]]}}
vector_buckets:
  notes:
    name: "notes-{{environment}}"
    indexes:
      pages: {{dimension: 8, distance_metric: cosine, non_filterable_metadata_keys: [text]}}
"""
TITLES = "      titles: {dimension: 8, distance_metric: cosine, non_filterable_metadata_keys: [text]}\n"


@dataclass(frozen=True)
class Step:
    """A command that was run, and what was in AWS and in the project's folder right after it."""

    done: subprocess.CompletedProcess[str]
    indexes: dict[str, list[str]]
    files: set[str]
    status: tuple[int, dict[str, Any]]


@dataclass
class Prod:
    """The environment, its local AWS, and what a rollout of it printed."""

    project: Project
    aws: LocalAws

    def rollout(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.project.vectorform("rollout", "prod", *arguments)

    def status(self) -> tuple[int, dict[str, Any]]:
        """The exit code of `vectorform status`, and what it says."""
        done = self.project.vectorform("status", "prod", "--format", "json")
        return done.returncode, json.loads(done.stdout)

    def step(self, command: Callable[[], subprocess.CompletedProcess[str]], *faults: Fault) -> Step:
        """Run the command under these faults, and look without them."""
        self.aws.inject(*faults)
        done = command()
        self.aws.clear_faults()
        indexes = {region: self.indexes(region) for region in (HOME, SECOND, THIRD)}
        return Step(done, indexes, {path.name for path in self.project.path.iterdir()}, self.status())

    def indexes(self, region: str) -> list[str]:
        client = self.client(region)
        buckets = [bucket["vectorBucketName"] for bucket in client.list_vector_buckets()["vectorBuckets"]]
        return [
            index["indexName"]
            for bucket in buckets
            for index in client.list_indexes(vectorBucketName=bucket)["indexes"]
        ]

    def client(self, region: str) -> Any:
        import boto3

        variables = self.aws.environment()
        return boto3.client(
            "s3vectors",
            region_name=region,
            endpoint_url=self.aws.endpoint,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        )

    def folder(self, stack: str) -> Path:
        return self.project.path / "cdktf.out" / "stacks" / stack

    def resources(self, stack: str) -> int:
        """Instances in the state of a stack, which is whole: it can be read."""
        state = json.loads((self.project.path / f"terraform.{stack}.tfstate").read_text())
        return sum(len(resource["instances"]) for resource in state["resources"])


@contextlib.contextmanager
def three_regions(folder: Path) -> Iterator[Prod]:
    """The project in `folder`, its shell turned to a local AWS that ends with the block."""
    project = copy_of_the_shipped(folder / "project")
    for file in (project.path / "config").glob("*.yaml"):
        file.unlink()
    (project.path / "config" / "prod.yaml").write_text(CONFIG)
    with local_aws() as aws:
        project.shell = {
            **aws.environment(),
            **offline(folder / "terraform"),
            "CHECKPOINT_DISABLE": "1",
            "DISABLE_VERSION_CHECK": "1",
            "NO_PROXY": "127.0.0.1",
        }
        yield Prod(project, aws)


def phases(stdout: str) -> dict[str, str]:
    """Region -> state, from the table of the report."""
    rows = [line.split() for line in stdout.splitlines() if line[:1].isdigit()]
    return {row[1]: row[3] for row in rows}
