"""What to say of a call to S3 that was refused, or had no answer."""

from __future__ import annotations

from typing import Any

from vectorform.check import Check

NO_CREDENTIALS = "give this shell AWS credentials (AWS_PROFILE, `aws sso login`)"


def refused(error: Any, fix: str, what: str = "") -> Check:
    """AWS refused a call (`error` is a ClientError); `fix` is what to do where credentials are not to blame.

    `what` was asked for.
    """
    response = error.response
    answer = f"{error.operation_name}: {response['Error'].get('Code')}: {response['Error'].get('Message')}"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    bad_credentials = response["Error"].get("Code") in (
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "SignatureDoesNotMatch",
    )
    what = f"{what}: {answer}" if what else answer
    if bad_credentials or status >= 500:
        return Check("unknown", what, NO_CREDENTIALS if bad_credentials else "run it again")
    return Check("wrong", what, fix)


def unasked(error: Exception) -> Check:
    """A call that was not sent, or had no answer."""
    from vectorform.sessions import Unusable

    if isinstance(error, Unusable):
        return Check("unknown", f"backend.assume_role: {error.reason}", error.fix)
    return Check("unknown", " ".join(str(error).split()), f"check the network, and {NO_CREDENTIALS}")
