"""Knowledge bases of Amazon Bedrock and their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from vectorform.builders.access import Statement
from vectorform.builders.base import Builder
from vectorform.desired.model import ChunkingStrategy, DeletionPolicy, ParserStrategy


@dataclass(slots=True)
class Chunking(Builder):
    """How the documents of a data source are cut."""

    _: KW_ONLY
    strategy: ChunkingStrategy
    max_tokens: int | None = None
    overlap_percentage: int | None = None
    parent_tokens: int | None = None
    child_tokens: int | None = None
    overlap_tokens: int | None = None
    buffer_size: int | None = None
    breakpoint_percentile: int | None = None


@dataclass(slots=True)
class Parser(Builder):
    """What reads the documents of a data source."""

    _: KW_ONLY
    strategy: ParserStrategy
    model: str | None = None
    prompt: str | None = None
    multimodal: bool | None = None


@dataclass(slots=True)
class DataSource(Builder):
    """Documents in a bucket of S3."""

    _: KW_ONLY
    bucket: str | None = None
    arn: str | None = None
    prefix: str | None = None
    name: str | None = None
    description: str | None = None
    owner_account: str | None = None
    kms_key: str | None = None
    chunking: Chunking | None = None
    parser: Parser | None = None
    deletion_policy: DeletionPolicy | None = None


@dataclass(slots=True)
class KnowledgeBaseRole(Builder):
    """The role that Bedrock assumes for a knowledge base."""

    _: KW_ONLY
    access: str | None = None
    name: str | None = None
    path: str | None = None
    permissions_boundary: str | None = None
    statements: Sequence[Statement] | None = None


@dataclass(slots=True)
class KnowledgeBase(Builder):
    """A knowledge base of Amazon Bedrock on an index."""

    _: KW_ONLY
    index: str | Mapping[str, str]
    embedding_model: str | None = None
    name: str | None = None
    description: str | None = None
    role: KnowledgeBaseRole | None = None
    supplemental_storage: str | None = None
    data_sources: Mapping[str, DataSource | None] | None = None
    tags: Mapping[str, str | None] | None = None
