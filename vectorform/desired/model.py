"""The desired state: what an environment's YAML means once it is merged, checked and resolved.

Everything here is frozen and complete: defaults are filled in, templates are resolved, references
exist. `stacks` and `verifier` read nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Tags = Mapping[str, str]
SseType = Literal["AES256", "aws:kms"]
DistanceMetric = Literal["cosine", "euclidean"]
Permissions = Literal["read", "write", "read-write", "admin"]
IndexMode = Literal["CLASSIC", "ENHANCED"]
Unmanaged = Literal["ignore", "warn", "fail"]

# How many vector buckets and indexes one apply may delete unless the environment says otherwise.
MAX_DELETIONS = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was written: a file as the user would name it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Encryption:
    """Server-side encryption.

    With aws:kms there is either `kms_key_arn`, the full ARN of a key that exists, or `create_key`: the stack
    creates one, whose ARN is known after the apply. Only a vector bucket has `create_key`.
    """

    sse_type: SseType = "AES256"
    kms_key_arn: str | None = None
    create_key: bool = False


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """One statement of a vector bucket's resource policy, in the terms of the IAM policy grammar.

    `indexes` None means the bucket and everything in it; otherwise only these index keys. `allow_lockout`:
    that it may lock out who administers the account is meant.
    """

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    principals: Mapping[str, tuple[str, ...]] | Literal["*"]
    sid: str | None = None
    indexes: tuple[str, ...] | None = None
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    allow_lockout: bool = False


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the place of a retired index: another one, as "bucket/index"; None is nothing at all.

    `other_keys` says why the vectors of the other have other keys: then all that can be compared is whether
    it is filled. None: every key of the retired index has to be in it.
    """

    index: str | None
    other_keys: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `vectorform retire` found in one region when it compared a retired index with its successor.

    `at` is RFC 3339 in UTC. `vectors` is how many the retired index had; `found`, how many of their keys
    the successor had; or, where it has other keys, `filled`, how many vectors it had, both counted up to a
    limit. `rehearsal`: in a local AWS. `seal` holds all of it together (`vectorform.desired.comparisons`).
    """

    successor: str
    at: str
    vectors: int
    found: int | None = None
    filled: int | None = None
    rehearsal: bool = False
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Retirement:
    """An index on its way out, in steps that are applied one by one.

    Neither flag: still deployed, and AWS no longer refuses to delete it. `confirm_destroy`: Terraform deletes
    it. `keep`: Terraform forgets it, and it stays in AWS. At most one of the two is set. `replaced_by` None:
    the YAML does not say. `compared` is by region.
    """

    reason: str
    confirm_destroy: bool = False
    keep: bool = False
    replaced_by: Replacement | None = None
    compared: Mapping[str, Comparison] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Index:
    """A vector index. Everything but its tags is immutable in S3 Vectors.

    `key` is its key in the YAML; `address` ("bucket-key/index-key") is what Terraform addresses spell.
    `encryption` None means that it inherits the bucket's. `index_mode` is verified where it is set, and not
    deployed: the AWS provider for Terraform has no such argument. `written` is the entry itself, layers
    merged and templates as they are, for who proposes another one.
    """

    key: str
    address: str
    name: str
    dimension: int
    distance_metric: DistanceMetric
    data_type: Literal["float32"] = "float32"
    non_filterable_metadata_keys: tuple[str, ...] = ()
    encryption: Encryption | None = None
    index_mode: IndexMode | None = None
    tags: Tags = field(default_factory=dict)
    retirement: Retirement | None = None
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

    `indexes` are those that are deployed. `leaving` are still written in the YAML, but Terraform is to delete
    or to forget them: their retirement says which.
    `force_destroy`: what applications made in it is deleted with it; only without deletion protection.
    `unmanaged` is what the verifier makes of indexes that are in AWS but not here; names that start with one
    of `unmanaged_ignore_prefixes` are never counted among them.
    """

    key: str
    name: str
    encryption: Encryption = Encryption()
    indexes: tuple[Index, ...] = ()
    leaving: tuple[Index, ...] = ()
    policy_statements: tuple[PolicyStatement, ...] = ()
    deletion_protection: bool = True
    force_destroy: bool = False
    index_blocks: IndexBlocks = IndexBlocks()
    unmanaged: Unmanaged = "warn"
    unmanaged_ignore_prefixes: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
    retirement: Retirement | None = None
    source: Source | None = field(default=None, compare=False)

    @property
    def written_indexes(self) -> tuple[Index, ...]:
        """All that the YAML has: those that are deployed, and those that are leaving."""
        return (*self.indexes, *self.leaving)


@dataclass(frozen=True, slots=True)
class Region:
    """An environment in one region: what one stack deploys.

    `vector_buckets` are those that are deployed. `leaving` are still written in the YAML, and Terraform is to
    forget them with all that belongs to them: they stay in AWS, and what was granted on them stays granted.
    `backend_settings` say where Terraform keeps this stack's state: those of the environment's backend, with
    `{region}` and `{stack}` filled in.
    """

    name: str
    vector_buckets: tuple[VectorBucket, ...]
    leaving: tuple[VectorBucket, ...] = ()
    backend_settings: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)

    @property
    def written_vector_buckets(self) -> tuple[VectorBucket, ...]:
        """All that the YAML has: those that are deployed, and those that are leaving."""
        return (*self.vector_buckets, *self.leaving)

    @property
    def brought_keys(self) -> tuple[str, ...]:
        """The ARNs of the KMS keys that its buckets and indexes name, each once."""
        encryptions = (
            encryption
            for bucket in self.written_vector_buckets
            for encryption in (bucket.encryption, *(index.encryption for index in bucket.indexes))
        )
        return tuple(dict.fromkeys(e.kms_key_arn for e in encryptions if e and e.kms_key_arn))


@dataclass(frozen=True, slots=True)
class Grant:
    """Access to one bucket, in every region of the environment; `indexes` None means all of its indexes."""

    bucket: str
    indexes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role that an access entry's policy is attached to, and who may assume it.

    `trusted_principals` are ARNs or account ids; `external_id` is what they have to present.
    """

    name: str
    trusted_services: tuple[str, ...] = ()
    trusted_principals: tuple[str, ...] = ()
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """An application's access: becomes one IAM managed policy named `policy_name`, account-wide.

    `role` None means that who uses the policy attaches it.
    """

    key: str
    policy_name: str
    permissions: Permissions
    grants: tuple[Grant, ...]
    description: str = ""
    role: Role | None = None
    tags: Tags = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the verifier runs as part of the apply (needs Python where Terraform runs)."""

    after_apply: bool = True


@dataclass(frozen=True, slots=True)
class Backend:
    """Where Terraform keeps its state: `type` and that type's settings, defaults filled in.

    `{region}` and `{stack}` are still in the texts: `Region.backend_settings` has them for one stack.
    """

    type: Literal["local", "s3", "cloud"] = "local"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: everything that `config/<name>.yaml` says.

    `regions` is never empty and keeps the file's order: the first is the home region, whose stack also
    holds what is account-wide. `tags` are the default tags of every resource, `Environment` among them.
    `waves` names every region once: those of one wave are deployed together, after the wave before. `moved`
    leads from former keys ("bucket" or "bucket/index") to those of today. `max_deletions` is how many vector
    buckets and indexes one apply may delete. `protection_lifted_by` are ARNs of roles, with or without
    wildcards: they alone may change or delete a bucket's policy; where there are none, IAM decides.
    """

    name: str
    project: str
    account_id: str
    regions: tuple[Region, ...]
    access: tuple[Access, ...] = ()
    tags: Tags = field(default_factory=dict)
    verification: Verification = Verification()
    backend: Backend = Backend()
    waves: tuple[tuple[str, ...], ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    max_deletions: int = MAX_DELETIONS
    protection_lifted_by: tuple[str, ...] = ()
    source: Source | None = field(default=None, compare=False)

    @property
    def home(self) -> Region:
        """The region whose stack holds IAM."""
        return self.regions[0]

    def region(self, name: str) -> Region:
        """The region called `name`. Raises KeyError if the environment has none."""
        for region in self.regions:
            if region.name == name:
                return region
        raise KeyError(name)

    def stack_id(self, region: Region) -> str:
        """`<environment>` for the home region, `<environment>-<region>` for every further one.

        So adding a region never renames a stack that exists, and never moves state.
        """
        return self.name if region.name == self.home.name else f"{self.name}-{region.name}"
