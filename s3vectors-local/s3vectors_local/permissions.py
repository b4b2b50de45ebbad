"""Permissions for the calls of users, roles and services to IAM, KMS, STS, SSM and EKS' pod identities.

moto itself lets every call pass. Only these services are checked; every other one of moto is open to any
caller.
"""

from __future__ import annotations

import time
from dataclasses import replace

from s3vectors_local.callers import Caller
from s3vectors_local.decisions import TRUST, Decision, decide, decide_by_resource
from s3vectors_local.kms_needs import key_arn
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.permission_needs import CHECKED, questions
from s3vectors_local.policy_language import Question, global_context
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3vectors.errors import AccessDenied
from s3vectors_local.sts_requests import form_of, session_request

# Of STS: they need no permission, or, for what an identity provider says, only that of the trust policy.
_FREE = ("GetCallerIdentity", "GetSessionToken", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
# They act on the alias and on its key: both have to be allowed (KMS Developer Guide, "Control access to
# aliases").
_ALIAS_ACTIONS = ("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias")


def check(moto: Moto, caller: Caller, service: str, operation: str, region: str, body: bytes) -> None:
    """Raises AccessDenied unless the caller may make this call.

    The root user needs no permission, and may assume no role (STS API Reference, AssumeRole). A made-up
    access key may, where the role's trust policy lets root's account in.
    """
    if service not in CHECKED or (service == "sts" and operation in _FREE):
        return
    assumes = (service, operation) == ("sts", "AssumeRole")
    if assumes:
        if caller.root and not caller.made_up:
            raise AccessDenied("Roles may not be assumed by root accounts.")
        _check_source_identity(caller, body)
    if not assumes or caller.federated_user:
        _check_kind_of_credentials(caller, service, operation)
    if caller.root and not assumes:
        return
    for question in questions(moto, caller, service, operation, region, body):
        check_permission(moto, question, region)


def check_permission(moto: Moto, question: Question, region: str) -> None:
    """Raises AccessDenied unless the caller may do what the question says, which has its own keys alone."""
    context = global_context(question.caller, region, time.time())
    if question.action.startswith("kms:"):
        scope = f"arn:{partition(region)}:kms:{region}:{question.caller.account}"
        question = replace(question, resource=key_arn(question.resource, scope))
    question = replace(question, context={**context, **question.context})
    decision = _decide(moto, question)
    if not decision.allowed:
        raise _denied(question.caller, question.action, question.resource, decision.reason)


def _check_source_identity(caller: Caller, body: bytes) -> None:
    wanted = session_request(form_of(body), caller.session, 0)
    if caller.session and caller.session.source_identity not in (None, wanted.source_identity):
        raise _denied(caller, "sts:SetSourceIdentity", wanted.role_arn, "because it is set already")


def _check_kind_of_credentials(caller: Caller, service: str, operation: str) -> None:
    """What GetSessionToken and GetFederationToken give is not for IAM (without MFA) and not for STS.

    With the first one may assume roles, besides.

    Source: IAM User Guide, "Compare AWS STS credentials".
    """
    session = caller.session
    if session is None or ":assumed-role/" in caller.display_arn or service not in ("iam", "sts"):
        return
    if service == "sts" or not session.mfa:
        raise _denied(caller, f"{service}:{operation}", "*", "with credentials of this kind")


def _denied(caller: Caller, action: str, resource: str, reason: str) -> AccessDenied:
    return AccessDenied(
        f"User: {caller.display_arn} is not authorized to perform: {action} on resource: {resource} {reason}"
    )


def _decide(moto: Moto, question: Question) -> Decision:
    if question.action in _ALIAS_ACTIONS and ":alias/" in question.resource:
        return decide(question, None, question.caller.account)  # an alias itself has no policy
    if question.resource.count(":") < 5:  # `*`, or no ARN, which the service then refuses
        return decide(question, None, question.caller.account)
    owner = question.resource.split(":")[4]
    if question.action.startswith("sts:"):
        partition_name, path = question.resource.split(":")[1], question.resource.rpartition(":")[2]
        role = moto.role(partition_name, owner, path.rpartition("/")[2])
        if role is None or role.arn != question.resource:
            return Decision(False, "because the role does not exist")
        return decide_by_resource(question, policy_document(role.trust_policy), owner, TRUST)
    key = moto.kms_key(question.resource) if question.resource.split(":")[2:3] == ["kms"] else None
    if key is not None:
        # A call that names an alias is a call to its key (KMS Developer Guide, "Control access to aliases").
        return key.decide(question)
    return decide(question, None, question.caller.account)
