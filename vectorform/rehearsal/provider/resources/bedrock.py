"""What knowledge bases and data sources share: errors, waiting for AWS, checks of nested blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Service
from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic, ProviderError
from vectorform.rehearsal.provider.validators import spell
from vectorform.rehearsal.provider.values import UNKNOWN, Object

BEDROCK_AGENT = Service("Bedrock Agent", gone=("ResourceNotFoundException",))

# The genuine provider goes on for two minutes. IAM of the local AWS knows a role at once; what is waited for
# is one that another resource is just creating.
PROPAGATION_SECONDS = 10.0
_POLL_SECONDS = 0.2
_DEADLINE_SECONDS = 60.0  # the genuine provider's time-outs are 30 minutes

Check = Callable[[AttributePath, Any], list[Diagnostic]]


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


def required_block(config: Object, name: str) -> list[Diagnostic]:
    """Exactly one block of that name (terraform-plugin-framework-validators, `listvalidator`)."""
    blocks = config[name]
    if blocks is UNKNOWN or len(blocks) == 1:
        return []
    if not blocks:
        detail = f"Block {name} must have a configuration value as the provider has marked it as required"
        return [Diagnostic("Invalid Block", detail, (name,))]
    return [at_most_one((name,), len(blocks))]


def at_most_one(path: AttributePath, size: int) -> Diagnostic:
    """The error for a block that may stand once alone."""
    detail = f"Attribute {spell(path)} list must contain at most 1 elements, got: {size}"
    return Diagnostic("Invalid Attribute Value", detail, path)


def nested(
    config: Mapping[str, Any], path: AttributePath, *names: str
) -> Iterator[tuple[AttributePath, Any]]:
    """(path, object) of the blocks that `names` leads to; what is unknown is left out."""
    if not names:
        yield path, config
        return
    blocks = config.get(names[0])
    for position, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield from nested(block, (*path, names[0], position), *names[1:])


def between(path: AttributePath, value: Any, least: int, most: int | None = None) -> list[Diagnostic]:
    """A number of `least` to `most` (terraform-plugin-framework-validators, `int32validator`)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    if value >= least and (most is None or value <= most):
        return []
    wanted = f"at least {least}" if most is None else f"between {least} and {most}"
    detail = f"Attribute {spell(path)} value must be {wanted}, got: {value}"
    return [Diagnostic("Invalid Attribute Value", detail, path)]
