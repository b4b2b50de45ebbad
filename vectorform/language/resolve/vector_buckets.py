"""Vector buckets and their indexes: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from vectorform.desired.model import Encryption, Expected, Index, IndexBlocks, Retirement, VectorBucket
from vectorform.desired.service_limits import PRESETS
from vectorform.language.nodes import Node, plain
from vectorform.language.resolve.bucket_policies import statements
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import entries, flag, integers, number, source, text, texts

BUCKET_NAME_DEFAULT = "{project}-{bucket}-{environment}"
INDEX_NAME_DEFAULT = "{index}"

# By address, as in `retired`: "bucket" or "bucket/index".
Retired = Mapping[str, Retirement]


def vector_bucket(key: str, node: Node, region: Scope, retired: Retired) -> VectorBucket:
    """A vector bucket as it is in one region."""
    scope = region.at("vector_buckets", key).knowing(bucket=key)
    indexes = [
        _index(index, child, f"{key}/{index}", scope, retired)
        for index, child in entries(node.mapping.get("indexes"))
        if not child.broken
    ]
    return VectorBucket(
        key=key,
        name=scope.fill(node, "name", BUCKET_NAME_DEFAULT),
        encryption=_encryption(node, scope) or Encryption(),
        indexes=tuple(index for index in indexes if not _leaves(index)),
        leaving=tuple(index for index in indexes if _leaves(index)),
        policy_statements=statements(node, scope),
        deletion_protection=flag(node, "deletion_protection", True),
        force_destroy=flag(node, "force_destroy", False),
        index_blocks=_index_blocks(node),
        tags=scope.tags(node),
        unmanaged=cast(Any, text(node, "unmanaged") or "warn"),
        unmanaged_ignore_prefixes=texts(node.mapping.get("unmanaged_ignore_prefixes")),
        retirement=retired.get(key),
        source=source(node),
    )


def _index(key: str, node: Node, address: str, bucket: Scope, retired: Retired) -> Index:
    written = node.mapping
    scope = bucket.at("indexes", key)
    if "name" in written or "tags" in written or "encryption" in written:  # most have no template
        scope = scope.knowing(index=key)
    keys = texts(written.get("non_filterable_metadata_keys"))
    if "preset" in written:
        keys = tuple(dict.fromkeys((*PRESETS.get(text(node, "preset"), ()), *keys)))
    return Index(
        key=key,
        address=address,
        name=scope.fill(node, "name", key),
        dimension=number(node, "dimension") or 1,
        distance_metric=cast(Any, text(node, "distance_metric") or "cosine"),
        non_filterable_metadata_keys=keys,
        encryption=_encryption(node, scope),
        index_mode=cast(Any, text(node, "index_mode") or None),
        tags=scope.tags(node),
        retirement=retired.get(address),
        expected=_expected(written.get("expected")),
        written={member: plain(child) for member, child in written.items()},
        source=source(node),
    )


def _encryption(node: Node, scope: Scope) -> Encryption | None:
    encryption = node.mapping.get("encryption")
    if encryption is None:
        return None
    return Encryption(
        sse_type=cast(Any, text(encryption, "sse_type") or "AES256"),
        kms_key_arn=scope.at("encryption").fill(encryption, "kms_key_arn", "") or None,
        create_key=flag(encryption, "create_key", False),
    )


def _expected(node: Node | None) -> Expected | None:
    if node is None or not isinstance(node.value, dict):
        return None
    names = (member.name for member in fields(Expected))
    figures = {name: number(node, name) for name in names}
    return Expected(**{name: figure for name, figure in figures.items() if figure is not None})


def _index_blocks(bucket: Node) -> IndexBlocks:
    written = tuple(number for number in integers(bucket.mapping.get("index_blocks")) if number > 0)
    return IndexBlocks(written[-1], written[:-1]) if written else IndexBlocks()


def _leaves(index: Index) -> bool:
    """Whether Terraform is to delete or to forget it."""
    return bool(index.retirement and (index.retirement.confirm_destroy or index.retirement.keep))
