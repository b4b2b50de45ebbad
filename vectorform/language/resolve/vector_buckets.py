"""Vector buckets and their indexes: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.desired.attributes import ENCRYPTION, EXPECTED, INDEX, VECTOR_BUCKET
from vectorform.desired.bedrock_models import model_id
from vectorform.desired.embedding_models import find
from vectorform.desired.model import (
    Embedding,
    Encryption,
    Expected,
    Index,
    IndexBlocks,
    Retirement,
    VectorBucket,
)
from vectorform.desired.presets import PRESETS
from vectorform.language.nodes import Node, plain
from vectorform.language.resolve.bucket_policies import access_from, statements
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import as_written, entries, integers, source, text, texts, texts_by_key

BUCKET_NAME_DEFAULT = "{project}-{bucket}-{environment}"
INDEX_NAME_DEFAULT = "{index}"

# What stands for the required keys of an index where the schema missed them: only rules see it.
_MISSED = {"dimension": 1, "distance_metric": "cosine"}
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
        access_from=access_from(node, scope),
        index_blocks=_index_blocks(node),
        tags=scope.tags(node),
        retirement=retired.get(key),
        definition=node.definition or None,
        source=source(node),
        **as_written(VECTOR_BUCKET, node),
    )


def _index(key: str, node: Node, address: str, bucket: Scope, retired: Retired) -> Index:
    written = node.mapping
    scope = bucket.at("indexes", key)
    if "name" in written or "tags" in written or "encryption" in written:  # most have no template
        scope = scope.knowing(index=key)
    embedding = _embedding(written.get("embedding_model"))
    own = {**_MISSED, **_made(embedding), **as_written(INDEX, node)}
    if "preset" in written:
        preset = next((keys for name, keys in PRESETS.items() if name == text(node, "preset")), None)
        keys = (*(preset.keys if preset else ()), *own.get("non_filterable_metadata_keys", ()))
        own["non_filterable_metadata_keys"] = tuple(dict.fromkeys(keys))
    return Index(
        key=key,
        address=address,
        name=scope.fill(node, "name", key),
        embedding_model=embedding,
        encryption=_encryption(node, scope),
        text_search=_text_search(written.get("text_search")),
        tags=scope.tags(node),
        retirement=retired.get(address),
        expected=_expected(written.get("expected")),
        written={member: plain(child) for member, child in written.items()},
        source=source(node),
        **own,
    )


def _embedding(node: Node | None) -> Embedding | None:
    """The embedding model, by the id that its name means: a text, or a map with what it was before."""
    if node is None or node.broken:
        return None
    name = node.value if isinstance(node.value, str) else text(node, "name")
    was = tuple(map(model_id, texts(node.mapping.get("was"))))
    return Embedding(model_id(name), was, text(node, "reason") or None) if name else None


def _made(embedding: Embedding | None) -> dict[str, Any]:
    """What the vectors of a model are, unless the index says it."""
    model = find(embedding.name) if embedding is not None else None
    return {"dimension": model.dimension, "distance_metric": model.distance_metric} if model else {}


def _text_search(node: Node | None) -> Any:
    """The languages by metadata key; {} says that nothing is searched, None that AWS's is left alone."""
    if node is None or node.broken or not isinstance(node.value, dict):
        return None
    return texts_by_key(node)


def _encryption(node: Node, scope: Scope) -> Encryption | None:
    encryption = node.mapping.get("encryption")
    if encryption is None:
        return None
    return Encryption(
        kms_key_arn=scope.at("encryption").fill(encryption, "kms_key_arn", "") or None,
        **as_written(ENCRYPTION, encryption),
    )


def _expected(node: Node | None) -> Expected | None:
    if node is None or not isinstance(node.value, dict):
        return None
    return Expected(**as_written(EXPECTED, node))


def _index_blocks(bucket: Node) -> IndexBlocks:
    written = tuple(number for number in integers(bucket.mapping.get("index_blocks")) if number > 0)
    return IndexBlocks(written[-1], written[:-1]) if written else IndexBlocks()


def _leaves(index: Index) -> bool:
    """Whether Terraform is to delete or to forget it."""
    return index.retirement is not None and index.retirement.removes
