"""Whose credentials the provider works with: those of the surroundings, then roles assumed with them.

As in the real provider (its aws-sdk-go-base), a role that a web identity token opens comes first, then the
chain of `assume_role`. Why a role cannot be assumed is said in words of our own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Service, make_client
from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic, ProviderError
from vectorform.rehearsal.provider.values import UNKNOWN, Object

if TYPE_CHECKING:
    import boto3

STS = Service("STS", gone=(), one_line=True)
STS_ATTEMPTS = 3  # a local AWS that is not there is not worth waiting for
_ROLE, _WEB = "assume_role", "assume_role_with_web_identity"
_TOKEN = "TF_AWS_WEB_IDENTITY_TOKEN"  # provider documentation, since 6.56
_TOKENS = ("web_identity_token", "web_identity_token_file")
_MEMBERS = {"Policy": "policy", "RoleArn": "role_arn"}
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_NO_CREDENTIALS = Diagnostic(
    "No valid credential sources found",
    "Please see https://registry.terraform.io/providers/hashicorp/aws\n"
    "for more information about providing credentials.",
)


def validate(config: Object) -> list[Diagnostic]:
    """What is wrong with the blocks that assume roles; values may still be unknown."""
    found = []
    for name in (_ROLE, _WEB):
        for position, block in enumerate([] if config[name] is UNKNOWN else config[name]):
            path: AttributePath = (name, position, "role_arn")
            found += [
                Diagnostic(wrong.summary, wrong.detail, path)
                for wrong in check.arn(f"{name}.{position}.role_arn", block["role_arn"])
            ]
            if name == _WEB and all(isinstance(block[attribute], str) for attribute in _TOKENS):
                found += [
                    Diagnostic(
                        "Conflicting configuration arguments",
                        f'"{name}.{position}.{one}": conflicts with {name}.{position}.{other}',
                        (name, position, one),
                    )
                    for one, other in (_TOKENS, _TOKENS[::-1])
                ]
    return found


def assumed(session: boto3.Session, config: Object, endpoints: Mapping[str, str]) -> boto3.Session:
    """The session of the last role that the provider block assumes, or `session` itself."""
    for block in config[_WEB]:
        if block["role_arn"]:
            session = _by_web_identity(session, block, endpoints)
    if session.get_credentials() is None:
        raise ProviderError(_NO_CREDENTIALS)
    for block in config[_ROLE]:
        if block["role_arn"]:
            session = _by_role(session, block, endpoints)
    return session


def session_of(config: Object) -> boto3.Session:
    """The credentials of the provider block or of the surroundings, if there are any; the region.

    Raises ProviderError for a profile that is not there.
    """
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


def _by_web_identity(session: boto3.Session, block: Object, endpoints: Mapping[str, str]) -> boto3.Session:
    """With the token of the block, of its file, or of the environment."""
    token, file = block["web_identity_token"], block["web_identity_token_file"]
    if not token and file:
        try:
            token = Path(file).read_text(encoding="utf-8")
        except OSError as problem:
            text = f"The web identity token cannot be read: {problem}"
            raise ProviderError(Diagnostic(text, path=(_WEB, 0, "web_identity_token_file"))) from problem
    token = token or os.environ.get(_TOKEN)
    if not token:
        detail = f"Set web_identity_token, web_identity_token_file or {_TOKEN}."
        raise ProviderError(Diagnostic("There is no web identity token", detail, (_WEB,)))
    request = {**_request(block, _WEB), "WebIdentityToken": token.strip()}
    return _assume("assume_role_with_web_identity", session, request, endpoints)


def _by_role(session: boto3.Session, block: Object, endpoints: Mapping[str, str]) -> boto3.Session:
    request = _request(block, _ROLE)
    members = {"ExternalId": "external_id", "SourceIdentity": "source_identity"}
    request |= {member: block[attribute] for member, attribute in members.items() if block[attribute]}
    if block["tags"]:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in block["tags"].items()]
    if block["transitive_tag_keys"]:
        request["TransitiveTagKeys"] = block["transitive_tag_keys"]
    return _assume("assume_role", session, request, endpoints)


def _request(block: Object, name: str) -> dict[str, Any]:
    """What both ways have in common."""
    request: dict[str, Any] = {"RoleSessionName": block["session_name"] or "vectorform"}
    request |= {member: block[attribute] for member, attribute in _MEMBERS.items() if block[attribute]}
    if block["policy_arns"]:
        request["PolicyArns"] = [{"arn": arn} for arn in block["policy_arns"]]
    if block["duration"]:
        request["DurationSeconds"] = seconds(block["duration"], name)
    return request


def _assume(
    operation: str, session: boto3.Session, request: dict[str, Any], endpoints: Mapping[str, str]
) -> boto3.Session:
    """A session with the role's credentials: valid for an hour or `duration`, longer than any rehearsal."""
    import boto3

    role, region = request["RoleArn"], session.region_name
    sts = make_client(session, "sts", region, endpoints, STS_ATTEMPTS)
    try:
        made = STS.call("Error", getattr(sts, operation), **request)["Credentials"]
    except ProviderError as error:
        cause = "Either these credentials are not valid or may not assume it, or there is no such role."
        if operation == _WEB:
            cause = "Either the token is not valid, or the role is not there or does not trust it."
        detail = f"IAM Role ({role}) cannot be assumed.\n\n{cause}\n\n{error.diagnostic.summary}"
        path: AttributePath = (operation, 0, "role_arn")
        raise ProviderError(Diagnostic("Cannot assume IAM Role", detail, path)) from error
    return boto3.Session(
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
        region_name=region,
    )


def seconds(duration: str, block: str = _ROLE) -> int:
    """A duration as Go writes it, e.g. `1h30m`, in seconds. Raises ProviderError if it is none."""
    match = _DURATION.fullmatch(duration)
    if not match or not duration:
        text = f'"{block}.0.duration" cannot be parsed as a duration: invalid duration "{duration}"'
        raise ProviderError(Diagnostic(text, path=(block, 0, "duration")))
    hours, minutes, rest = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + rest
