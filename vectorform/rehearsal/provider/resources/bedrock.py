"""What knowledge bases and data sources share: errors, and waiting for AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Service
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError

BEDROCK_AGENT = Service("Bedrock Agent", gone=("ResourceNotFoundException",))

# The genuine provider goes on for two minutes. IAM of the local AWS knows a role at once; what is waited for
# is one that another resource is just creating.
PROPAGATION_SECONDS = 10.0
_POLL_SECONDS = 0.2
_DEADLINE_SECONDS = 60.0  # the genuine provider's time-outs are 30 minutes


def retried(call: Callable[[], Any], messages: tuple[str, ...]) -> Any:
    """What `call` returns, tried again while it is refused with such a message. Raises ProviderError."""
    deadline = time.monotonic() + PROPAGATION_SECONDS
    while True:
        try:
            return call()
        except ProviderError as error:
            waits = any(message in error.diagnostic.detail for message in messages)
            if not waits or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)


def wait(
    doing: str, look: Callable[[], Mapping[str, Any] | None], pending: tuple[str, ...], target: str | None
) -> Mapping[str, Any] | None:
    """What `look` finds once its status is `target`, or nothing is left where that is None.

    Raises ProviderError for a status that is neither, with AWS's reasons.
    """
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while True:
        found = look()
        status = found["status"] if found else None
        if status == target:
            return found
        if status not in pending:
            wanted = f", wanted target '{target}'" if target else ", wanted target ''"
            reasons = "\n".join((found or {}).get("failureReasons", []))
            error = f". last error: {reasons}" if reasons else ""
            raise ProviderError(Diagnostic(doing, f"unexpected state '{status}'{wanted}{error}"))
        if time.monotonic() > deadline:
            detail = f"timeout while waiting for state to become '{target or ''}' (last state: '{status}')"
            raise ProviderError(Diagnostic(doing, detail))
        time.sleep(_POLL_SECONDS)
