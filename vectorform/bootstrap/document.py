"""The Terraform JSON of what comes before the first deploy, for an administrator to apply.

It is Terraform's own language, without CDKTF: nothing but Terraform is needed to apply it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from vectorform.desired.arns import partition
from vectorform.desired.backends import AWS_PROVIDER_VERSION, OLDEST_TERRAFORM
from vectorform.desired.holders import role_of_state
from vectorform.desired.model import Environment
from vectorform.desired.permissions import needed
from vectorform.desired.pipeline import ISSUER, ROLES, PipelineRole, audience, trust
from vectorform.desired.service_limits import MAX_MANAGED_POLICY
from vectorform.desired.statements import TooLong, parts
from vectorform.desired.trust import POLICY_VERSION
from vectorform.errors import UserError

Blocks = dict[str, dict[str, Any]]  # resource type -> name -> arguments

# IAM User Guide, "IAM and AWS STS quotas".
_ROLE_NAME_CHARACTERS = 64
_PROVIDER = "aws_iam_openid_connect_provider.github"


def bootstrap(environments: Sequence[Environment], repository: str) -> dict[str, Any]:
    """State buckets, the OIDC provider, and three roles for each of these environments of one account.

    `repository` is ORG/REPO, or ORG@ID/REPO@ID. Raises UserError where they are of several accounts, or a
    policy cannot be cut into what IAM takes; ValueError for what is no repository.
    """
    first = environments[0]
    accounts = sorted({environment.account_id for environment in environments})
    if len(accounts) > 1:
        raise UserError(f"{', '.join(accounts)} are in several accounts: run it for one account at a time")
    resources: Blocks = {}
    for type_, name, arguments in _resources(environments, repository):
        resources.setdefault(type_, {})[name] = arguments
    tags = {"ManagedBy": "vectorform bootstrap", "Project": first.project}
    return {
        "terraform": {
            "required_version": f">= {OLDEST_TERRAFORM}",
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": AWS_PROVIDER_VERSION}},
        },
        "provider": {
            "aws": {
                "region": first.home.name,
                "allowed_account_ids": accounts,
                "default_tags": {"tags": tags},
            }
        },
        "resource": resources,
        "output": {
            _label(environment, role): {
                "description": f"AWS_ROLE of the GitHub environment {_named(environment, role)}",
                "value": f"${{aws_iam_role.{_label(environment, role)}.arn}}",
            }
            for environment in environments
            for role in ROLES.values()
        },
    }


def _resources(
    environments: Sequence[Environment], repository: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for number, (bucket, region, key) in enumerate(sorted(_state_buckets(environments))):
        yield from _state_bucket(f"state{number or ''}", bucket, region, key)
    yield (
        "aws_iam_openid_connect_provider",
        "github",
        {"url": f"https://{ISSUER}", "client_id_list": [audience(environments[0])]},
    )
    for environment in environments:
        for role in ROLES.values():
            yield from _role(environment, role, repository)
        yield from _assumed(environment)


def _state_buckets(environments: Sequence[Environment]) -> set[tuple[str, str, str]]:
    """Bucket, region and key of each that this account has: not where a role of another one is assumed."""
    return {
        (place["bucket"], place["region"], place.get("kms_key_id", ""))
        for environment in environments
        if environment.backend.type == "s3" and _own_state(environment)
        for place in (region.backend_settings for region in environment.regions)
    }


def _own_state(environment: Environment) -> bool:
    role = role_of_state(environment)
    return role is None or role.split(":")[4:5] == [environment.account_id]


def _state_bucket(name: str, bucket: str, region: str, key: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A bucket as Terraform's S3 backend wants it: versions to go back to, encrypted, of nobody else.

    The lock of the backend is an object in it (`use_lockfile`), so there is no table.
    """
    here = {"bucket": f"${{aws_s3_bucket.{name}.id}}", "region": region}
    yield (
        "aws_s3_bucket",
        name,
        {"bucket": bucket, "region": region, "lifecycle": {"prevent_destroy": True}},
    )
    yield (
        "aws_s3_bucket_versioning",
        name,
        {**here, "versioning_configuration": {"status": "Enabled"}},
    )
    default = {"sse_algorithm": "aws:kms", "kms_master_key_id": key} if key else {"sse_algorithm": "AES256"}
    rule = {
        "apply_server_side_encryption_by_default": default,
        **({"bucket_key_enabled": True} if key else {}),
    }
    yield "aws_s3_bucket_server_side_encryption_configuration", name, {**here, "rule": [rule]}
    blocked = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    yield "aws_s3_bucket_public_access_block", name, {**here, **dict.fromkeys(blocked, True)}
    arn = f"arn:{partition(region)}:s3:::{bucket}"
    statement = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = _json({"Version": POLICY_VERSION, "Statement": [statement]})
    after = [f"aws_s3_bucket_public_access_block.{name}"]
    yield "aws_s3_bucket_policy", name, {**here, "policy": policy, "depends_on": after}


def _role(
    environment: Environment, role: PipelineRole, repository: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    label = _label(environment, role)
    name = f"{environment.project}-{environment.name}-{role.who}"
    if len(name) > _ROLE_NAME_CHARACTERS:
        raise UserError(f"the role {name} has {len(name)} characters; IAM takes {_ROLE_NAME_CHARACTERS}")
    yield (
        "aws_iam_role",
        label,
        {
            "name": name,
            "description": f"For the jobs of the GitHub environment {_named(environment, role)}",
            "assume_role_policy": _json(trust(environment, role.who, repository)),
            "max_session_duration": role.session_seconds,
            "depends_on": [_PROVIDER],
        },
    )
    caller, *_ = needed(environment, role.who)
    yield from _policies(label, name, caller.policy, f"${{aws_iam_role.{label}.name}}")


def _policies(
    label: str, name: str, policy: dict[str, Any], role: str
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The policy as documents that IAM takes, attached to a role."""
    try:
        documents = parts(policy)
    except TooLong as error:
        raise UserError(
            f"{name}: the statement {error} has more than the {MAX_MANAGED_POLICY:,} characters of a policy "
            "in IAM, and cannot be split: write patterns by hand"
        ) from None
    for number, document in enumerate(documents, start=1):
        part = f"{label}_{number}"
        yield "aws_iam_policy", part, {"name": f"{name}-{number}", "policy": _json(document)}
        yield (
            "aws_iam_role_policy_attachment",
            part,
            {"role": role, "policy_arn": f"${{aws_iam_policy.{part}.arn}}"},
        )


def _assumed(environment: Environment) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The role that the pipeline's roles assume is there already: it gets what a deployer needs of it.

    One of another account, such as that of the states, has its owner there.
    """
    for holder in needed(environment, "deployer"):
        if holder.arn and holder.arn.split(":")[4] == environment.account_id:
            name = f"{environment.project}-{environment.name}-{holder.name}"
            label = f"{holder.name.replace('-', '_')}_{environment.name}"
            yield from _policies(label, name, holder.policy, holder.arn.rpartition("/")[2])


def _label(environment: Environment, role: PipelineRole) -> str:
    """What Terraform calls it, which may not begin with a digit as an environment may."""
    return f"{role.who}_{environment.name}"


def _named(environment: Environment, role: PipelineRole) -> str:
    return role.github_environment.format(environment=environment.name)


def _json(document: Any) -> str:
    """JSON for an argument: without blanks, which count, and with nothing for Terraform to interpolate."""
    return json.dumps(document, separators=(",", ":")).replace("${", "$${").replace("%{", "%%{")
