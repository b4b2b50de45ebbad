"""KMS calls in the one form that moto understands in all of them: keys by id, not by ARN."""

from __future__ import annotations

import json

from s3vectors_local.s3vectors.errors import NotFound

# moto looks these up by the text of KeyId alone.
_BY_ID_ALONE = frozenset(
    {"CancelKeyDeletion", "DisableKey", "EnableKey", "ReplicateKey", "ScheduleKeyDeletion"}
)


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
