"""The role of an access entry: its name, its description, and that somebody may assume it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.arns import role_arn
from vectorform.desired.knowledge_base_roles import those_that_work_with
from vectorform.desired.service_limits import ROLE_DESCRIPTION, ROLE_NAME
from vectorform.language.nodes import texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import did_you_mean, show

NAME = Rule("VF505", "role-name")
DESCRIPTION = Rule("VF506", "role-description")
NOBODY = Rule("VF507", "role-of-nobody")
EXTERNAL_ID = Rule("VF508", "external-id-of-nobody")
POD_NAME = Rule("VF517", "pods-by-name")
POD_REGION = Rule("VF527", "pods-in-other-region")
BOUNDARY = Rule("VF516", "boundary-without-role")
ITSELF = Rule("VF528", "role-that-trusts-itself", "warning")


# Kubernetes, "Object Names and IDs": a label of RFC 1123, and a subdomain.
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def name(entry: AccessIn) -> Iterator[Problem]:
    """The name that the role would have."""
    role = entry.access.role
    if role and role.name and not ROLE_NAME.match(role.name):
        message = f"the role would be named {show(role.name)}, {len(role.name)} characters long"
        hint = "IAM allows 64: choose a shorter key"
        yield NAME.at(entry.node.mapping["role"], (*entry.path, "role"), message, hint, key=True)


def description(entry: AccessIn) -> Iterator[Problem]:
    """The entry's description is the role's too."""
    if entry.access.role and not ROLE_DESCRIPTION.match(entry.access.description):
        hint = "IAM allows only Latin letters (ISO 8859-1) in a role's description"
        node, path = entry.node.mapping["description"], (*entry.path, "description")
        yield DESCRIPTION.at(node, path, "IAM would refuse this description", hint)


def trusted(entry: AccessIn) -> Iterator[Problem]:
    """Without anybody who is trusted IAM takes no role; an external id is presented by principals."""
    role = entry.access.role
    if role is None:
        return
    node, path = entry.node.mapping["role"], (*entry.path, "role")
    refused = any(child.broken for child in node.mapping.values())
    principals = role.trusted_principals or role.trusted_roles
    others = role.trusted_services or role.oidc or role.eks_pod_identity
    knowledge_bases = those_that_work_with(entry.environment, role) if entry.environment.regions else []
    if not principals and not others and not knowledge_bases and not refused:
        hint = "write trusted_services: [lambda.amazonaws.com], trusted_principals: [its ARN] or oidc: {...}"
        yield NOBODY.at(node, path, "nobody may assume the role", hint, key=True)
    elif role.external_id and not principals and not refused:
        hint = "only principals can present an external id: add trusted_principals, or remove it"
        place = node.mapping["external_id"], (*path, "external_id")
        yield EXTERNAL_ID.at(*place, "nobody can present it", hint, key=True)


def pods(entry: AccessIn) -> Iterator[Problem]:
    """Its pods are named, and their clusters are in regions of the environment: only those have a stack."""
    role = entry.access.role
    if role is None or role.eks_pod_identity is None or not entry.environment.regions:
        return
    known = [region.name for region in entry.environment.regions]
    node, path = (
        entry.node.mapping["role"].mapping["eks_pod_identity"],
        (*entry.path, "role", "eks_pod_identity"),
    )
    of = role.eks_pod_identity
    for key, called, form in (
        ("namespace", of.namespace, _LABEL),
        ("service_account", of.service_account, _SUBDOMAIN),
    ):
        if called and not form.fullmatch(called):
            message = f"{show(called)} is not a valid name in Kubernetes"
            hint = "use only lower case, digits and -; "
            if "*" in called or "?" in called:
                message = f"{show(called)} names no one: EKS associates one service account of one namespace"
                hint = "write an entry for each (`for_each`), or `oidc` with the cluster's provider; "
            yield POD_NAME.at(node.mapping[key], (*path, key), message, hint.removesuffix("; "))
    for step, child, name in texts_at(node, "regions"):
        if name not in known:
            message = f"{show(name)} is not a region of this environment"
            yield POD_REGION.at(child, (*path, *step), message, did_you_mean(name, known))


def itself(entry: AccessIn) -> Iterator[Problem]:
    """A role that assumes itself gains nothing but session tags."""
    role = entry.access.role
    if role is None or not entry.environment.regions or not role.trusted_roles:
        return
    arn = role_arn(entry.environment, role)
    if arn in role.trusted_roles and "sts:TagSession" not in role.trusted_actions:
        node, path = entry.node.mapping["role"], (*entry.path, "role", "trusted_principals")
        hint = (
            "remove it; to assume itself with other session tags it needs trusted_actions: [sts:TagSession]"
        )
        yield ITSELF.at(node.mapping["trusted_principals"], path, "the role trusts itself", hint, key=True)


def boundary(entry: AccessIn) -> Iterator[Problem]:
    """A boundary is a role's; a policy has none."""
    if entry.access.role is None and "permissions_boundary" in entry.node.mapping:
        node, path = entry.node.mapping["permissions_boundary"], (*entry.path, "permissions_boundary")
        hint = "write role: {...}, or remove it"
        yield BOUNDARY.at(node, path, "the entry has no role for it to bound", hint, key=True)
