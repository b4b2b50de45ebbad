"""Where Terraform keeps its state: the defaults of each backend, and its settings for one stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from environments.model import Environment, Region
from environments.templates import fill

# Terraform's language documentation, "S3" and "HCP Terraform settings".
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "local": {},
    "s3": {"key": "{project}/{stack}.tfstate"},
    "cloud": {"hostname": "app.terraform.io", "workspace": "{project}-{stack}", "tags": ()},
}
# The file of a local backend, beside cdktf.out.
LOCAL_STATE = "terraform.{stack}.tfstate"
# What a setting may contain that is known only for a stack.
PER_STACK = ("region", "stack")


def settings(environment: Environment, region: Region) -> dict[str, Any]:
    """The backend's settings for the stack of one region, all templates resolved."""
    values = {"region": region.name, "stack": environment.stack_id(region)}
    return {
        key: fill(value, values) if isinstance(value, str) else value
        for key, value in environment.backend.settings.items()
    }


def state_location(environment: Environment, region: Region) -> str | None:
    """What must differ from stack to stack, or None for a local backend, which sees to that itself."""
    resolved = settings(environment, region)
    kind = environment.backend.type
    if kind == "s3":
        return f"s3://{resolved['bucket']}/{resolved['key']}"
    if kind == "cloud":
        return f"{resolved['hostname']}/{resolved['organization']}/{resolved['workspace']}"
    return None
