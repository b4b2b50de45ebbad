"""The provider block: credentials, account, region, tags.

Rules and wording: the provider's documentation ("AWS Configuration Reference") and what it prints.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import DEFAULT_ATTEMPTS, Aws, Service, make_client
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.tags import TagRules
from vectorform.rehearsal.provider.values import UNKNOWN, Object

if TYPE_CHECKING:
    import boto3

_STS = Service("STS", gone=(), one_line=True)
# Provider documentation, "default_tags" and "ignore_tags".
_DEFAULT_TAGS = "TF_AWS_DEFAULT_TAGS_"
_IGNORED_KEYS, _IGNORED_PREFIXES = "TF_AWS_IGNORE_TAGS_KEYS", "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"
_STS_ATTEMPTS = 3  # a local AWS that is not there is not worth waiting for
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_NO_CREDENTIALS = Diagnostic(
    "No valid credential sources found",
    "Please see https://registry.terraform.io/providers/hashicorp/aws\n"
    "for more information about providing credentials.",
)


def validate_provider(config: Object) -> list[Diagnostic]:
    """What is wrong with a provider block; values may still be unknown."""
    diagnostics: list[Diagnostic] = []
    one, other = "allowed_account_ids", "forbidden_account_ids"
    if isinstance(config[one], list) and isinstance(config[other], list):
        diagnostics += [
            Diagnostic("Conflicting configuration arguments", f'"{a}": conflicts with {b}', (a,))
            for a, b in ((one, other), (other, one))
        ]
    diagnostics += check.one_of(
        "tag_policy_compliance", config["tag_policy_compliance"], ("error", "warning", "disabled")
    )
    if config["assume_role_with_web_identity"]:
        text = "The offline provider does not have assume_role_with_web_identity"
        detail = "Use assume_role or plain credentials, or the genuine provider with --provider registry."
        diagnostics.append(Diagnostic(text, detail, ("assume_role_with_web_identity",)))
    for position, block in enumerate([] if config["assume_role"] is UNKNOWN else config["assume_role"]):
        name = f"assume_role.{position}.role_arn"
        diagnostics += [
            Diagnostic(found.summary, found.detail, ("assume_role", position, "role_arn"))
            for found in check.arn(name, block["role_arn"])
        ]
    return diagnostics


def configure(config: Object) -> Aws:
    """The provider that `config` describes. Raises ProviderError if it cannot work."""
    config = _known(config)
    session = _session(config)
    region = session.region_name or ""
    if not config["skip_region_validation"] and not _REGION.fullmatch(region):
        raise ProviderError(Diagnostic(f"invalid AWS Region: {region}", path=("region",)))
    if session.get_credentials() is None:
        raise ProviderError(_NO_CREDENTIALS)
    endpoints = _endpoints(config)
    for role in config["assume_role"]:
        if role["role_arn"]:
            session = _assume(session, role, region, endpoints)
    account = ""
    if not config["skip_requesting_account_id"]:
        sts = make_client(session, "sts", config["sts_region"] or region, endpoints, _STS_ATTEMPTS)
        doing = "Retrieving AWS account details: validating provider credentials: "
        doing += "retrieving caller identity from STS"
        account = _STS.call(doing, sts.get_caller_identity)["Account"]
        _check_account(config, account)
    return Aws(
        session=session,
        region=region,
        account_id=account,
        tag_rules=_tag_rules(config),
        endpoints=endpoints,
        attempts=int(config["max_retries"] or os.environ.get("AWS_MAX_ATTEMPTS") or DEFAULT_ATTEMPTS),
    )


def _known(value: Any) -> Any:
    """`value` with null for what is unknown: the provider is configured before everything is known."""
    if value is UNKNOWN:
        return None
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return value


def _session(config: Object) -> boto3.Session:
    import boto3
    from botocore.exceptions import ProfileNotFound

    # Nothing on this machine gives out an instance's credentials, and asking means leaving it.
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    for variable, attribute in (
        ("AWS_CONFIG_FILE", "shared_config_files"),
        ("AWS_SHARED_CREDENTIALS_FILE", "shared_credentials_files"),
    ):
        if config[attribute]:
            os.environ[variable] = config[attribute][0]
    profile = config["profile"] or os.environ.get("AWS_PROFILE")
    try:
        return boto3.Session(
            aws_access_key_id=config["access_key"] or None,
            aws_secret_access_key=config["secret_key"] or None,
            aws_session_token=config["token"] or None,
            profile_name=profile,
            region_name=config["region"] or os.environ.get("AWS_REGION"),
        )
    except ProfileNotFound as error:
        summary = f"failed to get shared config profile, {profile}"
        raise ProviderError(Diagnostic(summary, path=("profile",))) from error


def _endpoints(config: Object) -> dict[str, str]:
    return {service: url for block in config["endpoints"] for service, url in block.items() if url}


def _assume(session: boto3.Session, role: Object, region: str, endpoints: dict[str, str]) -> boto3.Session:
    """A session with the role's credentials: valid for an hour or `duration`, longer than any rehearsal."""
    import boto3

    request: dict[str, Any] = {
        "RoleArn": role["role_arn"],
        "RoleSessionName": role["session_name"] or "vectorform",
    }
    members = {"ExternalId": "external_id", "Policy": "policy", "SourceIdentity": "source_identity"}
    request |= {member: role[attribute] for member, attribute in members.items() if role[attribute]}
    if role["policy_arns"]:
        request["PolicyArns"] = [{"arn": arn} for arn in role["policy_arns"]]
    if role["tags"]:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in role["tags"].items()]
    if role["transitive_tag_keys"]:
        request["TransitiveTagKeys"] = role["transitive_tag_keys"]
    if role["duration"]:
        request["DurationSeconds"] = seconds(role["duration"])
    sts = make_client(session, "sts", region, endpoints, _STS_ATTEMPTS)
    try:
        credentials = _STS.call("Error", sts.assume_role, **request)["Credentials"]
    except ProviderError as error:
        detail = (
            f"IAM Role ({role['role_arn']}) cannot be assumed.\n\n"
            "Either these credentials are not valid or may not assume it, or there is no such role.\n\n"
            f"{error.diagnostic.summary}"
        )
        raise ProviderError(
            Diagnostic("Cannot assume IAM Role", detail, ("assume_role", 0, "role_arn"))
        ) from error
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=region,
    )


def seconds(duration: str) -> int:
    """A duration as Go writes it, e.g. `1h30m`, in seconds. Raises ProviderError if it is none."""
    match = _DURATION.fullmatch(duration)
    if not match or not duration:
        text = f'"assume_role.0.duration" cannot be parsed as a duration: invalid duration "{duration}"'
        raise ProviderError(Diagnostic(text, path=("assume_role", 0, "duration")))
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest


def _check_account(config: Object, account: str) -> None:
    allowed, forbidden = config["allowed_account_ids"], config["forbidden_account_ids"]
    if (allowed and account not in allowed) or account in (forbidden or []):
        raise ProviderError(Diagnostic(f"AWS account ID not allowed: {account}"))


def _tag_rules(config: Object) -> TagRules:
    """From the blocks and from the environment; where both name a default tag, the block's counts."""
    defaults: Object = (config["default_tags"][0]["tags"] if config["default_tags"] else None) or {}
    ignored: Object = config["ignore_tags"][0] if config["ignore_tags"] else {}
    from_environment = {
        name.removeprefix(_DEFAULT_TAGS): value
        for name, value in os.environ.items()
        if name.startswith(_DEFAULT_TAGS) and name != _DEFAULT_TAGS
    }
    return TagRules(
        defaults={**from_environment, **{k: v for k, v in defaults.items() if v is not None}},
        ignored_keys=frozenset([*(ignored.get("keys") or ()), *_listed(_IGNORED_KEYS)]),
        ignored_prefixes=(*(ignored.get("key_prefixes") or ()), *_listed(_IGNORED_PREFIXES)),
    )


def _listed(variable: str) -> list[str]:
    return [item.strip() for item in os.environ.get(variable, "").split(",") if item.strip()]
