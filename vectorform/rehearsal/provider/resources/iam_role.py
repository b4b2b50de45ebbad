"""`aws_iam_role`, its inline policies and the managed ones attached to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.iam import IAM, document_text, tag_list, tags_of, validate_name
from vectorform.rehearsal.provider.resources.names import named, prefix_of
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.values import UNKNOWN, Object


class Role:
    """`aws_iam_role`."""

    behaviour = Behaviour(
        legacy=True,
        defaults={"path": "/", "max_session_duration": 3600, "force_detach_policies": False},
        policies=("assume_role_policy",),
        computed_blocks=("inline_policy",),
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """Name, trust policy, boundary, session duration."""
        return [
            *validate_name(config, 64),
            *check.iam_policy_document("assume_role_policy", config["assume_role_policy"]),
            *check.integer_between("max_session_duration", config["max_session_duration"], 3600, 43200),
            *check.arn("permissions_boundary", config["permissions_boundary"]),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateRole, then its inline and managed policies."""
        client = aws.client("iam")
        name = named(planned)
        request: dict[str, Any] = {
            "RoleName": name,
            "Path": planned["path"],
            "AssumeRolePolicyDocument": planned["assume_role_policy"],
            "MaxSessionDuration": planned["max_session_duration"],
        }
        if planned["description"]:
            request["Description"] = planned["description"]
        if planned["permissions_boundary"]:
            request["PermissionsBoundary"] = planned["permissions_boundary"]
        tags = aws.tag_rules.written(planned["tags"])
        if tags:
            request["Tags"] = tag_list(tags)
        doing = f"creating IAM Role ({name})"
        IAM.call(doing, client.create_role, at=("name",), **request)
        # As with the real provider, a role whose policies fail exists without being in the state.
        self._put_inline(client, name, _inline(planned), f"{doing}: ")
        self._attach(client, name, _known(planned["managed_policy_arns"]), f"{doing}: ")
        created = {**planned, "id": name}
        with keeping(created):
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetRole, its inline policies and its attachments."""
        client = aws.client("iam")
        name = state["id"]
        doing = f"reading IAM Role ({name})"
        answer = IAM.call_unless_gone(doing, client.get_role, RoleName=name)
        if answer is None:
            return None
        role = answer["Role"]
        trust = policy.normalize(document_text(role["AssumeRolePolicyDocument"]))
        tags, tags_all = aws.tag_rules.read(tags_of(role), state["tags"])
        return {
            "id": name,
            "arn": role["Arn"],
            "assume_role_policy": policy.keep_if_equivalent(state["assume_role_policy"], trust),
            "create_date": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "description": role.get("Description", ""),
            "force_detach_policies": state["force_detach_policies"] or False,
            "inline_policy": self._read_inline(client, name, _inline(state)),
            "managed_policy_arns": self._attached(client, name),
            "max_session_duration": role["MaxSessionDuration"],
            "name": role["RoleName"],
            "name_prefix": prefix_of(role["RoleName"]),
            "path": role["Path"],
            "permissions_boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
            "tags": tags,
            "tags_all": tags_all,
            "unique_id": role["RoleId"],
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """One call for each attribute that changed."""
        client = aws.client("iam")
        name = planned["id"]
        doing = f"updating IAM Role ({name})"
        changed = {key for key, value in planned.items() if value != prior[key]}
        if "assume_role_policy" in changed:
            IAM.call(
                f"{doing} assume role policy",
                client.update_assume_role_policy,
                at=("assume_role_policy",),
                RoleName=name,
                PolicyDocument=planned["assume_role_policy"],
            )
        # Before the description, which moto's UpdateRole forgets if it is not told again.
        if "max_session_duration" in changed:
            IAM.call(
                f"{doing} MaxSessionDuration",
                client.update_role,
                RoleName=name,
                MaxSessionDuration=planned["max_session_duration"],
            )
        if "description" in changed:
            IAM.call(
                f"{doing} description",
                client.update_role_description,
                RoleName=name,
                Description=planned["description"] or "",
            )
        if "permissions_boundary" in changed:
            self._set_boundary(client, name, planned["permissions_boundary"], doing)
        if "inline_policy" in changed:
            old, new = _inline(prior), _inline(planned)
            self._delete_inline(client, name, [key for key in old if key not in new])
            self._put_inline(client, name, {key: text for key, text in new.items() if old.get(key) != text})
        if "managed_policy_arns" in changed:
            before, after = _known(prior["managed_policy_arns"]), _known(planned["managed_policy_arns"])
            self._detach(client, name, [arn for arn in before if arn not in after])
            self._attach(client, name, [arn for arn in after if arn not in before])
        untagging = f"updating tags for IAM Role ({name})"
        update_tags(
            prior,
            planned,
            lambda keys: IAM.call(untagging, client.untag_role, RoleName=name, TagKeys=keys),
            lambda tags: IAM.call(doing, client.tag_role, RoleName=name, Tags=tag_list(tags)),
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """What is attached to the role, then the role."""
        client = aws.client("iam")
        name = state["id"]
        if state["force_detach_policies"] or state["managed_policy_arns"]:
            self._detach(client, name, self._attached(client, name))
        if state["force_detach_policies"] or state["inline_policy"]:
            self._delete_inline(client, name, list(self._inline_names(client, name)))
        IAM.call_unless_gone(f"deleting IAM Role ({name})", client.delete_role, RoleName=name)

    def import_state(self, identifier: str) -> Object:
        """By name."""
        return {"id": identifier, "force_detach_policies": False}

    def _set_boundary(self, client: Any, name: str, arn: str | None, doing: str) -> None:
        doing = f"{doing} permissions boundary"
        if arn:
            IAM.call(doing, client.put_role_permissions_boundary, RoleName=name, PermissionsBoundary=arn)
        else:
            IAM.call(doing, client.delete_role_permissions_boundary, RoleName=name)

    def _inline_names(self, client: Any, name: str) -> Iterable[str]:
        answer = IAM.call_unless_gone(
            f"reading inline policies for IAM Role ({name})", client.list_role_policies, RoleName=name
        )
        return answer["PolicyNames"] if answer else []

    def _read_inline(self, client: Any, name: str, known: dict[str, str]) -> list[Object]:
        found = []
        for inline in self._inline_names(client, name):
            doing = f"reading inline policies for IAM Role ({name})"
            answer = IAM.call(doing, client.get_role_policy, RoleName=name, PolicyName=inline)
            text = policy.normalize(document_text(answer["PolicyDocument"]))
            found.append({"name": inline, "policy": policy.keep_if_equivalent(known.get(inline), text)})
        return found

    def _put_inline(self, client: Any, name: str, policies: dict[str, str], during: str = "") -> None:
        for inline, text in policies.items():
            doing = f"{during}creating inline policy ({inline})"
            IAM.call(
                doing,
                client.put_role_policy,
                at=("inline_policy",),
                RoleName=name,
                PolicyName=inline,
                PolicyDocument=text,
            )

    def _delete_inline(self, client: Any, name: str, names: Iterable[str]) -> None:
        for inline in names:
            doing = f"deleting IAM Role ({name}) policy ({inline})"
            IAM.call_unless_gone(doing, client.delete_role_policy, RoleName=name, PolicyName=inline)

    def _attached(self, client: Any, name: str) -> list[str]:
        answer = IAM.call_unless_gone(
            f"reading IAM Role ({name}) attached policies", client.list_attached_role_policies, RoleName=name
        )
        return [attached["PolicyArn"] for attached in answer["AttachedPolicies"]] if answer else []

    def _attach(self, client: Any, name: str, arns: Iterable[str], during: str = "") -> None:
        for arn in arns:
            doing = f"{during}attaching IAM Policy ({arn}) to IAM Role ({name})"
            IAM.call(doing, client.attach_role_policy, RoleName=name, PolicyArn=arn)

    def _detach(self, client: Any, name: str, arns: Iterable[str]) -> None:
        for arn in arns:
            doing = f"detaching IAM Policy ({arn}) from IAM Role ({name})"
            IAM.call_unless_gone(doing, client.detach_role_policy, RoleName=name, PolicyArn=arn)


def _inline(state: Object) -> dict[str, str]:
    """The inline policies of a state or plan by name; none while they are unknown."""
    blocks = state["inline_policy"]
    if blocks is UNKNOWN:
        return {}
    return {block["name"]: block["policy"] for block in blocks if block["name"] and block["policy"]}


def _known(values: Any) -> list[str]:
    return [] if values in (None, UNKNOWN) else list(values)
