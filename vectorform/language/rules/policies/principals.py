"""Principals: whom AWS takes in a resource policy and in the trust of a role.

Source: IAM User Guide, "AWS JSON policy elements: Principal". AWS refuses a policy with any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vectorform.desired.arns import partition as partition_of
from vectorform.desired.trust import service_stem
from vectorform.language.iam.reference import service_principals
from vectorform.language.iam.statement import Part, Statement
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.templates import IAM_VARIABLE
from vectorform.wording import closest, show

VARIABLE = Rule("VF610", "variable-in-principal")
PRINCIPAL = Rule("VF611", "principal")
PARTITION = Rule("VF612", "principal-of-other-partition")
SERVICE = Rule("VF613", "service-principal")
UNLISTED_SERVICE = Rule("VF614", "unlisted-service", "warning")

_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_ARN = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>[^:]*):(?P<region>[^:]*):(?P<account>[^:]*):(?P<resource>.*)\Z",
    re.DOTALL,
)
_NAME = r"[\w+=,.@-]{1,64}"
# IAM User Guide, "IAM identifiers": paths, names; session names have 2 to 64 characters.
_RESOURCES: Mapping[str, re.Pattern[str]] = {
    "iam": re.compile(rf"(root|(role|user)/([!-~]*/)?{_NAME})\Z", re.ASCII),
    "sts": re.compile(
        r"(assumed-role/[\w+=,.@-]{1,64}/[\w+=,.@-]{2,64}|federated-user/[\w+=,.@-]{2,32})\Z", re.ASCII
    ),
}
# What has an ARN in IAM and is no principal, and what there is instead.
_NO_PRINCIPALS = {
    "group": ("a group is not a principal", "name its users, or a role that they assume"),
    "instance-profile": ("an instance profile is not a principal", "name the role in it"),
    "policy": ("a policy is not a principal", "name the role that it is attached to"),
    "mfa": (
        "an MFA device is not a principal",
        "name its user, with a condition on aws:MultiFactorAuthPresent",
    ),
    "oidc-provider": ("an OIDC provider is not an AWS principal", ""),
    "saml-provider": ("a SAML provider is not an AWS principal", ""),
}
_SERVICE = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazonaws\.eu|aws\.internal|amazon\.com)\Z"
)
_EXAMPLE = "write an account's id, or arn:aws:iam::<account>:root, :role/<name> or :user/<name>"

Fault = tuple[Rule, str, str]


def check(statement: Statement) -> Iterator[Problem]:
    """Principals that AWS would refuse the policy for."""
    for kind, part in statement.principals():
        home = partition_of(statement.region.name)
        yield from report(part, faults(kind, part.text, home, federated_instead=_ROLE_INSTEAD))


def report(part: Part, found: Iterator[Fault]) -> Iterator[Problem]:
    """What is wrong with a principal, where it was written."""
    for rule, message, hint in found:
        yield rule.at(part.node, part.path, message, hint)


_ROLE_INSTEAD = "name the role that its users assume"


def faults(kind: str, name: str, partition: str, federated_instead: str) -> Iterator[Fault]:
    """What is wrong with one principal. `partition` is the bucket's or the role's own."""
    if IAM_VARIABLE.search(name):
        yield (
            VARIABLE,
            f"IAM does not replace variables in principals, as in {show(name)}",
            "compare aws:PrincipalArn in a condition",
        )
    elif kind == "Service":
        yield from _service(name, partition)
    elif name != "*" and not _ACCOUNT.match(name):
        yield from _aws(name, partition, federated_instead)


def _aws(name: str, partition: str, federated_instead: str) -> Iterator[Fault]:
    parts = _ARN.match(name)
    if parts is None:
        if _SERVICE.match(name):
            yield PRINCIPAL, f"{show(name)} is a service", "write it as Service, not as AWS"
        elif name.isdecimal():
            yield PRINCIPAL, f"{show(name)} has {len(name)} digits", "an AWS account has 12"
        elif name.startswith("arn:"):
            yield (
                PRINCIPAL,
                f"{show(name)} has too few colons for an ARN",
                "write arn:aws:iam::<account>:role/<name>",
            )
        else:
            yield PRINCIPAL, f"{show(name)} is not a principal", _EXAMPLE
        return
    service, resource = parts["service"], parts["resource"]
    kind = resource.partition("/")[0]
    if service == "iam" and kind in _NO_PRINCIPALS:
        message, hint = _NO_PRINCIPALS[kind]
        yield PRINCIPAL, f"{message}: {show(name)}", hint or federated_instead
    elif "*" in name or "?" in name:
        hint = (
            'write the whole ARN; or "*", with the pattern in a condition: ArnLike: {aws:PrincipalArn: ...}'
        )
        yield PRINCIPAL, f"{show(name)} has a wildcard, which AWS does not allow in a principal", hint
    elif service not in _RESOURCES:
        yield (
            PRINCIPAL,
            f"{show(name)} is an ARN of {show(service)}",
            "the ARN of a principal belongs to iam or sts",
        )
    elif parts["region"]:
        yield (
            PRINCIPAL,
            f"{show(name)} has a region",
            f"ARNs of {service} have none: write arn:{partition}:{service}::...",
        )
    elif not _ACCOUNT.match(parts["account"]):
        yield (
            PRINCIPAL,
            f"{show(parts['account'])} in {show(name)} is not an AWS account",
            "an account has 12 digits",
        )
    elif not _RESOURCES[service].match(resource):
        yield _unknown_form(name, service, resource)
    elif parts["partition"] != partition:
        hint = f"AWS accepts no other partition: write arn:{partition}:... or arn:{{partition}}:..."
        yield PARTITION, f"{show(name)} is in the partition {show(parts['partition'])}", hint


def _unknown_form(name: str, service: str, resource: str) -> Fault:
    kinds = ["root", "role", "user"] if service == "iam" else ["assumed-role", "federated-user"]
    kind = resource.partition("/")[0]
    near = closest(kind, kinds)
    if service == "sts" and kind == "assumed-role":
        hint = "write assumed-role/<role>/<session>, or the role itself: arn:aws:iam::<account>:role/<name>"
    elif near and near != kind:
        hint = f"did you mean `{near}`?"
    elif service == "sts" and kind in ("role", "user", "root"):
        hint = f"write arn:aws:iam::...:{resource}"
    elif service == "iam" and kind == "assumed-role":
        hint = f"write arn:aws:sts::...:{resource}"
    else:
        hint = _EXAMPLE if service == "iam" else "write assumed-role/<role>/<session>"
    return PRINCIPAL, f"{show(name)} is not the ARN of a principal", hint


def _service(name: str, partition: str) -> Iterator[Fault]:
    known = service_principals()
    if _SERVICE.match(name):
        stem = service_stem(name)
        if name.endswith(".cn") and partition != "aws-cn":
            hint = f"write {name.removesuffix('.cn')}"
            yield SERVICE, f"{show(name)} is a service of the partition `aws-cn`", hint
            return
        if name.endswith(".amazon.com") and name.removesuffix(".amazon.com") in known:
            hint = f"did you mean `{name.removesuffix('.amazon.com')}.amazonaws.com`?"
            yield UNLISTED_SERVICE, f"{show(name)} is not among the known services", hint
            return
        if stem in known or not name.endswith(".amazonaws.com"):
            return
        near = closest(stem, known)
        hint = (
            f"did you mean `{near}.amazonaws.com`?" if near else "check the name in the guide of the service"
        )
        message = f"{show(name)} is not among the known services; IAM refuses one that does not exist"
        yield UNLISTED_SERVICE, message, hint
        return
    if name == "*":
        yield SERVICE, "a policy cannot name all services", "name them, such as bedrock.amazonaws.com"
        return
    stem = re.split(r"\.amazon|\.aws|:", name.lower())[0]
    near = stem if stem in known else closest(stem, known)
    hint = (
        f"did you mean `{near}.amazonaws.com`?" if near else "write its name, such as bedrock.amazonaws.com"
    )
    yield SERVICE, f"{show(name)} is not a service principal", hint
