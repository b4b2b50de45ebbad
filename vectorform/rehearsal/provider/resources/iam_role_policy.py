"""`aws_iam_role_policy`: one inline policy of a role.

The calls are the real provider's (its `internal/service/iam/role_policy.go`).
"""

from __future__ import annotations

from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.iam import IAM, document_text, validate_name
from vectorform.rehearsal.provider.resources.names import named, prefix_of
from vectorform.rehearsal.provider.validators import Arn, parse_arn
from vectorform.rehearsal.provider.values import Object

_LONGEST_DOCUMENT = 10240  # bytes: IAM's quota for all inline policies of a role


class RolePolicy:
    """`aws_iam_role_policy`."""

    behaviour = Behaviour(legacy=True, policies=("policy",))

    def validate(self, config: Object) -> list[Diagnostic]:
        """Names and document."""
        return [
            *validate_name(config, 128),
            *_validate_role(config["role"]),
            *check.iam_policy_document("policy", config["policy"], _LONGEST_DOCUMENT),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutRolePolicy."""
        name = named(planned)
        self._put(aws, planned["role"], name, planned["policy"])
        created = {**planned, "id": f"{planned['role']}:{name}"}
        with keeping(created):
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetRolePolicy."""
        role, name = _parts(state["id"])
        answer = IAM.call_unless_gone(
            f"reading IAM Role Policy ({state['id']})",
            aws.client("iam").get_role_policy,
            RoleName=role,
            PolicyName=name,
        )
        if answer is None:
            return None
        text = policy.normalize(document_text(answer["PolicyDocument"]))
        return {
            "id": state["id"],
            "name": name,
            "name_prefix": prefix_of(name),
            "policy": policy.keep_if_equivalent(state["policy"], text),
            "role": role,
        }

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutRolePolicy again: it replaces the document."""
        role, name = _parts(planned["id"])
        self._put(aws, role, name, planned["policy"])
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteRolePolicy."""
        role, name = _parts(state["id"])
        doing = f"deleting IAM Role Policy ({state['id']})"
        IAM.call_unless_gone(doing, aws.client("iam").delete_role_policy, RoleName=role, PolicyName=name)

    def import_state(self, identifier: str) -> Object:
        """By `role:policy`."""
        _parts(identifier)
        return {"id": identifier}

    def _put(self, aws: Aws, role: str, name: str, document: str) -> None:
        IAM.call(
            f"putting IAM Role ({role}) Policy ({name})",
            aws.client("iam").put_role_policy,
            at=("policy",),
            RoleName=role,
            PolicyName=name,
            PolicyDocument=document,
        )


def _validate_role(role: Any) -> list[Diagnostic]:
    found = check.length_between("role", role, 1, 128)
    if isinstance(parse_arn(role) if isinstance(role, str) else "", Arn):
        found.append(Diagnostic('"role" must be the role\'s name not its ARN', path=("role",)))
    return found


def _parts(identifier: str) -> tuple[str, str]:
    """(role, policy) of an id. Raises ProviderError for what is none."""
    role, separator, name = identifier.partition(":")
    if not separator:
        text = "role_policy id must be of the form <role name>:<policy name>"
        raise ProviderError(Diagnostic(text))
    return role, name
