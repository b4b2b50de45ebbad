"""Knowledge bases of Amazon Bedrock whose vectors are in an index, and the data sources that fill them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vectorform.desired.model.common import Source, Tags

ChunkingStrategy = Literal["none", "fixed_size", "hierarchical", "semantic"]
ParserStrategy = Literal["foundation_model", "data_automation"]
DeletionPolicy = Literal["retain", "delete"]


@dataclass(frozen=True, slots=True)
class Chunking:
    """How documents are cut. Tokens are the embedding model's; each strategy has members of its own.

    `overlap_percentage` is of a chunk (fixed_size). `parent_tokens` and `child_tokens` are the two levels of
    hierarchical, whose children overlap by `overlap_tokens`. `buffer_size` is in sentences on either side and
    `breakpoint_percentile` of the distances between sentences (semantic).
    """

    strategy: ChunkingStrategy
    max_tokens: int | None = None
    overlap_percentage: int | None = None
    parent_tokens: int | None = None
    child_tokens: int | None = None
    overlap_tokens: int | None = None
    buffer_size: int | None = None
    breakpoint_percentile: int | None = None


@dataclass(frozen=True, slots=True)
class Parser:
    """What reads documents in place of Bedrock's own parser. A foundation model has `model` and `prompt`."""

    strategy: ParserStrategy
    model: str | None = None
    prompt: str | None = None
    multimodal: bool = False


@dataclass(frozen=True, slots=True)
class DataSource:
    """Documents in a bucket of Amazon S3 that exists, or below a prefix in it.

    `kms_key_arn` is the key that the documents are encrypted with. `deletion_policy` is what becomes of their
    vectors when the data source is deleted.
    """

    key: str
    name: str
    bucket_arn: str
    description: str = ""
    owner_account: str | None = None
    kms_key_arn: str | None = None
    prefix: str | None = None
    chunking: Chunking | None = None
    parser: Parser | None = None
    deletion_policy: DeletionPolicy = "retain"
    source: Source | None = field(default=None, compare=False)

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.bucket_arn.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """A knowledge base in one region, in which its index is.

    `index` is that index as "bucket/index"; or it is elsewhere, and `index_arn` says where. `embedding_model`
    is a model's id, that of an inference profile, or an ARN; `dimensions` what it is asked to make where its
    own default is another. `role` is the key of the access entry with its role. `supplemental_storage` is
    where images out of documents go, as s3://bucket/prefix.
    """

    key: str
    name: str
    embedding_model: str
    role: str
    index: str | None = None
    index_arn: str | None = None
    dimensions: int | None = None
    description: str = ""
    supplemental_storage: str | None = None
    data_sources: tuple[DataSource, ...] = ()
    tags: Tags = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)
