"""An environment and its regions, and where Terraform keeps their state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vectorform.desired.model.access import Access, PodIdentity, Role
from vectorform.desired.model.common import Source, Tags
from vectorform.desired.model.keys import Key
from vectorform.desired.model.knowledge_bases import KnowledgeBase
from vectorform.desired.model.outputs import Outputs
from vectorform.desired.model.vector_buckets import VectorBucket

BackendType = Literal["local", "s3", "cloud", "http"]


@dataclass(frozen=True, slots=True)
class Region:
    """An environment in one region: what one stack deploys.

    `vector_buckets` are those that are deployed. `leaving` are still written in the YAML, and Terraform is to
    forget them with all that belongs to them: they stay in AWS, and what was granted on them stays granted.
    `keys` are those of the file's that something written here is encrypted with.
    `outputs` are the parameters that applications read. `knowledge_bases` are those whose index is in this
    region.
    `backend_settings` say where Terraform keeps this stack's state: those of the environment's backend, with
    `{region}` and `{stack}` filled in.
    """

    name: str
    vector_buckets: tuple[VectorBucket, ...]
    leaving: tuple[VectorBucket, ...] = ()
    keys: tuple[Key, ...] = ()
    outputs: Outputs | None = None
    backend_settings: Mapping[str, Any] = field(default_factory=dict)
    knowledge_bases: tuple[KnowledgeBase, ...] = ()
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
class Verification:
    """Whether the verifier runs as part of the apply (needs Python where Terraform runs)."""

    after_apply: bool = True


@dataclass(frozen=True, slots=True)
class Backend:
    """Where Terraform keeps its state: `type` and that type's settings, defaults filled in.

    `{region}` and `{stack}` are still in the texts: `Region.backend_settings` has them for one stack.
    """

    type: BackendType = "local"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provider:
    """How the AWS provider of Terraform, and boto3 next to it, reach the account.

    `assume_role` is the ARN of a role that deploys, with the caller's credentials to assume it, and
    `external_id` what it asks for. Tags with `ignored_tag_keys`, or whose keys start with one of
    `ignored_tag_prefixes`, are others' business.
    """

    assume_role: str | None = None
    external_id: str | None = None
    ignored_tag_keys: tuple[str, ...] = ()
    ignored_tag_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: everything that `config/<name>.yaml` says.

    `regions` is never empty and keeps the file's order: the first is the home region, whose stack also
    holds what is account-wide. `tags` are the default tags of every resource, `Environment` among them.
    `waves` names every region once: those of one wave are deployed together, after the wave before. `moved`
    leads from former keys ("bucket" or "bucket/index"; "keys/..." of KMS keys) to those of today.
    `max_deletions` is how many vector buckets and indexes one apply may delete. `protection_lifted_by` are
    ARNs of roles, with or without wildcards: they alone may change or delete a bucket's policy; where there
    are none, IAM decides.
    """

    name: str
    project: str
    account_id: str
    regions: tuple[Region, ...]
    access: tuple[Access, ...] = ()
    tags: Tags = field(default_factory=dict)
    provider: Provider = Provider()
    verification: Verification = Verification()
    backend: Backend = Backend()
    waves: tuple[tuple[str, ...], ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    max_deletions: int = 1
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

    def pods_in(self, region: Region) -> Iterator[tuple[Access, Role, PodIdentity]]:
        """The roles that EKS gives to pods in a region, each with its access entry and those pods."""
        for access in self.access:
            if access.role and (pods := access.role.eks_pod_identity) and region.name in pods.regions:
                yield access, access.role, pods

    def stack_id(self, region: Region) -> str:
        """`<environment>` for the home region, `<environment>-<region>` for every further one.

        So adding a region never renames a stack that exists, and never moves state.
        """
        return self.name if region.name == self.home.name else f"{self.name}-{region.name}"
