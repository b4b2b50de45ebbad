"""Where Terraform keeps a stack's state."""

from __future__ import annotations

from cdktf import CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, TerraformStack

from vectorform.desired.backends import LOCAL_STATE
from vectorform.desired.model import Environment, Region

# Relative to cdktf.out/stacks/<stack>, where Terraform runs: the folder that holds cdktf.out. CDKTF's own
# default is an absolute path, which would be another one on every machine.
_LOCAL_FOLDER = "../../.."


def add_backend(stack: TerraformStack, environment: Environment, region: Region) -> None:
    """Give the stack of one region its backend."""
    resolved = region.backend_settings
    match environment.backend.type:
        case "local":
            LocalBackend(
                stack, path=f"{_LOCAL_FOLDER}/{LOCAL_STATE.format(stack=environment.stack_id(region))}"
            )
        case "s3":
            S3Backend(
                stack, bucket=resolved["bucket"], key=resolved["key"], region=resolved["region"], encrypt=True
            )
            # Locks beside the state in S3 itself, without DynamoDB: newer than CDKTF's class.
            stack.add_override("terraform.backend.s3.use_lockfile", True)
        case "cloud":
            CloudBackend(
                stack,
                organization=resolved["organization"],
                hostname=resolved["hostname"],
                workspaces=NamedCloudWorkspace(resolved["workspace"], resolved.get("project")),
            )
