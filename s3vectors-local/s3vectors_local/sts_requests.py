"""What a call to STS asks for, as the Query protocol spells it.

Source: AWS STS API Reference, AssumeRole and its like; IAM User Guide, "Pass session tags in AWS STS" and
"Monitor and control actions taken with assumed roles".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from s3vectors_local.callers import Session
from s3vectors_local.s3vectors.errors import ServiceError, ValidationError

ASSUMING = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
_MEMBER = re.compile(r"(Tags|TagKeys|PolicyArns|TransitiveTagKeys)\.member\.(\d+)(?:\.(Key|Value|arn))?")


class InvalidParameterValue(ServiceError):
    """400 InvalidParameterValue."""

    code = "InvalidParameterValue"
    status = 400


def account_of(arn: str) -> str:
    """The account of a role or an identity provider. Raises ValidationError for what is no ARN of one."""
    parts = arn.split(":")
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "iam" or not parts[4].isdigit():
        raise ValidationError(f"{arn} is invalid")
    return parts[4]


def form_of(body: bytes) -> dict[str, str]:
    """The parameters of a form, also the empty ones."""
    text = body.decode("utf-8", "replace")
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A session that somebody wants. `mfa`: the request has a code of a device. `duration` is in seconds."""

    role_arn: str
    session_name: str
    duration: int
    external_id: str | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    source_identity: str | None = None
    mfa: bool = False

    def actions(self, operation: str) -> tuple[str, ...]:
        """Everything that the policies have to allow."""
        actions = [f"sts:{operation}"]
        if self.tags:
            actions.append("sts:TagSession")
        if self.source_identity:
            actions.append("sts:SetSourceIdentity")
        return tuple(actions)

    def context(self) -> dict[str, tuple[str, ...]]:
        """The condition keys of the request itself."""
        context: dict[str, tuple[str, ...]] = {
            f"aws:requesttag/{key}".lower(): (value,) for key, value in self.tags.items()
        }
        if self.tags:
            context["aws:tagkeys"] = tuple(self.tags)
        if self.transitive:
            context["sts:transitivetagkeys"] = tuple(self.transitive)
        if self.mfa:
            context |= {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}
        for key, value in (
            ("sts:externalid", self.external_id),
            ("sts:rolesessionname", self.session_name),
            ("sts:sourceidentity", self.source_identity),
        ):
            if value:
                context[key] = (value,)
        return context


def entries_of(form: Mapping[str, str]) -> dict[str, dict[str, dict[str, str]]]:
    """The lists of a form: by name and number the parts of each entry, under "" one that has no parts."""
    asked: dict[str, dict[str, dict[str, str]]] = {
        "Tags": {},
        "TagKeys": {},
        "PolicyArns": {},
        "TransitiveTagKeys": {},
    }
    for name, value in form.items():
        found = _MEMBER.fullmatch(name)
        if found:
            asked[found[1]].setdefault(found[2], {})[found[3] or ""] = value
    return asked


def session_request(form: Mapping[str, str], session: Session | None, default_seconds: int) -> SessionRequest:
    """The session that a form asks for. Raises InvalidParameterValue.

    `session` is the caller's own, whose transitive tags and source identity go on.
    """
    asked = entries_of(form)
    tags = {entry.get("Key", ""): entry.get("Value", "") for entry in asked["Tags"].values()}
    if len({key.lower() for key in tags}) < len(asked["Tags"]):
        raise InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    transitive = frozenset(entry[""] for entry in asked["TransitiveTagKeys"].values() if "" in entry)
    inherited = session.inherited_tags() if session else {}
    if {key.lower() for key in inherited} & {key.lower() for key in tags}:
        raise InvalidParameterValue(
            "One of the specified tag keys can't be set because it conflicts with a transitive tag key "
            "from the calling session."
        )
    return SessionRequest(
        role_arn=form.get("RoleArn", ""),
        session_name=form.get("RoleSessionName", ""),
        duration=_seconds(form, default_seconds),
        external_id=form.get("ExternalId"),
        policy=form.get("Policy") or None,
        policy_arns=tuple(entry["arn"] for entry in asked["PolicyArns"].values() if "arn" in entry),
        tags={**inherited, **tags},
        transitive=transitive | frozenset(inherited),
        source_identity=form.get("SourceIdentity") or (session.source_identity if session else None),
        mfa=bool(form.get("SerialNumber") and form.get("TokenCode")),
    )


def _seconds(form: Mapping[str, str], default: int) -> int:
    text = form.get("DurationSeconds") or str(default)
    if not text.isdigit():
        raise InvalidParameterValue(f"DurationSeconds: {text} is not a number")
    return int(text)
