"""Tags and policies of sessions that STS refuses before it looks at who asks, besides what its model says.

Source: IAM User Guide, "Pass session tags in AWS STS"; STS API Reference, AssumeRole. That such a refusal
comes before one of the permissions is inferred.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from s3vectors_local.policy_grammar import Malformed, check_identity_policy
from s3vectors_local.policy_text import with_quoted_numbers
from s3vectors_local.s3vectors.errors import MalformedPolicy, ServiceError, ValidationError
from s3vectors_local.sts_requests import ASSUMING, InvalidParameterValue

_CHECKED = ASSUMING | {"GetFederationToken"}
_MOST_POLICY_CHARACTERS, _MOST_POLICY_ARNS = 2_048, 10  # of a session: STS API Reference, AssumeRole


class PackedPolicyTooLarge(ServiceError):
    """400 PackedPolicyTooLarge: the policies of a session are too long together."""

    code = "PackedPolicyTooLarge"
    status = 400


def check_session(operation: str, given: Mapping[str, Any]) -> None:
    """Raises InvalidParameterValue, ValidationError, MalformedPolicy or PackedPolicyTooLarge."""
    if operation not in _CHECKED:
        return
    tags = [entry.get("Key", "") for entry in given.get("Tags", ())]
    if any(key.lower().startswith("aws:") for key in tags):
        raise InvalidParameterValue("'aws:' prefixed tag key names are not allowed for external use.")
    if not {key.lower() for key in given.get("TransitiveTagKeys", ())} <= {key.lower() for key in tags}:
        raise InvalidParameterValue(
            "The specified transitive tag key must be included in the requested tags."
        )
    if len(given.get("PolicyArns", ())) > _MOST_POLICY_ARNS:
        raise ValidationError(f"A session has at most {_MOST_POLICY_ARNS} managed session policies")
    if "Policy" in given:
        _check_policy(given["Policy"])


def _check_policy(text: str) -> None:
    """Of a session policy what is checked of every policy of IAM, and its length."""
    from moto.iam.exceptions import MalformedPolicyDocument
    from moto.iam.policy_validation import IAMPolicyDocumentValidator

    try:
        check_identity_policy(text)
        versioned = {"Version": "2012-10-17", **json.loads(text)}
        IAMPolicyDocumentValidator(with_quoted_numbers(json.dumps(versioned))).validate()
    except Malformed as refused:
        raise MalformedPolicy(str(refused)) from None
    except MalformedPolicyDocument as refused:
        raise MalformedPolicy(refused.message) from None
    if len(text) > _MOST_POLICY_CHARACTERS:
        # How AWS packs it is not documented: this is how much longer it is than the plain text may be.
        percent = len(text) * 100 // _MOST_POLICY_CHARACTERS
        raise PackedPolicyTooLarge(
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        )
