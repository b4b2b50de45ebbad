"""The organizations that conditions of an environment name: its own account is taken to be in the first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired.model import Environment

_KEYS = {"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid"}
_ID = re.compile(r"o-[a-z0-9]{10,32}")  # Organizations API Reference, Organization: Id


def organizations(environment: Environment) -> list[str]:
    """The ids, each once, in the order of the file."""
    found = (
        value
        for conditions in _conditions(environment)
        for tests in conditions.values()
        for key, values in tests.items()
        if key.lower() in _KEYS
        for value in ((values,) if isinstance(values, str) else values)
        if _ID.fullmatch(value)
    )
    return list(dict.fromkeys(found))


def _conditions(environment: Environment) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    for region in environment.regions:
        for bucket in region.vector_buckets:
            for statement in bucket.policy_statements:
                yield statement.conditions
        for key in region.keys:
            for of_key in key.statements:
                yield of_key.conditions
    for access in environment.access:
        if access.role:
            yield access.role.conditions
            for own in access.role.statements:
                yield own.conditions
