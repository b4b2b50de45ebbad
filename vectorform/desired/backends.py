"""Where Terraform keeps its state: the defaults of each backend, and its settings for one stack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, assert_never

from vectorform.desired.model import Environment, Region

# Terraform's language documentation, "S3", "HCP Terraform settings" and "http".
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "local": {},
    "s3": {"key": "{project}/{stack}.tfstate"},
    "cloud": {"hostname": "app.terraform.io", "workspace": "{project}-{stack}", "tags": ()},
    "http": {},
}
# Whether the verifier runs within the apply, by default. A workspace's runs are remote by
# default and have no vectorform: an apply that has made everything would end with an error.
VERIFIED_WITHIN_APPLY: Mapping[str, bool] = {"local": True, "s3": True, "cloud": False, "http": True}
# What the stacks need: native state locks of the S3 backend and `removed` blocks (Terraform changelog, 1.10).
OLDEST_TERRAFORM = "1.10"
# metadata_configuration and encryption_configuration of an index came after 6.25; 6.42 is the floor that
# terraform-aws-modules asks for as well.
AWS_PROVIDER_VERSION = ">= 6.42, < 7"
_LABEL = r"[^\W_](?:(?:[^\W_]|-)*[^\W_])?"
_PORT = r"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
# What Terraform takes for a hostname: no scheme, no path, and a name beyond ASCII as people write it.
HOSTNAME_FORM = re.compile(rf"(?!(?:.*\.)?xn--){_LABEL}(?:\.{_LABEL})*(?::{_PORT})?\Z", re.IGNORECASE)
# HCP Terraform API documentation: the names of organizations and workspaces.
CLOUD_NAME_FORM = re.compile(r"[A-Za-z0-9_-]+\Z")
# The module that synthesizes in a rehearsal, and puts a local state in the place of every backend.
REHEARSAL_APP = "vectorform.rehearsal.app"
# The file of a local backend, beside cdktf.out.
LOCAL_STATE = "terraform.{stack}.tfstate"
# Relative to cdktf.out/stacks/<stack>, where Terraform runs: the folder that holds cdktf.out. CDKTF's own
# default is an absolute path, which would be another one on every machine.
LOCAL_FOLDER = "../../.."
# The setting that has to differ from stack to stack.
PER_STACK: Mapping[str, str] = {"local": "type", "s3": "key", "cloud": "workspace", "http": "address"}
# GitLab documentation, "GitLab-managed Terraform state": what its address ends with, and how it locks.
_OF_GITLAB = re.compile(r"https?://.+/terraform/state/[^/?#]+\Z")
_USER = re.compile(r"\A([^/?#@]*//)?[^/?#]*@")
# Parameters by which GitLab and others take a token.
_TOKEN = re.compile(r"(?<=[?&])([^=&#]*(?:token|password|secret|key))=[^&#]*", re.IGNORECASE)
_LOCK_OF_GITLAB = {"lock_method": "POST", "unlock_method": "DELETE"}


def terraform_settings(environment: Environment, region: Region) -> dict[str, Any]:
    """What the `terraform` block says of the place of one stack's state: `backend`, or `cloud`."""
    settings = region.backend_settings
    match environment.backend.type:
        case "local":
            path = f"{LOCAL_FOLDER}/{LOCAL_STATE.format(stack=environment.stack_id(region))}"
            return {"backend": {"local": {"path": path}}}
        case "s3":
            place = {name: settings[name] for name in ("bucket", "key", "region")}
            reached = {name: settings[name] for name in ("kms_key_id", "assume_role") if settings.get(name)}
            # Locks beside the state in S3 itself, without DynamoDB.
            return {"backend": {"s3": {**place, "encrypt": True, "use_lockfile": True, **reached}}}
        case "cloud":
            workspaces = {"name": settings["workspace"]}
            if settings.get("project"):
                workspaces["project"] = settings["project"]
            place = {name: settings[name] for name in ("hostname", "organization")}
            return {"cloud": {**place, "workspaces": workspaces}}
        case "http":
            return {"backend": {"http": dict(settings)}}
        case other:
            assert_never(other)


def with_locks(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an HTTP backend with those of its lock: GitLab's, where the address is one of GitLab's.

    Without an address to unlock at, Terraform would never give the lock back: it is that of the lock.
    """
    found = dict(settings)
    if "lock_address" not in found and _OF_GITLAB.match(str(found.get("address", ""))):
        found = {**_LOCK_OF_GITLAB, **found, "lock_address": f"{found['address']}/lock"}
    if "lock_address" in found:
        found.setdefault("unlock_address", found["lock_address"])
    return found


def without_credentials(address: str) -> str:
    """An address as it may be shown: without a user, and without the value of what is called a token."""
    return _TOKEN.sub(r"\1=...", _USER.sub(r"\1", address))


def lock_id(environment: Environment, region: Region) -> str:
    """What `terraform force-unlock` wants: the id that the error names; with HCP Terraform, the workspace."""
    settings = region.backend_settings
    match environment.backend.type:
        case "local" | "s3" | "http":
            return "ID"
        case "cloud":
            return f"{settings['organization']}/{settings['workspace']}"
        case other:
            assert_never(other)


def state_location(environment: Environment, region: Region) -> str | None:
    """What must differ from stack to stack, or None for a local backend, which sees to that itself."""
    resolved = region.backend_settings
    match environment.backend.type:
        case "local":
            return None
        case "s3":
            return f"s3://{resolved['bucket']}/{resolved['key']}"
        case "cloud":
            return f"{resolved['hostname']}/{resolved['organization']}/{resolved['workspace']}"
        case "http":
            return without_credentials(str(resolved["address"]))
        case other:
            assert_never(other)
