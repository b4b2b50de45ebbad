"""An environment written in Python, with loops and functions: `config/<name>.py` sets `environment`.

    from vectorform.builders import Environment, Index, VectorBucket

    environment = Environment(
        project="tenants",
        account_id="123456789012",
        regions=["ap-southeast-2"],
        vector_buckets={"documents": VectorBucket(indexes={
            f"tenant-{number:02}": Index(dimension=1024, distance_metric="cosine") for number in range(1, 21)
        })},
    )

The fields are the keys of schemas/environment.schema.json, whose descriptions hold here too; None means left
out, and None as an entry of a map removes, as null does in YAML. Builders check nothing themselves: the tree
that they make goes through the same schema and the same rules as YAML, and a problem points at the call.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from itertools import islice
from typing import Literal

from vectorform.desired.model import (
    BackendType,
    ChunkingStrategy,
    DeletionPolicy,
    DistanceMetric,
    Effect,
    IndexMode,
    ParserStrategy,
    Permissions,
    Preset,
    SseType,
    TextLanguage,
    Unmanaged,
)

Texts = str | Sequence[str]
# {"access": NAME}: the role of an access entry; {"deployer": True}: that of the provider.
Reference = Mapping[str, object]
Conditions = Mapping[str, Mapping[str, Texts | Sequence[str | Reference] | Reference]]


@dataclass(frozen=True, slots=True)
class Call:
    """Where a builder was called: absolute file name, line and column from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True)
class Builder:
    """What all builders share: they remember where they were called."""

    call: Call = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        frame = sys._getframe(2)  # the caller of the generated __init__
        position = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
        line, _, column, _ = position or (None, None, None, None)
        self.call = Call(frame.f_code.co_filename, line or frame.f_lineno, (column or 0) + 1)

    def given(self) -> dict[str, object]:
        """The fields that were given a value. `except_` is `except`, which is a word of Python's own."""
        values = {f.name.rstrip("_"): getattr(self, f.name) for f in fields(self) if f.name != "call"}
        return {name: value for name, value in values.items() if value is not None}


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


@dataclass(slots=True)
class Grant(Builder):
    """Access to one bucket, or to some of its indexes."""

    _: KW_ONLY
    bucket: str
    indexes: Sequence[str] | None = None
    index_prefix: str | None = None
    for_each: str | Sequence[str | int] | Mapping[str, object] | None = None


@dataclass(slots=True)
class Statement(Builder):
    """A statement of IAM."""

    _: KW_ONLY
    sid: str | None = None
    effect: Literal["Allow", "Deny"] | None = None
    actions: Texts | None = None
    not_actions: Texts | None = None
    resources: Texts | None = None
    not_resources: Texts | None = None
    conditions: Conditions | None = None


@dataclass(slots=True)
class Oidc(Builder):
    """Users of an OpenID Connect provider."""

    _: KW_ONLY
    provider: str
    subjects: Texts
    audiences: Texts


@dataclass(slots=True)
class PodIdentity(Builder):
    """Pods of a service account in EKS."""

    _: KW_ONLY
    cluster: str
    namespace: str
    service_account: str
    regions: Sequence[str] | None = None


@dataclass(slots=True)
class Role(Builder):
    """An IAM role with the access entry's policy, and who may assume it."""

    _: KW_ONLY
    trusted_services: Sequence[str] | None = None
    trusted_principals: Sequence[str | Reference] | None = None
    trusted_actions: Sequence[str] | None = None
    external_id: str | None = None
    oidc: Oidc | None = None
    eks_pod_identity: PodIdentity | None = None
    conditions: Conditions | None = None
    max_session_duration: int | None = None
    managed_policies: Sequence[str] | None = None
    statements: Sequence[Statement] | None = None


@dataclass(slots=True)
class Access(Builder):
    """What one application may do."""

    _: KW_ONLY
    name: str | None = None
    path: str | None = None
    permissions_boundary: str | None = None
    permissions: Permissions | None = None
    actions: Texts | None = None
    grants: Sequence[Grant] | None = None
    description: str | None = None
    role: Role | None = None
    tags: Mapping[str, str | None] | None = None


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


@dataclass(slots=True)
class Provider(Builder):
    """How the account is reached."""

    _: KW_ONLY
    assume_role: str | Mapping[str, str] | None = None
    ignore_tags: Mapping[str, Sequence[str]] | None = None


@dataclass(slots=True)
class Outputs(Builder):
    """The outputs for applications."""

    _: KW_ONLY
    ssm: str
    values: Mapping[str, str | None] | None = None


@dataclass(slots=True)
class Backend(Builder):
    """Where Terraform keeps its state."""

    _: KW_ONLY
    type: BackendType | None = None
    bucket: str | None = None
    region: str | None = None
    key: str | None = None
    organization: str | None = None
    project: str | None = None
    hostname: str | None = None
    workspace: str | None = None
    tags: Sequence[str] | None = None
    kms_key_id: str | None = None
    assume_role: str | Mapping[str, str | None] | None = None
    address: str | None = None
    lock_address: str | None = None
    unlock_address: str | None = None
    lock_method: str | None = None
    unlock_method: str | None = None
    username: str | None = None
    retry_wait_min: int | None = None


@dataclass(slots=True)
class Rollout(Builder):
    """In which order the regions are deployed."""

    _: KW_ONLY
    waves: Sequence[Sequence[str]] | None = None


@dataclass(slots=True)
class Replacement(Builder):
    """An index that replaces a retired one, with other keys."""

    _: KW_ONLY
    index: str
    other_keys: str


@dataclass(slots=True)
class Comparison(Builder):
    """What `vectorform retire` found in one region, as it prints it."""

    _: KW_ONLY
    successor: str
    at: str
    vectors: int
    seal: str
    found: int | None = None
    filled: int | None = None
    rehearsal: bool | None = None


@dataclass(slots=True)
class Retirement(Builder):
    """An index, or a whole vector bucket, on its way out."""

    _: KW_ONLY
    reason: str
    replaced_by: str | Replacement | None = None
    compared: Mapping[str, Comparison | None] | None = None
    confirm_destroy: bool | None = None
    keep: bool | None = None


@dataclass(slots=True)
class Verification(Builder):
    """How AWS is compared with the environment."""

    _: KW_ONLY
    after_apply: bool | None = None


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
