"""EKS Pod Identity: associations of roles with service accounts, and the sessions of pods. Imports moto.

Source: the service models of EKS and EKS Auth; EKS User Guide, "Learn how EKS Pod Identity grants pods access
to AWS services" and "Grant pods access to AWS resources based on tags". Clusters are not looked up: those of
an environment's surroundings are not here.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

from s3vectors_local.callers import Caller
from s3vectors_local.partitions import partition
from s3vectors_local.s3vectors.errors import ServiceError

_ASSOCIATIONS = "associations_of_the_local_aws"  # an attribute of moto's EKS, kept with its state
_PAGE = 100


class InvalidParameter(ServiceError):
    """400 InvalidParameterException."""

    code = "InvalidParameterException"
    status = 400


class ResourceInUse(ServiceError):
    """409 ResourceInUseException."""

    code = "ResourceInUseException"
    status = 409


class ResourceNotFound(ServiceError):
    """404 ResourceNotFoundException."""

    code = "ResourceNotFoundException"
    status = 404


@dataclass(frozen=True, slots=True)
class Association:
    """A role for the pods of one service account. Times are in seconds since 1970."""

    associationId: str
    associationArn: str
    clusterName: str
    namespace: str
    serviceAccount: str
    roleArn: str
    createdAt: float
    modifiedAt: float
    disableSessionTags: bool = False
    targetRoleArn: str | None = None
    externalId: str | None = None
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """As the service model has it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def summary(self) -> dict[str, Any]:
        """As a list has it."""
        members = ("associationId", "associationArn", "clusterName", "namespace", "serviceAccount")
        return {name: getattr(self, name) for name in members}


def associations(account: str, region: str) -> dict[str, Association]:
    """All associations of an account and region, by id."""
    backend = eks_backends[account][region]
    if not hasattr(backend, _ASSOCIATIONS):
        setattr(backend, _ASSOCIATIONS, {})
    found: dict[str, Association] = getattr(backend, _ASSOCIATIONS)
    return found


def create(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """CreatePodIdentityAssociation. Raises InvalidParameter, ResourceInUse."""
    known = associations(caller.account, region)
    for member in ("namespace", "serviceAccount", "roleArn"):
        if not asked.get(member):
            raise InvalidParameter(f"{member} is required")
    for other in known.values():
        same = (asked["clusterName"], asked["namespace"], asked["serviceAccount"])
        if (other.clusterName, other.namespace, other.serviceAccount) == same:
            raise ResourceInUse(f"Association already exists: {other.associationId}")
    identifier = "a-" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(17))
    scope = f"arn:{partition(region)}:eks:{region}:{caller.account}"
    now = time.time()
    made = _changed(
        Association(
            associationId=identifier,
            associationArn=f"{scope}:podidentityassociation/{asked['clusterName']}/{identifier}",
            clusterName=asked["clusterName"],
            namespace=asked["namespace"],
            serviceAccount=asked["serviceAccount"],
            roleArn="",
            createdAt=now,
            modifiedAt=now,
            tags=dict(asked.get("tags") or {}),
        ),
        asked,
        caller.account,
        region,
    )
    known[identifier] = made
    return {"association": made.described()}


def describe(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """DescribePodIdentityAssociation. Raises ResourceNotFound."""
    return {"association": _found(caller, asked, region).described()}


def update(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """UpdatePodIdentityAssociation. Raises ResourceNotFound, InvalidParameter."""
    changed = _changed(_found(caller, asked, region), asked, caller.account, region)
    associations(caller.account, region)[changed.associationId] = replace(changed, modifiedAt=time.time())
    return {"association": changed.described()}


def delete(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """DeletePodIdentityAssociation. Raises ResourceNotFound."""
    found = associations(caller.account, region).pop(_found(caller, asked, region).associationId)
    return {"association": found.described()}


def listed(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """ListPodIdentityAssociations, in pages."""
    found = [
        association.summary()
        for _, association in sorted(associations(caller.account, region).items())
        if all(
            asked.get(member) in (None, getattr(association, member))
            for member in ("clusterName", "namespace", "serviceAccount")
        )
        and association.associationId > str(asked.get("nextToken", ""))
    ]
    most = int(asked.get("maxResults") or _PAGE)
    page = found[:most]
    return {"associations": page, **({"nextToken": page[-1]["associationId"]} if found[most:] else {})}


def tag(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """TagResource. Raises ResourceNotFound."""
    found = _by_arn(caller, asked, region)
    changed = replace(found, tags={**found.tags, **asked["tags"]})
    associations(caller.account, region)[found.associationId] = changed
    return {}


def untag(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """UntagResource. Raises ResourceNotFound."""
    found = _by_arn(caller, asked, region)
    left = {key: value for key, value in found.tags.items() if key not in asked["tagKeys"]}
    associations(caller.account, region)[found.associationId] = replace(found, tags=left)
    return {}


def tags(caller: Caller, asked: Mapping[str, Any], region: str) -> dict[str, Any]:
    """ListTagsForResource. Raises ResourceNotFound."""
    return {"tags": dict(_by_arn(caller, asked, region).tags)}


OPERATIONS: Mapping[str, Callable[[Caller, Mapping[str, Any], str], dict[str, Any]]] = {
    "CreatePodIdentityAssociation": create,
    "DeletePodIdentityAssociation": delete,
    "DescribePodIdentityAssociation": describe,
    "ListPodIdentityAssociations": listed,
    "ListTagsForResource": tags,
    "TagResource": tag,
    "UntagResource": untag,
    "UpdatePodIdentityAssociation": update,
}


def _found(caller: Caller, asked: Mapping[str, Any], region: str) -> Association:
    found = associations(caller.account, region).get(asked["associationId"])
    if found is None or found.clusterName != asked["clusterName"]:
        raise ResourceNotFound(f"No association found for association ID: {asked['associationId']}")
    return found


def _by_arn(caller: Caller, asked: Mapping[str, Any], region: str) -> Association:
    for association in associations(caller.account, region).values():
        if association.associationArn == asked["resourceArn"]:
            return association
    raise ResourceNotFound(f"No association found for {asked['resourceArn']}")


def _changed(old: Association, asked: Mapping[str, Any], account: str, region: str) -> Association:
    """`old` with what may change. Raises InvalidParameter."""
    members = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")
    new = replace(old, **{name: asked[name] for name in members if asked.get(name) is not None})
    if asked.get("targetRoleArn") == "":
        new = replace(new, targetRoleArn=None)
    if asked.get("policy") == "":
        new = replace(new, policy=None)
    roles = {role.arn for role in iam_backends[account][partition(region)].roles.values()}
    if new.roleArn not in roles:
        raise InvalidParameter("Role provided in the request does not exist.")
    if new.policy and not new.disableSessionTags:
        raise InvalidParameter("A policy needs disableSessionTags: a session has either tags or a policy")
    where = f"{region}/{account}/{new.clusterName}/{new.namespace}/{new.serviceAccount}"
    return replace(new, externalId=where if new.targetRoleArn else None)
