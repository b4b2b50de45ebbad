"""Where Terraform keeps a stack's state."""

from __future__ import annotations

from typing import assert_never

from vectorform.blocks.framework import (
    CloudBackend,
    HttpBackend,
    LocalBackend,
    NamedCloudWorkspace,
    S3Backend,
    TerraformStack,
)
from vectorform.desired.backends import terraform_settings
from vectorform.desired.model import Environment, Region


def add_backend(stack: TerraformStack, environment: Environment, region: Region) -> None:
    """Give the stack of one region its backend."""
    settings = terraform_settings(environment, region)
    match environment.backend.type:
        case "local":
            LocalBackend(stack, **settings["backend"]["local"])
        case "s3":
            s3 = dict(settings["backend"]["s3"])
            newer = {name: s3.pop(name) for name in ("use_lockfile", "assume_role") if name in s3}
            S3Backend(stack, **s3)
            for name, value in newer.items():  # than CDKTF's class
                stack.add_override(f"terraform.backend.s3.{name}", value)
        case "cloud":
            cloud = dict(settings["cloud"])
            workspace = cloud.pop("workspaces")
            named = NamedCloudWorkspace(workspace["name"], workspace.get("project"))
            CloudBackend(stack, workspaces=named, **cloud)
        case "http":
            HttpBackend(stack, **settings["backend"]["http"])
        case other:  # a stack without a backend would have a local state
            assert_never(other)
