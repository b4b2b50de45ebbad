"""Knowledge bases and their data sources: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Mapping

from vectorform.desired import embedding_models
from vectorform.desired.attributes import CHUNKING, DATA_SOURCE, KNOWLEDGE_BASE, PARSER
from vectorform.desired.knowledge_base_roles import own_role
from vectorform.desired.model import Access, Chunking, DataSource, KnowledgeBase, Parser, Region, Role
from vectorform.language.nodes import Node
from vectorform.language.resolve.access import managed
from vectorform.language.resolve.policy_texts import statements
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import as_written, entries, source, text

NAME_DEFAULT = "{project}-{knowledge_base}-{environment}"
ROLE_NAME_DEFAULT = "{project}-{knowledge_base}-kb-{environment}"
DATA_SOURCE_NAME_DEFAULT = "{data_source}"
_MISSED_STRATEGY = "none"


def knowledge_bases(section: Node | None, region: Region, environment: Scope) -> tuple[KnowledgeBase, ...]:
    """The knowledge bases whose index is in a region. `environment` knows the region's variables."""
    found = []
    for key, node in entries(section):
        if not node.broken:
            made = _knowledge_base(key, node, region, environment)
            if made is not None:
                found.append(made)
    return tuple(found)


def role_entries(section: Node | None, environment: Scope, regions: Mapping[str, str]) -> tuple[Access, ...]:
    """The access entries of the roles that knowledge bases have of their own."""
    return tuple(
        _role_entry(key, node, environment, regions)
        for key, node in entries(section)
        if not node.broken and "access" not in _role(node).mapping
    )


def _knowledge_base(key: str, node: Node, region: Region, environment: Scope) -> KnowledgeBase | None:
    scope = environment.at("knowledge_bases", key).knowing(knowledge_base=key)
    written = node.mapping.get("index")
    index, arn = None, None
    if written is not None and isinstance(written.value, dict):
        arn = scope.at("index").fill(written, "arn", "")
        if arn.count(":") >= 5 and arn.split(":")[3] != region.name:
            return None
    else:
        index = text(node, "index")
        addresses = {i.address for bucket in region.vector_buckets for i in bucket.written_indexes}
        if index not in addresses:
            return None
    model = scope.fill(node, "embedding_model", "" if index is None else _model_of(region, index))
    return KnowledgeBase(
        key=key,
        name=scope.fill(node, "name", NAME_DEFAULT),
        index=index,
        index_arn=arn,
        embedding_model=model,
        dimensions=_asked_for(model, region, index),
        supplemental_storage=scope.fill(node, "supplemental_storage", "") or None,
        role=text(_role(node), "access") or own_role(key),
        data_sources=tuple(
            _data_source(name, child, scope)
            for name, child in entries(node.mapping.get("data_sources"))
            if not child.broken
        ),
        tags=scope.tags(node),
        source=source(node),
        **as_written(KNOWLEDGE_BASE, node),
    )


def _model_of(region: Region, index: str) -> str:
    """The model that made the vectors of an index; "" where the file does not say."""
    for bucket in region.vector_buckets:
        for own in bucket.written_indexes:
            if own.address == index and own.embedding_model is not None:
                return own.embedding_model.name
    return ""


def _asked_for(model: str, region: Region, index: str | None) -> int | None:
    """The dimension that a model must be asked for; None for its own default, and for unknown models."""
    known = embedding_models.find(model)
    for bucket in region.vector_buckets:
        for own in bucket.written_indexes:
            other = known is not None and own.dimension != known.dimension
            if own.address == index and known is not None and other and known.makes(own.dimension):
                return own.dimension
    return None


def _data_source(key: str, node: Node, knowledge_base: Scope) -> DataSource:
    scope = knowledge_base.at("data_sources", key).knowing(data_source=key)
    bucket = scope.fill(node, "bucket", "")
    arn = scope.fill(node, "arn", f"arn:{scope.values['partition']}:s3:::{bucket}")
    return DataSource(
        key=key,
        name=scope.fill(node, "name", DATA_SOURCE_NAME_DEFAULT),
        bucket_arn=arn if bucket or "arn" in node.mapping else "",
        kms_key_arn=scope.fill(node, "kms_key", "") or None,
        prefix=scope.fill(node, "prefix", "") or None,
        chunking=_chunking(node.mapping.get("chunking")),
        parser=_parser(node.mapping.get("parser"), scope),
        source=source(node),
        **as_written(DATA_SOURCE, node),
    )


def _chunking(node: Node | None) -> Chunking | None:
    if node is None or node.broken or not isinstance(node.value, dict):
        return None
    return Chunking(**{"strategy": _MISSED_STRATEGY, **as_written(CHUNKING, node)})


def _parser(node: Node | None, data_source: Scope) -> Parser | None:
    if node is None or node.broken or not isinstance(node.value, dict):
        return None
    model = data_source.at("parser").fill(node, "model", "") or None
    return Parser(**{"strategy": "data_automation", **as_written(PARSER, node), "model": model})


def _role(node: Node) -> Node:
    return node.mapping.get("role") or Node({}, node.file, node.line, node.column)


def _role_entry(key: str, node: Node, environment: Scope, regions: Mapping[str, str]) -> Access:
    within = environment.at("knowledge_bases", key).knowing(knowledge_base=key)
    scope, role = within.at("role"), _role(node)
    name = scope.fill(role, "name", ROLE_NAME_DEFAULT)
    path = scope.fill(role, "path", "/")
    boundary = scope.policy_texts(role, "permissions_boundary")
    return Access(
        key=own_role(key),
        policy_name=name,
        path=path,
        role=Role(
            name=name,
            path=path,
            permissions_boundary=managed(boundary[0], scope) if boundary and boundary[0] else None,
            statements=statements(role, scope, regions),
        ),
        tags=within.tags(node),
        knowledge_base=key,
        source=source(node),
    )
