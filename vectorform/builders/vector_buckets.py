"""Vector buckets, their indexes and their policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from vectorform.builders.base import Builder, Conditions, Texts
from vectorform.desired.model import (
    DistanceMetric,
    Effect,
    IndexMode,
    Preset,
    SseType,
    TextLanguage,
    Unmanaged,
)


@dataclass(slots=True)
class Encryption(Builder):
    """Server-side encryption."""

    _: KW_ONLY
    sse_type: SseType | None = None
    kms_key_arn: str | None = None
    create_key: bool | None = None
    key: str | None = None


@dataclass(slots=True)
class Expected(Builder):
    """What is expected of an index in a month."""

    _: KW_ONLY
    vectors: int | None = None
    key_bytes: int | None = None
    filterable_metadata_bytes: int | None = None
    non_filterable_metadata_bytes: int | None = None
    puts_per_month: int | None = None
    vectors_per_put: int | None = None
    queries_per_month: int | None = None
    top_k: int | None = None
    result_bytes: int | None = None
    other_requests_per_month: int | None = None
    deleted_vectors_per_month: int | None = None


@dataclass(slots=True)
class Embedding(Builder):
    """The embedding model of an index whose name was written wrong before."""

    _: KW_ONLY
    name: str | None = None
    was: Texts | None = None
    reason: str | None = None


@dataclass(slots=True)
class Index(Builder):
    """A vector index."""

    _: KW_ONLY
    embedding_model: str | Embedding | None = None
    dimension: int | None = None
    distance_metric: DistanceMetric | None = None
    non_filterable_metadata_keys: Sequence[str] | None = None
    preset: Preset | None = None
    name: str | None = None
    encryption: Encryption | None = None
    index_mode: IndexMode | None = None
    text_search: Mapping[str, TextLanguage | None] | None = None
    expected: Expected | None = None
    tags: Mapping[str, str | None] | None = None


@dataclass(slots=True)
class PolicyStatement(Builder):
    """One statement of a vector bucket's resource policy."""

    _: KW_ONLY
    effect: Effect
    principals: Literal["*"] | Mapping[str, Texts | bool]
    actions: Texts
    sid: str | None = None
    indexes: Texts | None = None
    conditions: Conditions | None = None
    allow_lockout: bool | None = None


@dataclass(slots=True)
class Policy(Builder):
    """A vector bucket's resource policy."""

    _: KW_ONLY
    statements: Sequence[PolicyStatement]


@dataclass(slots=True)
class AccessFrom(Builder):
    """From where alone a vector bucket is reached."""

    _: KW_ONLY
    vpc_endpoints: Texts | None = None
    vpcs: Texts | None = None
    except_: Sequence[str | Mapping[str, str | bool]] | None = None


@dataclass(slots=True)
class VectorBucket(Builder):
    """A vector bucket and its indexes."""

    _: KW_ONLY
    indexes: Mapping[str, Index | None] | None = None
    name: str | None = None
    encryption: Encryption | None = None
    default_index_mode: IndexMode | None = None
    deletion_protection: bool | None = None
    force_destroy: bool | None = None
    index_blocks: int | Sequence[int] | None = None
    policy: Policy | None = None
    access_from: AccessFrom | None = None
    tags: Mapping[str, str | None] | None = None
    unmanaged: Unmanaged | None = None
    unmanaged_ignore_prefixes: Sequence[str] | None = None


@dataclass(slots=True)
class Region(Builder):
    """A region where something differs."""

    _: KW_ONLY
    name: str
    vector_buckets: Mapping[str, VectorBucket | None] | None = None
