"""Vector buckets, their indexes and the statements of their policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vectorform.desired.model.common import Encryption, Source, Tags
from vectorform.desired.model.expected import Expected
from vectorform.desired.model.retirement import Retirement

Effect = Literal["Allow", "Deny"]
DistanceMetric = Literal["cosine", "euclidean"]
IndexMode = Literal["CLASSIC", "ENHANCED"]
# `standard` is the analyzer that AWS uses where no language is given (service model, LanguageCode).
TextLanguage = Literal["en", "fr", "es", "pt", "it", "de", "nl", "zh", "ja", "ko", "standard"]
Preset = Literal[
    "langchain",
    "llamaindex",
    "bedrock-knowledge-base",
    "bedrock-knowledge-base-long",
    "s3vectors-embed-cli",
    "mem0",
    "mastra",
]
Unmanaged = Literal["ignore", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """One statement of a vector bucket's resource policy, in the terms of the IAM policy grammar.

    `roles` are ARNs of roles that this file makes or names, next to the `principals`. `indexes` None means
    the bucket and everything in it; otherwise only these index keys. `allow_lockout`: it may lock out the
    administrators of the account, on purpose.
    """

    effect: Effect
    actions: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]] | Literal["*"]
    roles: tuple[str, ...] = ()
    sid: str | None = None
    indexes: tuple[str, ...] | None = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    allow_lockout: bool = False


@dataclass(frozen=True, slots=True)
class Embedding:
    """What made the vectors of an index: the id of a model (`vectorform.desired.embedding_models`).

    `was` are names that the file had before by mistake, for the same vectors; `reason` says how that came.
    """

    name: str
    was: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AccessFrom:
    """From where alone a vector bucket is reached: VPC endpoints, or VPCs, by their ids.

    `excepted` are ARNs of roles that reach it from anywhere, with or without wildcards, besides who deploys.
    """

    vpc_endpoints: tuple[str, ...] = ()
    vpcs: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """A vector index. Everything but its tags, its mode and its text search is immutable in S3 Vectors.

    `key` is its key in the YAML; `address` ("bucket-key/index-key") is what Terraform addresses spell.
    `encryption` None means that it inherits the bucket's. `index_mode` and `text_search`, the language of
    each metadata key that is searched, are None where AWS's are left alone. `expected` is for `vectorform
    cost` alone. `written` is the entry itself, layers merged and templates as they are, for who proposes
    another one.
    """

    key: str
    address: str
    name: str
    dimension: int
    distance_metric: DistanceMetric
    embedding_model: Embedding | None = None
    data_type: Literal["float32"] = "float32"
    non_filterable_metadata_keys: tuple[str, ...] = ()
    encryption: Encryption | None = None
    index_mode: IndexMode | None = None
    text_search: Mapping[str, TextLanguage] | None = None
    tags: Tags = field(default_factory=dict)
    retirement: Retirement | None = None
    expected: Expected | None = None
    written: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class IndexBlocks:
    """Over how many Terraform blocks a vector bucket's indexes are spread.

    `former` are the numbers that some region's state may still have; None where nothing is written of it.
    """

    count: int = 1
    former: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class VectorBucket:
    """A vector bucket and its indexes. `tags` are its own, without the environment's default tags.

    `default_index_mode` is of indexes that are created later; None where AWS's is left alone.
    `indexes` are those that are deployed. `leaving` are still written in the YAML, but Terraform is to delete
    or to forget them: their retirement says which.
    `force_destroy`: what applications made in it is deleted with it; only without deletion protection.
    `definition` is the key of the definition of many that it is a member of: `tenant-{each}`.
    `unmanaged` is what the verifier makes of indexes that are in AWS but not here; names that start with one
    of `unmanaged_ignore_prefixes` are never counted among them.
    """

    key: str
    name: str
    encryption: Encryption = field(default_factory=Encryption)
    default_index_mode: IndexMode | None = None
    indexes: tuple[Index, ...] = ()
    leaving: tuple[Index, ...] = ()
    policy_statements: tuple[PolicyStatement, ...] = ()
    access_from: AccessFrom | None = None
    deletion_protection: bool = True
    force_destroy: bool = False
    index_blocks: IndexBlocks = IndexBlocks()
    unmanaged: Unmanaged = "warn"
    unmanaged_ignore_prefixes: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
    retirement: Retirement | None = None
    definition: str | None = field(default=None, compare=False)
    source: Source | None = field(default=None, compare=False)

    @property
    def written_indexes(self) -> tuple[Index, ...]:
        """All that the YAML has: those that are deployed, and those that are leaving."""
        return (*self.indexes, *self.leaving)
