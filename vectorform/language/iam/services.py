"""The actions of all services, and AWS's own managed policies: read when the first role names one.

The data files are written by `tools/authorization_reference.py`, which says where they come from.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from vectorform.desired.actions import PREFIX
from vectorform.desired.wildcards import matches
from vectorform.language.iam import reference

_FOLDER = Path(__file__).parent


@cache
def prefixes() -> tuple[str, ...]:
    """The prefixes of all services: `bedrock`, `s3`, `s3vectors`, ..."""
    return tuple(_actions())


def actions(prefix: str) -> tuple[str, ...]:
    """The actions of a service, without its prefix; none of one that is not known."""
    if f"{prefix}:" == PREFIX:
        return tuple(reference.actions())
    return tuple(_actions().get(prefix, "").split())


def matched(prefix: str, pattern: str) -> bool:
    """Whether a service has an action that a pattern matches. IAM does not look at their case."""
    folded = pattern.lower()
    return any(matches(folded, name.lower()) for name in actions(prefix))


def having(name: str) -> list[str]:
    """The services that have an action of this name: that of another one was meant."""
    folded = name.lower()
    return [prefix for prefix in prefixes() if folded in (known.lower() for known in actions(prefix))]


@cache
def managed_policies() -> frozenset[str]:
    """AWS's own managed policies by name, each with its path: `service-role/AWSLambdaBasicExecutionRole`."""
    return frozenset((_FOLDER / "managed_policies.txt").read_text(encoding="utf-8").split())


@cache
def _actions() -> dict[str, str]:
    lines = (_FOLDER / "services.txt").read_text(encoding="utf-8").splitlines()
    return {prefix: names for prefix, _, names in (line.partition(" ") for line in lines)}
