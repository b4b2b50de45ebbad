"""`aws_iam_role_policy_attachment`."""

from __future__ import annotations

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.iam import IAM
from vectorform.rehearsal.provider.values import Object


class RolePolicyAttachment:
    """`aws_iam_role_policy_attachment`."""

    behaviour = Behaviour(legacy=True)

    def validate(self, config: Object) -> list[Diagnostic]:
        """The policy is an ARN."""
        return check.arn("policy_arn", config["policy_arn"])

    def create(self, aws: Aws, planned: Object) -> Object:
        """AttachRolePolicy."""
        role, arn = planned["role"], planned["policy_arn"]
        doing = f"attaching IAM Policy ({arn}) to IAM Role ({role})"
        IAM.call(doing, aws.client("iam").attach_role_policy, at=("role",), RoleName=role, PolicyArn=arn)
        return {"id": f"{role}/{arn}"}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """The role's attached policies: is it among them?"""
        role, arn = state["role"], state["policy_arn"]
        doing = f"reading IAM Role Policy Attachment ({role}:{arn})"
        client = aws.client("iam")
        answer = IAM.call_unless_gone(doing, client.list_attached_role_policies, RoleName=role)
        if answer and any(attached["PolicyArn"] == arn for attached in answer["AttachedPolicies"]):
            return {}
        return None

    def update(self, _aws: Aws, _prior: Object, planned: Object) -> Object:
        """Never called: every change makes a new attachment."""
        return planned

    def delete(self, aws: Aws, state: Object) -> None:
        """DetachRolePolicy."""
        role, arn = state["role"], state["policy_arn"]
        doing = f"detaching IAM Policy ({arn}) from IAM Role ({role})"
        IAM.call_unless_gone(doing, aws.client("iam").detach_role_policy, RoleName=role, PolicyArn=arn)

    def import_state(self, identifier: str) -> Object:
        """By `<role-name>/<policy_arn>`."""
        role, _, arn = identifier.partition("/")
        if not role or not arn:
            text = f'unexpected format of ID ("{identifier}"), expected <role-name>/<policy_arn>'
            raise ProviderError(Diagnostic(text))
        return {"id": identifier, "role": role, "policy_arn": arn}
