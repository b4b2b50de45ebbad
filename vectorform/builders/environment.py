"""One environment: all the others in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from vectorform.builders.access import Access
from vectorform.builders.base import Builder
from vectorform.builders.deployment import Backend, Outputs, Provider, Rollout, Verification
from vectorform.builders.keys import Key
from vectorform.builders.knowledge_bases import KnowledgeBase
from vectorform.builders.retirement import Retirement
from vectorform.builders.vector_buckets import Region, VectorBucket


@dataclass(slots=True)
class Environment(Builder):
    """One environment: everything that a YAML file can say."""

    _: KW_ONLY
    extends: Sequence[str] | None = None
    requires: Mapping[str, str | None] | None = None
    project: str | None = None
    account_id: str | None = None
    regions: Sequence[str | Region] | None = None
    allow_unlisted_regions: bool | None = None
    variables: Mapping[str, object] | None = None
    tags: Mapping[str, str | None] | None = None
    vector_buckets: Mapping[str, VectorBucket | None] | None = None
    keys: Mapping[str, Key | None] | None = None
    knowledge_bases: Mapping[str, KnowledgeBase | None] | None = None
    access: Mapping[str, Access | None] | None = None
    moved: Mapping[str, str | None] | None = None
    retired: Mapping[str, Retirement | None] | None = None
    max_deletions: int | None = None
    protection_lifted_by: Sequence[str] | None = None
    provider: Provider | None = None
    outputs: Outputs | None = None
    backend: Backend | None = None
    rollout: Rollout | None = None
    verification: Verification | None = None
