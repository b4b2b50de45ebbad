"""One local AWS and one initialized Terraform directory for all tests of the provider."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from s3vectors_local.process import LocalAws
from tests import nursery
from tests.nursery import local_aws
from tests.rehearsal.provider.terraform_core import Core, check, message
from vectorform.rehearsal.provider import mirror
from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.servicer import Servicer
from vectorform.rehearsal.provider.values import conform

REGION = "ap-southeast-2"
REQUIRED = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.42, < 7"}}}


@dataclass(frozen=True)
class Terraform:
    """A directory with a configuration, and Terraform run in it."""

    directory: Path
    environment: dict[str, str]
    binary: str = "terraform"

    def configure(self, configuration: dict[str, Any], **provider: Any) -> None:
        """Write the configuration; `provider` is the provider block but for its region."""
        document = {
            "terraform": REQUIRED,
            "provider": {"aws": [{"region": REGION, **provider}]},
            **configuration,
        }
        (self.directory / "main.tf.json").write_text(json.dumps(document))

    def run(self, *arguments: str, expect: int = 0) -> str:
        """Output of `terraform ARGUMENTS`, which must end with the exit code `expect`."""
        done = subprocess.run(
            [self.binary, *arguments, "-no-color"],
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == expect, done.stdout
        return done.stdout

    def apply(self) -> str:
        return self.run("apply", "-auto-approve", "-input=false")

    def plan(self, *, changes: bool) -> str:
        """The plan, which must or must not contain changes."""
        return self.run("plan", "-input=false", "-detailed-exitcode", expect=2 if changes else 0)

    def destroy(self) -> str:
        return self.run("destroy", "-auto-approve", "-input=false")


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    with local_aws() as local:
        yield local


@pytest.fixture(scope="session")
def cli_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mirror.install(tmp_path_factory.mktemp("provider's mirror"))


@pytest.fixture(scope="session")
def initialized(tmp_path_factory: pytest.TempPathFactory, cli_config: Path) -> Terraform:
    directory = tmp_path_factory.mktemp("initialized")
    environment = {
        **os.environ,
        **nursery.variables(),
        "TF_CLI_CONFIG_FILE": str(cli_config),
        "CHECKPOINT_DISABLE": "1",
    }
    terraform = Terraform(directory, environment)
    terraform.configure({})
    terraform.run("init", "-input=false")
    return terraform


@pytest.fixture
def terraform(tmp_path: Path, initialized: Terraform, aws: LocalAws) -> Terraform:
    directory = tmp_path / "stack"
    shutil.copytree(initialized.directory, directory, symlinks=True)
    return Terraform(directory, aws.surroundings(initialized.environment))


@pytest.fixture
def client(aws: LocalAws) -> Callable[..., Any]:
    """Makes boto3 clients of the local AWS."""
    environment = aws.environment()

    def make(service: str, region: str = REGION) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=region,
            endpoint_url=aws.endpoint,
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )

    return make


@pytest.fixture(scope="module")
def core(aws: LocalAws) -> Iterator[Callable[[str], Core]]:
    """Makes the core of one resource type on one configured provider."""
    servicer = Servicer()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        for name, value in aws.environment().items():
            patch.setenv(name, value)
        config = {"region": "ap-southeast-2", "default_tags": [{"tags": {"e": "dev"}}], "max_retries": 3}
        request = pb.ConfigureProvider.Request(config=message(conform(config, provider_schema().provider)))
        check(servicer.ConfigureProvider(request, None).diagnostics)
        yield lambda type_name: Core(servicer, type_name)
