"""Managed policies (`aws_iam_policy`), whose document changes by adding a version.

The calls are the real provider's (its `internal/service/iam/policy.go`), without its pause of five
seconds before a new version becomes the default one: the local IAM is consistent at once.
"""

from __future__ import annotations

from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.iam import IAM, document_text, tag_list, tags_of, validate_name
from vectorform.rehearsal.provider.resources.names import named, prefix_of
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.values import Object

_VERSIONS_KEPT = 5  # IAM refuses a sixth


class Policy:
    """`aws_iam_policy`."""

    behaviour = Behaviour(legacy=True, defaults={"path": "/"}, policies=("policy",))

    def validate(self, config: Object) -> list[Diagnostic]:
        """Name and document."""
        return [
            *validate_name(config, 128),
            *check.iam_policy_document("policy", config["policy"], 6144),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreatePolicy."""
        client = aws.client("iam")
        name = named(planned)
        request: dict[str, Any] = {
            "PolicyName": name,
            "Path": planned["path"],
            "PolicyDocument": planned["policy"],
            "Description": planned["description"] or "",
        }
        tags = aws.tag_rules.written(planned["tags"])
        if tags:
            request["Tags"] = tag_list(tags)
        doing = f"creating IAM Policy ({name})"
        answer = IAM.call(doing, client.create_policy, at=("name",), **request)
        created = {**planned, "id": answer["Policy"]["Arn"]}
        with keeping(created):
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetPolicy, then GetPolicyVersion of the default version."""
        client = aws.client("iam")
        arn = state["id"]
        doing = f"reading IAM Policy ({arn})"
        answer = IAM.call_unless_gone(doing, client.get_policy, PolicyArn=arn)
        if answer is None:
            return None
        found = answer["Policy"]
        version = IAM.call(
            doing, client.get_policy_version, PolicyArn=arn, VersionId=found["DefaultVersionId"]
        )["PolicyVersion"]
        text = document_text(version["Document"])
        tags, tags_all = aws.tag_rules.read(tags_of(found), state["tags"])
        return {
            "id": arn,
            "arn": found["Arn"],
            "attachment_count": found["AttachmentCount"],
            "description": found.get("Description", ""),
            "name": found["PolicyName"],
            "name_prefix": prefix_of(found["PolicyName"]),
            "path": found["Path"],
            "policy": policy.keep_if_equivalent(state["policy"], policy.normalize(text)),
            "policy_id": found["PolicyId"],
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """A new version of the document, made the default one; tags."""
        client = aws.client("iam")
        arn = planned["id"]
        if planned["policy"] != prior["policy"]:
            self._make_room(client, arn)
            version = IAM.call(
                f"creating IAM Policy ({arn})",
                client.create_policy_version,
                at=("policy",),
                PolicyArn=arn,
                PolicyDocument=planned["policy"],
                SetAsDefault=False,
            )["PolicyVersion"]
            IAM.call(
                f"setting Default Policy version for IAM Policy ({arn})",
                client.set_default_policy_version,
                PolicyArn=arn,
                VersionId=version["VersionId"],
            )
        doing = f"updating tags for IAM Policy ({arn})"
        update_tags(
            prior,
            planned,
            lambda keys: IAM.call(doing, client.untag_policy, PolicyArn=arn, TagKeys=keys),
            lambda tags: IAM.call(doing, client.tag_policy, PolicyArn=arn, Tags=tag_list(tags)),
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """The versions that are not the default, then the policy."""
        client = aws.client("iam")
        arn = state["id"]
        doing = f"reading IAM Policy ({arn}) versions"
        answer = IAM.call_unless_gone(doing, client.list_policy_versions, PolicyArn=arn)
        if answer is None:
            return
        for version in answer["Versions"]:
            if not version["IsDefaultVersion"]:
                self._delete_version(client, arn, version["VersionId"])
        IAM.call_unless_gone(f"deleting IAM Policy ({arn})", client.delete_policy, PolicyArn=arn)

    def import_state(self, identifier: str) -> Object:
        """By ARN."""
        return {"id": identifier}

    def _make_room(self, client: Any, arn: str) -> None:
        """Delete the oldest version that is not the default, if there are as many as IAM keeps."""
        answer = IAM.call("listing IAM Policy versions", client.list_policy_versions, PolicyArn=arn)
        if len(answer["Versions"]) < _VERSIONS_KEPT:
            return
        spare = [version for version in answer["Versions"] if not version["IsDefaultVersion"]]
        if spare:
            oldest = min(spare, key=lambda version: (version["CreateDate"], int(version["VersionId"][1:])))
            self._delete_version(client, arn, oldest["VersionId"])

    def _delete_version(self, client: Any, arn: str, version: str) -> None:
        doing = f"deleting IAM Policy ({arn}) version ({version})"
        IAM.call(doing, client.delete_policy_version, PolicyArn=arn, VersionId=version)
