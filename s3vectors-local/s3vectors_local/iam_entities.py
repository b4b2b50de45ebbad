"""What there is in IAM, without the policies that bind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role; `trust_policy` is the text of the policy that says who may assume it."""

    arn: str
    trust_policy: str


@dataclass(frozen=True, slots=True)
class Entity:
    """Something in IAM; `boundary` is the ARN of its permissions boundary."""

    arn: str
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
