"""Where Terraform keeps its state: the defaults of each backend, and its settings for one stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.desired.model import Environment, Region

# Terraform's language documentation, "S3" and "HCP Terraform settings".
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "local": {},
    "s3": {"key": "{project}/{stack}.tfstate"},
    "cloud": {"hostname": "app.terraform.io", "workspace": "{project}-{stack}", "tags": ()},
}
# The file of a local backend, beside cdktf.out.
LOCAL_STATE = "terraform.{stack}.tfstate"


def state_location(environment: Environment, region: Region) -> str | None:
    """What must differ from stack to stack, or None for a local backend, which sees to that itself."""
    resolved = region.backend_settings
    kind = environment.backend.type
    if kind == "s3":
        return f"s3://{resolved['bucket']}/{resolved['key']}"
    if kind == "cloud":
        return f"{resolved['hostname']}/{resolved['organization']}/{resolved['workspace']}"
    return None
