"""Every rule on an environment that was resolved, in one pass."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.model import Index, VectorBucket
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rules import (
    access,
    backend,
    buckets,
    encryption,
    history,
    indexes,
    outputs,
    regions,
    tags,
)
from vectorform.language.rules.subjects import (
    AccessIn,
    BucketIn,
    Configuration,
    Encrypted,
    Tagged,
    knowledge_bases_of,
)

CHECKS = (
    *regions.CHECKS,
    *backend.CHECKS,
    *history.CHECKS,
    outputs.check,
    *buckets.ALL_OF_A_REGION,
    *access.ALL_OF_ENVIRONMENT,
)


def check_rules(configuration: Configuration) -> Iterator[Problem]:
    """What is wrong with an environment, which may have been resolved from an incomplete tree."""
    environment = configuration.environment
    for check in CHECKS:
        yield from check(configuration)
    yield from _tags(
        Tagged(configuration.root, (), environment.tags, environment.tags, bool(environment.access))
    )
    for region, tree in zip(environment.regions, configuration.regions, strict=True):
        for bucket in region.written_vector_buckets:
            node = tree.vector_buckets.mapping[bucket.key]
            yield from _bucket(BucketIn(environment, region, bucket, node))
    for entry in environment.access:
        if entry.knowledge_base is not None:  # nobody wrote it
            continue
        place = AccessIn(configuration, entry, configuration.find("access", entry.key))
        for of_entry in access.CHECKS:
            yield from of_entry(place)
        yield from _tags(Tagged(place.node, place.path, entry.tags, environment.tags, in_iam=True))
    if "knowledge_bases" in configuration.root.mapping:
        yield from _knowledge_bases(configuration)
    if environment.protection_lifted_by:
        from vectorform.language.rules.policies import protection  # few environments have it

        yield from protection.check(configuration)


def _knowledge_bases(configuration: Configuration) -> Iterator[Problem]:
    from vectorform.language.rules import knowledge_bases  # few environments have any

    for of_all in knowledge_bases.ALL_OF_ENVIRONMENT:
        yield from of_all(configuration)
    for of in knowledge_bases_of(configuration):
        for check in knowledge_bases.CHECKS:
            yield from check(of)
        for _, knowledge_base in of.found[:1]:
            own = Tagged(of.node, of.path, knowledge_base.tags, configuration.environment.tags, in_iam=True)
            yield from _tags(own)


def _bucket(within: BucketIn) -> Iterator[Problem]:
    for check in buckets.CHECKS:
        yield from check(within)
    yield from _owner(within, within.bucket, within.node, within.path)
    for child in within.indexes:
        for of_index in indexes.CHECKS:
            yield from of_index(child)
        yield from _owner(within, child.index, child.node, child.path)
        if child.index.embedding_model is not None:
            tagged = Tagged(child.node, child.path, child.index.tags, within.environment.tags, in_iam=False)
            yield from tags.number.check_with_model(tagged)
    for of_all in indexes.ALL_OF_A_BUCKET:
        yield from of_all(within)


def _owner(within: BucketIn, owner: VectorBucket | Index, node: Node, path: Path) -> Iterator[Problem]:
    """What a vector bucket and an index have alike: tags and encryption."""
    yield from _tags(Tagged(node, path, owner.tags, within.environment.tags, in_iam=False))
    if owner.encryption is not None:
        encrypted = Encrypted(within.environment, within.region, owner.encryption, node, path)
        for check in encryption.CHECKS:
            yield from check(encrypted)


def _tags(tagged: Tagged) -> Iterator[Problem]:
    if "tags" in tagged.node.mapping:
        for check in tags.CHECKS:
            yield from check(tagged)
