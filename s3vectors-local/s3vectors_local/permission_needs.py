"""What a call to another service than S3 Vectors must be allowed: actions, resources and condition keys.

Source of the resources: Service Authorization Reference, pages of IAM, KMS, STS, Systems Manager and EKS.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from s3vectors_local import eks_requests, iam_needs, kms_needs, ssm_requests
from s3vectors_local.callers import Caller
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question
from s3vectors_local.sts_requests import account_of, form_of, session_request

CHECKED = ("eks", "eks-auth", "iam", "kms", "ssm", "sts")


def questions(
    moto: Moto, caller: Caller, service: str, operation: str, region: str, body: bytes
) -> Iterator[Question]:
    """Everything that must be allowed, without the condition keys that every request has."""
    scope = f"arn:{partition(region)}:{service}:{region}:{caller.account}"
    match service:
        case "sts":
            yield from _sts(caller, operation, form_of(body))
        case "iam":
            yield from iam_needs.questions(moto, caller, operation, form_of(body), partition(region))
        case "kms":
            yield from kms_needs.questions(moto, caller, operation, _members(body), scope)
        case "ssm":
            yield from ssm_requests.questions(moto, caller, operation, _members(body), scope)
        case _:
            yield from eks_requests.questions(caller, operation, _members(body), scope)


def _members(body: bytes) -> Mapping[str, Any]:
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}  # the service says so
    return members if isinstance(members, dict) else {}


def _sts(caller: Caller, operation: str, form: Mapping[str, str]) -> Iterator[Question]:
    resource = form.get("RoleArn", "*")
    if operation != "AssumeRole":
        yield Question(caller, f"sts:{operation}", resource, {})
        return
    wanted = session_request(form, caller.session, 0)
    account_of(wanted.role_arn)
    for action in wanted.actions(operation):
        yield Question(caller, action, resource, wanted.context())
