"""Conditions in the policies of S3 buckets: moto denies by every statement that has one.

What is known here of a request is what every one has: it came over TLS, as in `policy_language`. So a Deny
of plain HTTP denies nothing, and a statement with any other condition applies to nobody. Imports moto, once
moto runs.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from s3vectors_local.policy_conditions import conditions_met
from s3vectors_local.policy_text import as_list

_CONTEXT = {"aws:securetransport": ("true",)}


def install() -> None:
    """Have moto's buckets ask here."""
    FakeBucket.get_permission = _permission


def _permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    document = json.loads(bucket.policy)
    statements = [
        {element: value for element, value in statement.items() if element != "Condition"}
        for statement in as_list(document["Statement"])
        if conditions_met(statement.get("Condition", {}), _CONTEXT, variables=True)
    ]
    policy = IAMPolicy(json.dumps({**document, "Statement": statements}))
    return policy.is_action_permitted(action, resource)
