"""`aws_eks_pod_identity_association`: the role of the pods of one service account.

The calls are the real provider's (its `internal/service/eks/pod_identity_association.go`), without its wait
for a role that IAM does not show yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Aws, Service
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.validators import arn, iam_policy_json
from vectorform.rehearsal.provider.values import Object

EKS = Service("EKS", gone=("ResourceNotFoundException",))

# Member of a request -> attribute.
_IDENTITY = {"clusterName": "cluster_name", "namespace": "namespace", "serviceAccount": "service_account"}
_CHANGEABLE = {
    "roleArn": "role_arn",
    "targetRoleArn": "target_role_arn",
    "disableSessionTags": "disable_session_tags",
    "policy": "policy",
}


class PodIdentityAssociation:
    """`aws_eks_pod_identity_association`."""

    behaviour = Behaviour(
        defaults={"disable_session_tags": False},
        follows={"external_id": (*_CHANGEABLE.values(), "tags", "tags_all")},
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """The roles are ARNs, the policy is JSON."""
        return [
            *arn(("role_arn",), config["role_arn"]),
            *arn(("target_role_arn",), config["target_role_arn"]),
            *iam_policy_json(("policy",), config["policy"]),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreatePodIdentityAssociation."""
        client = aws.client("eks", planned["region"])
        request = _members(planned, {**_IDENTITY, **_CHANGEABLE})
        tags = aws.tag_rules.written(planned["tags"])
        create = client.create_pod_identity_association
        doing = "creating EKS Pod Identity Association"
        token = {"clientRequestToken": str(uuid.uuid4()), **({"tags": tags} if tags else {})}
        answer = EKS.call(doing, create, at=("role_arn",), **request, **token)["association"]
        return {
            "id": answer["associationId"],
            "association_id": answer["associationId"],
            "association_arn": answer["associationArn"],
            "external_id": answer.get("externalId"),
        }

    def read(self, aws: Aws, state: Object) -> Object | None:
        """DescribePodIdentityAssociation, which has the tags, too."""
        identifier = state["association_id"]
        found = EKS.call_unless_gone(
            f"reading EKS Pod Identity Association ({identifier})",
            aws.client("eks", state["region"]).describe_pod_identity_association,
            clusterName=state["cluster_name"],
            associationId=identifier,
        )
        if found is None:
            return None
        association = found["association"]
        tags, tags_all = aws.tag_rules.read(association.get("tags") or {}, state["tags"])
        named = {**_IDENTITY, **_CHANGEABLE, "associationId": "association_id"}
        return {
            "id": association["associationId"],
            **{attribute: association.get(member) for member, attribute in named.items()},
            "association_arn": association["associationArn"],
            "external_id": association.get("externalId"),
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """UpdatePodIdentityAssociation where more than tags changed; tags by ARN."""
        client, identifier = aws.client("eks", planned["region"]), planned["association_id"]
        external_id = prior["external_id"]
        if any(planned[name] != prior[name] for name in _CHANGEABLE.values()):
            request = _members(planned, _CHANGEABLE)
            for member, attribute in _CHANGEABLE.items():
                if planned[attribute] is None and prior[attribute] is not None:
                    request[member] = ""  # taken away
            answer = EKS.call(
                f"updating EKS Pod Identity Association ({identifier})",
                client.update_pod_identity_association,
                at=("role_arn",),
                clusterName=planned["cluster_name"],
                associationId=identifier,
                clientRequestToken=str(uuid.uuid4()),
                **request,
            )
            external_id = answer["association"].get("externalId")
        doing, named = f"updating tags for EKS ({identifier})", planned["association_arn"]
        update_tags(
            prior,
            planned,
            lambda keys: EKS.call(doing, client.untag_resource, resourceArn=named, tagKeys=keys),
            lambda tags: EKS.call(doing, client.tag_resource, resourceArn=named, tags=tags),
        )
        return {"external_id": external_id}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeletePodIdentityAssociation."""
        EKS.call_unless_gone(
            f"deleting EKS Pod Identity Association ({state['id']})",
            aws.client("eks", state["region"]).delete_pod_identity_association,
            clusterName=state["cluster_name"],
            associationId=state["association_id"],
        )

    def import_state(self, identifier: str) -> Object:
        """By `cluster-name,association-id`."""
        found = with_region(identifier)
        cluster, _, association = found["id"].partition(",")
        if not cluster or not association or "," in association:
            text = f"wrong format of import ID ({identifier}), use: 'cluster-name,association-id'"
            raise ProviderError(Diagnostic("Parsing Resource ID", text))
        return {
            "id": association,
            "association_id": association,
            "cluster_name": cluster,
            "region": found["region"],
        }


def _members(planned: Object, attributes: Mapping[str, str]) -> dict[str, Any]:
    """The attributes that are there, as members of a request."""
    return {
        member: planned[attribute]
        for member, attribute in attributes.items()
        if isinstance(planned[attribute], str | bool)
    }
