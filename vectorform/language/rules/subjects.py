"""What rules are asked about: a part of the desired state, and the node of the tree that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Index,
    KnowledgeBase,
    Region,
    Tags,
    VectorBucket,
)
from vectorform.language.nodes import Node, Path, find
from vectorform.language.region_trees import RegionTree


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole environment, which may have been resolved from an incomplete tree.

    `regions` are the trees of its regions, in the same order. `rehearsal`: it is going to a local AWS.
    """

    environment: Environment
    root: Node
    regions: list[RegionTree]
    rehearsal: bool = False

    def find(self, *path: str | int) -> Node:
        """The node at a path, or the last one on the way that exists."""
        return find(self.root, path)


@dataclass(frozen=True, slots=True)
class BucketIn:
    """A vector bucket in one region. `node` is its map, with what the region says merged in."""

    environment: Environment
    region: Region
    bucket: VectorBucket
    node: Node

    @property
    def path(self) -> Path:
        """Its place in the configuration."""
        return ("vector_buckets", self.bucket.key)

    @property
    def indexes(self) -> list[IndexIn]:
        """Its indexes, those that leave too."""
        nodes = find(self.node, ("indexes",)).mapping if self.bucket.written_indexes else {}
        return [IndexIn(self, index, nodes[index.key]) for index in self.bucket.written_indexes]


@dataclass(frozen=True, slots=True)
class IndexIn:
    """An index in one region."""

    within: BucketIn
    index: Index
    node: Node

    @property
    def path(self) -> Path:
        """Its place in the configuration."""
        return (*self.within.path, "indexes", self.index.key)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """An `encryption` of a vector bucket or an index, in one region. `node` and `path` are the owner's."""

    environment: Environment
    region: Region
    encryption: Encryption
    node: Node
    path: Path

    @property
    def of_index(self) -> bool:
        """Whether an index has it, not the vector bucket."""
        return "indexes" in self.path


@dataclass(frozen=True, slots=True)
class Tagged:
    """The tags of one resource, besides `defaults`, which every resource has.

    `node` and `path` are the resource's. `in_iam`: IAM keeps them, which does not tell the case of keys.
    """

    node: Node
    path: Path
    tags: Tags
    defaults: Tags
    in_iam: bool


@dataclass(frozen=True, slots=True)
class AccessIn:
    """An access entry."""

    configuration: Configuration
    access: Access
    node: Node

    @property
    def environment(self) -> Environment:
        """The environment that it belongs to."""
        return self.configuration.environment

    @property
    def path(self) -> Path:
        """Its place in the configuration."""
        return ("access", self.access.key)


@dataclass(frozen=True, slots=True)
class KnowledgeBaseIn:
    """An entry of `knowledge_bases`. `found` has it in every region that has its index."""

    configuration: Configuration
    key: str
    node: Node
    found: tuple[tuple[Region, KnowledgeBase], ...]

    @property
    def environment(self) -> Environment:
        """The environment that it belongs to."""
        return self.configuration.environment

    @property
    def path(self) -> Path:
        """Its place in the configuration."""
        return ("knowledge_bases", self.key)

    @property
    def shown(self) -> str:
        """What messages elsewhere call it."""
        return f"the knowledge base `{self.key}`"

    @property
    def own_role(self) -> Access | None:
        """The entry of its own role, where it has one."""
        entries = [access for access in self.environment.access if access.knowledge_base == self.key]
        return entries[0] if entries else None

    def place(self, *keys: str) -> tuple[Node, Path]:
        """The node and path of the first of these keys that is written, else its own."""
        for key in keys:
            if key in self.node.mapping:
                return self.node.mapping[key], (*self.path, key)
        return self.node, self.path

    def source(self, key: str) -> tuple[Node, Path]:
        """The node and path of a data source."""
        return find(self.node, ("data_sources", key)), (*self.path, "data_sources", key)

    def tree(self, region: Region) -> Node:
        """The vector_buckets of a region."""
        for own, tree in zip(self.environment.regions, self.configuration.regions, strict=True):
            if own is region:
                return tree.vector_buckets
        raise KeyError(region.name)


def knowledge_bases_of(configuration: Configuration) -> Iterator[KnowledgeBaseIn]:
    """All entries of `knowledge_bases` that were not refused."""
    section = configuration.root.mapping.get("knowledge_bases")
    for key, node in section.mapping.items() if section is not None else ():
        if not node.broken:
            found = tuple(
                (region, knowledge_base)
                for region in configuration.environment.regions
                for knowledge_base in region.knowledge_bases
                if knowledge_base.key == key
            )
            yield KnowledgeBaseIn(configuration, key, node, found)
