"""The period of a key's rotation, which moto's KMS forgets. Imports moto, once moto runs.

Source: AWS KMS API Reference, EnableKeyRotation and GetKeyRotationStatus.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from moto.kms.models import kms_backends

from s3vectors_local.callers import Caller

_DEFAULT = 365  # days
_PERIOD, _SINCE = "period_of_the_local_aws", "rotated_since_of_the_local_aws"  # attributes of moto's keys


def serve(operation: str, asked: Mapping[str, Any], caller: Caller, region: str) -> dict[str, Any] | None:
    """The answer, or None for what moto answers: other calls, and keys that it does not have."""
    if operation not in ("EnableKeyRotation", "GetKeyRotationStatus"):
        return None
    keys = kms_backends[caller.account][region].keys
    key = keys.get(str(asked.get("KeyId", "")).rpartition("/")[2])
    if key is None:
        return None
    if operation == "EnableKeyRotation":
        _enable(key, asked.get("RotationPeriodInDays"))
        return {}
    if not key.key_rotation_status:
        return {"KeyId": key.arn, "KeyRotationEnabled": False}
    period = getattr(key, _PERIOD, _DEFAULT)
    since = getattr(key, _SINCE, datetime.datetime.now(datetime.UTC))
    return {
        "KeyId": key.arn,
        "KeyRotationEnabled": True,
        "RotationPeriodInDays": period,
        "NextRotationDate": (since + datetime.timedelta(days=period)).timestamp(),
    }


def _enable(key: Any, period: int | None) -> None:
    """Without a period the one that the key had stays."""
    key.key_rotation_status = True
    setattr(key, _PERIOD, period or getattr(key, _PERIOD, _DEFAULT))
    setattr(key, _SINCE, datetime.datetime.now(datetime.UTC))
