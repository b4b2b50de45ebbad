"""What STS refuses of a request before it looks at who asks: lengths, patterns, ranges, a malformed policy.

The constraints are those of the service model; the words are those in which AWS's Query services report them.
Source of what the model does not say: IAM User Guide, "Pass session tags in AWS STS". That a refusal of the
model comes before one of the permissions is inferred.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from s3vectors_local.policy_grammar import Malformed, check_session_policy
from s3vectors_local.policy_text import with_quoted_numbers
from s3vectors_local.s3vectors.errors import Field, MalformedPolicy, ServiceError, ValidationError
from s3vectors_local.service_model import service_model
from s3vectors_local.sts_requests import ASSUMING, InvalidParameterValue, entries_of

_CHECKED = ASSUMING | {"GetFederationToken", "GetSessionToken"}
_MOST_POLICY_CHARACTERS, _MOST_POLICY_ARNS = 2_048, 10  # of a session: STS API Reference, AssumeRole
_BETWEEN = re.compile(
    r"Member must (?P<verb>have length |be )between (?P<low>\d+) and (?P<high>\d+), inclusive"
)


class PackedPolicyTooLarge(ServiceError):
    """400 PackedPolicyTooLarge: the policies of a session are too long together."""

    code = "PackedPolicyTooLarge"
    status = 400


def check_request(operation: str, form: Mapping[str, str]) -> None:
    """Raises ValidationError, InvalidParameterValue or MalformedPolicy for what STS would not look at."""
    if operation not in _CHECKED:
        return
    given = _input(form)
    try:
        service_model("sts").check(operation, given)
    except ValidationError as refused:
        raise ValidationError(_reported(refused.fields, given)) from None
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
        check_session_policy(text)
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


def _input(form: Mapping[str, str]) -> dict[str, Any]:
    """A form as the input of the service model; what is left out, or empty, is not in it."""
    lists = entries_of(form)
    given: dict[str, Any] = {name: value for name, value in form.items() if value and "." not in name}
    given |= {name: [lists[name][n] for n in lists[name]] for name in ("Tags", "PolicyArns") if lists[name]}
    if lists["TransitiveTagKeys"]:
        given["TransitiveTagKeys"] = [entry.get("", "") for entry in lists["TransitiveTagKeys"].values()]
    seconds = given.get("DurationSeconds")
    if seconds is not None:
        if not seconds.isdigit():
            raise InvalidParameterValue(f"DurationSeconds: {seconds} is not a number")
        given["DurationSeconds"] = int(seconds)
    return given


def _reported(fields: tuple[Field, ...], given: Mapping[str, Any]) -> str:
    """Violations as `Value 'a b' at 'roleSessionName' failed to satisfy constraint: ...`."""
    texts = []
    for field in fields:
        value: Any = given
        names = []
        for step in field.path.strip("/").split("/"):
            value = value.get(step) if isinstance(value, Mapping) else value[int(step)]
            names.append(f"{int(step) + 1}.member" if step.isdigit() else step[:1].lower() + step[1:])
        constraint = field.message.partition("constraint: ")[2]
        texts.append(
            f"Value {_shown(value)} at '{'.'.join(names)}' failed to satisfy constraint: "
            f"{_one_bound(constraint, value)}"
        )
    counted = f"{len(texts)} validation error{'s' if len(texts) > 1 else ''} detected: "
    return counted + "; ".join(texts)


def _shown(value: Any) -> str:
    return "null" if value is None else f"'{value}'"


def _one_bound(constraint: str, value: Any) -> str:
    """Of a range the bound that was broken."""
    found = _BETWEEN.fullmatch(constraint)
    if not found:
        return constraint
    measured = value if isinstance(value, int) else len(value)
    relation, bound = ("less", found["high"]) if measured > int(found["high"]) else ("greater", found["low"])
    verb = "have length " if found["verb"] == "have length " else "have value "
    return f"Member must {verb}{relation} than or equal to {bound}"
