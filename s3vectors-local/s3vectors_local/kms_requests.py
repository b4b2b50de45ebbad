"""KMS calls on their way to moto: keys by id, not by ARN, and the checks and defaults that moto lacks.

Source of the check: AWS KMS Developer Guide, "Key policies" and "Default key policy" (the lockout check of
CreateKey and PutKeyPolicy).
"""

from __future__ import annotations

import json
import time

from s3vectors_local.callers import Caller, Document
from s3vectors_local.partitions import partition
from s3vectors_local.policy_grammar import Malformed, check_key_policy
from s3vectors_local.policy_language import Question, global_context, resource_says
from s3vectors_local.policy_principals import Says
from s3vectors_local.policy_text import as_list, policy_document
from s3vectors_local.s3vectors.errors import NotFound, ServiceError

# moto looks these up by the text of KeyId alone.
_BY_ID_ALONE = frozenset(
    {"CancelKeyDeletion", "DisableKey", "EnableKey", "ReplicateKey", "ScheduleKeyDeletion"}
)

_DEFAULTS = {
    "CreateKey": ("KeyUsage", "ENCRYPT_DECRYPT"),
    "GetKeyPolicy": ("PolicyName", "default"),
    "PutKeyPolicy": ("PolicyName", "default"),
}


class MalformedKeyPolicy(ServiceError):
    """400 MalformedPolicyDocumentException."""

    code = "MalformedPolicyDocumentException"
    status = 400


def check_policy(operation: str, body: bytes, caller: Caller, region: str) -> None:
    """Raises MalformedKeyPolicy for a key policy that KMS would not take from this caller.

    Besides what is no policy, that is one which would not let the caller put the next one, unless the call
    says to bypass that check.
    """
    if operation not in ("CreateKey", "PutKeyPolicy"):
        return
    try:
        asked = json.loads(body)
        text = asked["Policy"]
    except (ValueError, KeyError, TypeError):
        return  # CreateKey without a policy, or what moto refuses
    try:
        check_key_policy(str(text), partition(region))
    except Malformed as refused:
        raise MalformedKeyPolicy(str(refused)) from None
    if asked.get("BypassPolicyLockoutSafetyCheck") is True:
        return
    context = global_context(caller, region, time.time())
    question = Question(caller, "kms:PutKeyPolicy", "*", context)
    if resource_says(_of_the_key(text), question) in (Says.DENY, Says.NOTHING):
        raise MalformedKeyPolicy(
            "The new key policy will not allow you to update the key policy in the future."
        )


def _of_the_key(text: str) -> Document:
    """A key policy without its resources: they are the key itself, which has no ARN before it is made."""
    document = policy_document(text)
    statements = [
        {element: value for element, value in statement.items() if element != "Resource"}
        for statement in as_list(document["Statement"])
    ]
    return {**document, "Statement": statements}


def by_id(operation: str, body: bytes, scope: str) -> bytes:
    """The body of a KMS call with the id of a key where it names it by ARN.

    `scope` is how the ARNs of the called account and region begin. Raises NotFound for one of elsewhere.
    """
    if operation not in _BY_ID_ALONE:
        return body
    try:
        asked = json.loads(body)
        key = asked["KeyId"]
    except (ValueError, KeyError, TypeError):
        return body
    if not isinstance(key, str) or not key.startswith("arn:"):
        return body
    if not key.startswith(f"{scope}:key/"):
        raise NotFound(f"Key '{key}' does not exist")
    return json.dumps({**asked, "KeyId": key.removeprefix(f"{scope}:key/")}).encode()


def with_defaults(operation: str, body: bytes) -> bytes:
    """The body of a call with what KMS takes where the call leaves it out (KMS API reference)."""
    member, default = _DEFAULTS.get(operation, ("", ""))
    if not member:
        return body
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return body  # which moto refuses
    if not isinstance(asked, dict) or asked.get(member):
        return body
    return json.dumps({**asked, member: default}).encode()
