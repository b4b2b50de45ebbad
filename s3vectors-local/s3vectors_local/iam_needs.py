"""What a call to IAM must be allowed: actions, resources and condition keys.

Source: Service Authorization Reference, "AWS Identity and Access Management (IAM)"; IAM User Guide, "Tags for
IAM resources" (who creates something with tags tags it besides).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from s3vectors_local.callers import Caller
from s3vectors_local.iam_entities import Entity
from s3vectors_local.moto_services import Moto
from s3vectors_local.policy_language import Question
from s3vectors_local.sts_requests import entries_of
from s3vectors_local.tag_keys import of_request, of_resource

_TAGGING = {
    "CreateOpenIDConnectProvider": "TagOpenIDConnectProvider",
    "CreatePolicy": "TagPolicy",
    "CreateRole": "TagRole",
    "CreateUser": "TagUser",
}


def questions(
    moto: Moto, caller: Caller, operation: str, form: Mapping[str, str], partition_name: str
) -> Iterator[Question]:
    """Everything that must be allowed, without the condition keys that every request has."""
    named = _named(moto, form, caller.account, partition_name)
    asked = entries_of(form)
    tags = {entry.get("Key", ""): entry.get("Value", "") for entry in asked["Tags"].values()}
    context = {
        **of_request(tags, [entry.get("", "") for entry in asked["TagKeys"].values()]),
        **of_resource(named.tags, "iam"),
    }
    if "PolicyArn" in form:
        context["iam:policyarn"] = (form["PolicyArn"],)
    if boundary := form.get("PermissionsBoundary", named.boundary):
        context["iam:permissionsboundary"] = (boundary,)
    yield Question(caller, f"iam:{operation}", named.arn, context)
    if tags and operation in _TAGGING:
        yield Question(caller, f"iam:{_TAGGING[operation]}", named.arn, context)


def _named(moto: Moto, form: Mapping[str, str], account: str, partition_name: str) -> Entity:
    """What a call names: as it is where there is such a role or user, else its ARN alone."""
    prefix, path = f"arn:{partition_name}:iam::{account}", form.get("Path", "/")
    for kind in ("Role", "User", "Group"):
        name = form.get(f"{kind}Name")
        if name is not None:
            known = moto.entity(kind, partition_name, account, name)
            return known or Entity(f"{prefix}:{kind.lower()}{path}{name}")
    if "PolicyName" in form:
        return Entity(f"{prefix}:policy{path}{form['PolicyName']}")
    if "Url" in form:
        return Entity(f"{prefix}:oidc-provider/{form['Url'].removeprefix('https://')}")
    return Entity(form.get("PolicyArn") or form.get("OpenIDConnectProviderArn") or "*")
