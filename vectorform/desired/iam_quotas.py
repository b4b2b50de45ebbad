"""How large policies may be, and how many of them a role may have.

IAM User Guide, "IAM and AWS STS quotas". White space does not count. A trust, and the number of managed
policies, can be raised to the second number on request.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_INLINE_POLICIES = 10_240
MAX_TRUST = (2_048, 4_096)
MAX_MANAGED_POLICIES = (10, 20)
# S3 User Guide, "Resource-based policy examples for S3 Vectors": 20 KB.
MAX_BUCKET_POLICY = 20_480


def characters(document: Mapping[str, Any]) -> int:
    """The size of a policy document as IAM counts it."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(re.sub(r"\s", "", text))
