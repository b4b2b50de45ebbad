"""KMS keys to create."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from vectorform.builders.base import Builder, Conditions, Texts
from vectorform.desired.model import Effect


@dataclass(slots=True)
class KeyStatement(Builder):
    """A further statement of a KMS key's policy."""

    _: KW_ONLY
    effect: Effect
    principals: Literal["*"] | Mapping[str, Texts | bool]
    actions: Texts
    sid: str | None = None
    conditions: Conditions | None = None


@dataclass(slots=True)
class Key(Builder):
    """A KMS key to create."""

    _: KW_ONLY
    alias: str | None = None
    description: str | None = None
    rotation: bool | None = None
    rotation_period_days: int | None = None
    deletion_window_days: int | None = None
    statements: Sequence[KeyStatement] | None = None
    deletion_protection: bool | None = None
    tags: Mapping[str, str | None] | None = None
