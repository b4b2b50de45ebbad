"""KMS keys that the stacks create."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vectorform.desired.model.common import Source, Tags


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """A further statement of a key's policy, in the terms of the IAM policy grammar: about this key.

    `roles` are ARNs of roles that this file makes or names, next to the `principals`.
    """

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]] | Literal["*"]
    roles: tuple[str, ...] = ()
    sid: str | None = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Key:
    """A KMS key in one region, which vector buckets or indexes there are encrypted with.

    `key` is its key in the YAML; `alias` begins with alias/. `rotation_period_days` None is KMS's own, 365.
    A deleted key can be kept for `deletion_window_days`.
    """

    key: str
    alias: str
    description: str = ""
    rotation: bool = True
    rotation_period_days: int | None = None
    deletion_window_days: int = 30
    statements: tuple[KeyStatement, ...] = ()
    deletion_protection: bool = True
    tags: Tags = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)
