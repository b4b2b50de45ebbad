"""Permissions for the calls of users and roles to IAM, KMS and STS, which moto itself lets pass.

Only these three are checked, on the resource that the call names; every other service of moto is open
to any caller. Source of the resources: Service Authorization Reference, pages of IAM, KMS and STS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s3vectors_local.callers import Caller
from s3vectors_local.decisions import Decision, decide, decide_by_resource
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question, global_context
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3vectors.errors import AccessDenied
from s3vectors_local.sts_requests import account_of, form_of, session_request

_CHECKED = ("iam", "kms", "sts")
# Of STS: they need no permission, or, for what an identity provider says, only that of the trust policy.
_FREE = ("GetCallerIdentity", "GetSessionToken", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
# They act on the alias and on its key: both have to be allowed (KMS Developer Guide, "Control access to
# aliases").
_ALIAS_ACTIONS = ("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias")


def check(moto: Moto, caller: Caller, service: str, operation: str, region: str, body: bytes) -> None:
    """Raises AccessDenied unless the caller may make this call.

    The root user needs no permission, except to assume a role: its trust policy decides for everybody.
    """
    if service not in _CHECKED or (service == "sts" and operation in _FREE):
        return
    assumes = (service, operation) == ("sts", "AssumeRole")
    if not assumes:
        _check_kind_of_credentials(caller, service, operation)
    if caller.root and not assumes:
        return
    parameters = _parameters(service, body)
    context = global_context(caller, region, time.time())
    actions: tuple[str, ...] = (f"{service}:{operation}",)
    if assumes:
        wanted = session_request(parameters, caller.session, 0)
        account_of(wanted.role_arn)
        context |= wanted.context()
        actions = wanted.actions(operation)
        if caller.session and caller.session.source_identity not in (None, wanted.source_identity):
            raise _denied(caller, "sts:SetSourceIdentity", wanted.role_arn, "because it is set already")
    if "PolicyArn" in parameters:
        context["iam:policyarn"] = (parameters["PolicyArn"],)
    for resource in _resources(moto, service, parameters, caller, region):
        for action in actions:
            question = Question(caller, action, resource, context)
            decision = _decide(moto, question, assumes)
            if not decision.allowed:
                raise _denied(caller, action, resource, decision.reason)


def _check_kind_of_credentials(caller: Caller, service: str, operation: str) -> None:
    """What GetSessionToken and GetFederationToken give is not for IAM (without MFA) and not for STS.

    Source: IAM User Guide, "Compare AWS STS credentials".
    """
    session = caller.session
    if session is None or ":assumed-role/" in caller.display_arn or service == "kms":
        return
    if service == "sts" or not session.mfa:
        raise _denied(caller, f"{service}:{operation}", "*", "with credentials of this kind")


def _denied(caller: Caller, action: str, resource: str, reason: str) -> AccessDenied:
    return AccessDenied(
        f"User: {caller.display_arn} is not authorized to perform: {action} on resource: {resource} {reason}"
    )


def _decide(moto: Moto, question: Question, assumes: bool) -> Decision:
    if question.action in _ALIAS_ACTIONS and ":alias/" in question.resource:
        return decide(question, None, question.caller.account)  # an alias itself has no policy
    if question.resource.count(":") < 5:  # `*`, or no ARN, which the service then refuses
        return decide(question, None, question.caller.account)
    owner = question.resource.split(":")[4]
    if assumes:
        partition_name, path = question.resource.split(":")[1], question.resource.rpartition(":")[2]
        role = moto.role(partition_name, owner, path.rpartition("/")[2])
        if role is None or role.arn != question.resource:
            return Decision(False, "because the role does not exist")
        return decide_by_resource(question, policy_document(role.trust_policy), owner)
    key = moto.kms_key(question.resource) if question.resource.split(":")[2:3] == ["kms"] else None
    if key is not None:
        # A call that names an alias is a call to its key (KMS Developer Guide, "Control access to aliases").
        context = {**question.context, "kms:resourcealiases": key.aliases}
        question = replace(question, resource=key.arn, context=context)
        return decide_by_resource(question, policy_document(key.policy), owner)
    return decide(question, None, question.caller.account)


def _parameters(service: str, body: bytes) -> Mapping[str, Any]:
    if service == "kms":
        parameters = json.loads(body or b"{}")
        return parameters if isinstance(parameters, dict) else {}
    return form_of(body)


def _resources(
    moto: Moto, service: str, parameters: Mapping[str, Any], caller: Caller, region: str
) -> list[str]:
    """The ARNs that the call acts on, or `*` where it names none."""
    if service == "sts":
        return [str(parameters.get("RoleArn", "*"))]
    scope = f"arn:{partition(region)}:{service}:{region if service == 'kms' else ''}:{caller.account}"
    if service == "iam":
        return [_iam_resource(moto, parameters, caller.account, partition(region))]
    alias = parameters.get("AliasName")
    if alias is not None:
        key = moto.kms_key(f"{scope}:{alias}")
        named = [str(alias), parameters.get("TargetKeyId"), key.arn if key is not None else None]
        return [_key_arn(str(name), scope) for name in named if name is not None]
    return [_key_arn(str(parameters.get("KeyId", "*")), scope)]


def _key_arn(named: str, scope: str) -> str:
    """The ARN of a key, or of an alias, however a call names it."""
    if named == "*" or named.startswith("arn:"):
        return named
    return f"{scope}:{named}" if named.startswith("alias/") else f"{scope}:key/{named}"


def _iam_resource(moto: Moto, parameters: Mapping[str, Any], account: str, partition_name: str) -> str:
    prefix, path = f"arn:{partition_name}:iam::{account}", parameters.get("Path", "/")
    for kind in ("Role", "User", "Group"):
        name = parameters.get(f"{kind}Name")
        if name is not None:
            existing = moto.role(partition_name, account, name) if kind == "Role" else None
            return existing.arn if existing else f"{prefix}:{kind.lower()}{path}{name}"
    if "PolicyName" in parameters:
        return f"{prefix}:policy{path}{parameters['PolicyName']}"
    return str(parameters.get("PolicyArn", "*"))
