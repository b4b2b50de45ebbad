"""IAM limits the size of a managed policy, white space not counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from vectorform.desired.policies import access_policy
from vectorform.desired.service_limits import MAX_MANAGED_POLICY
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.access.grants import check as wrong_grants
from vectorform.language.rules.subjects import AccessIn

POLICY_SIZE = Rule("VF502", "access-policy-size")


def check(entry: AccessIn) -> Iterator[Problem]:
    """The policy of an entry whose grants all exist."""
    if any(wrong_grants(entry)):
        return
    document = json.dumps(
        access_policy(entry.environment, entry.access), separators=(",", ":"), ensure_ascii=False
    )
    size = len(re.sub(r"\s", "", document))
    if size > MAX_MANAGED_POLICY:
        parts = -(-size // (MAX_MANAGED_POLICY - 500))  # each part repeats the actions
        message = f"its IAM policy would have {size:,} characters; IAM allows {MAX_MANAGED_POLICY:,}"
        hint = f"grant whole buckets (leave `indexes` out), or split it into {parts} access entries"
        yield POLICY_SIZE.at(entry.node, entry.path, message, hint, key=True)
