"""Calls about EKS Pod Identity: which operation a request is, and which permissions it needs.

Source: the service models of EKS (2017-11-01) and EKS Auth (2023-11-26); Service Authorization Reference,
"Amazon Elastic Kubernetes Service" and "Amazon EKS Auth"; EKS User Guide, "Assign an IAM role to a Kubernetes
service account".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from s3vectors_local.callers import Caller
from s3vectors_local.policy_language import Question
from s3vectors_local.tag_keys import of_request

POD_SERVICE = "pods.eks.amazonaws.com"
_CLUSTER = r"/clusters/(?P<clusterName>[^/]+)"
_ASSOCIATIONS = f"{_CLUSTER}/pod-identity-associations"
_ONE = f"{_ASSOCIATIONS}/(?P<associationId>[^/]+)"
_TAGS = r"/tags/(?P<resourceArn>arn[^/]*podidentityassociation/.+)"
_ROUTES = (
    ("POST", _ASSOCIATIONS, "CreatePodIdentityAssociation"),
    ("GET", _ASSOCIATIONS, "ListPodIdentityAssociations"),
    ("GET", _ONE, "DescribePodIdentityAssociation"),
    ("POST", _ONE, "UpdatePodIdentityAssociation"),
    ("DELETE", _ONE, "DeletePodIdentityAssociation"),
    ("GET", _TAGS, "ListTagsForResource"),
    ("POST", _TAGS, "TagResource"),
    ("DELETE", _TAGS, "UntagResource"),
    ("POST", f"{_CLUSTER}/assume-role-for-pod-identity", "AssumeRoleForPodIdentity"),
)


def route(method: str, path: str) -> tuple[str, Mapping[str, str]] | None:
    """The operation, and the members that its path has; None for a call that is not about pod identity."""
    for wanted, pattern, operation in _ROUTES:
        found = re.fullmatch(pattern, unquote(path)) if method == wanted else None
        if found:
            return operation, found.groupdict()
    return None


def questions(caller: Caller, operation: str, asked: Mapping[str, Any], scope: str) -> Iterator[Question]:
    """Everything that must be allowed; `asked` includes what the path says.

    `scope` is how ARNs of the service, region and account begin. Nothing for what is moto's.
    """
    if "clusterName" not in asked and "resourceArn" not in asked:
        return
    scope = scope.replace(":eks-auth:", ":eks:")
    context = of_request(asked.get("tags") or {}, asked.get("tagKeys") or ())
    resource = f"{scope}:cluster/{asked.get('clusterName')}"
    if "associationId" in asked:
        name, identifier = asked["clusterName"], asked["associationId"]
        resource = f"{scope}:podidentityassociation/{name}/{identifier}"
    service = "eks-auth" if operation == "AssumeRoleForPodIdentity" else "eks"
    yield Question(caller, f"{service}:{operation}", str(asked.get("resourceArn", resource)), context)
    for member in ("roleArn", "targetRoleArn"):
        if member in asked:
            passed = {"iam:passedtoservice": (POD_SERVICE,), "iam:associatedresourcearn": (resource,)}
            yield Question(caller, "iam:PassRole", str(asked[member]), passed)
