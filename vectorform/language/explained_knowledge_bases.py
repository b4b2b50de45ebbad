"""What `vectorform explain` says of knowledge bases: their defaults, and what the names come out as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vectorform.desired.knowledge_base_roles import own_role
from vectorform.desired.model import DataSource, Environment, KnowledgeBase
from vectorform.desired.model.defaults import default
from vectorform.language.default_layer import DEFAULT
from vectorform.language.nodes import Node, Path
from vectorform.language.resolve.knowledge_bases import (
    DATA_SOURCE_NAME_DEFAULT,
    NAME_DEFAULT,
    ROLE_NAME_DEFAULT,
)

_BEDROCKS_CHUNKS = "cut as Bedrock does by default, in chunks of about 300 tokens"


def effective(section: Node) -> Node:
    """The section with the defaults written out. The model of an index is in `comments`."""
    return replace(section, value={key: _knowledge_base(node) for key, node in section.mapping.items()})


def comments(environment: Environment) -> dict[Path, str]:
    """What is not written: names of the home region, the model of the index, and who works for it."""
    return dict(_comments(environment))


def _comments(environment: Environment) -> Iterator[tuple[Path, str]]:
    seen: dict[str, KnowledgeBase] = {}
    for region in environment.regions:
        for of in region.knowledge_bases:
            seen.setdefault(of.key, of)
    roles = {access.key: access.role.name for access in environment.access if access.role}
    for key, of in seen.items():
        path: Path = ("knowledge_bases", key)
        yield path, f"embeds with {of.embedding_model}"
        yield (*path, "name"), of.name
        if own_role(key) in roles:
            yield (*path, "role", "name"), roles[own_role(key)]
        for source in of.data_sources:
            within: Path = (*path, "data_sources", source.key)
            yield (*within, "name"), source.name
            if source.chunking is None:
                yield within, _BEDROCKS_CHUNKS


def _knowledge_base(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    role = node.mapping.get("role", Node({}, DEFAULT, 0, 0))
    if "access" not in role.mapping:
        role = _with(role, {"name": _scalar(ROLE_NAME_DEFAULT)})
    written = {"name": _scalar(NAME_DEFAULT), **node.mapping, "role": role}
    if "data_sources" in written:
        sources = written["data_sources"]
        each = {key: _data_source(child) for key, child in sources.mapping.items()}
        written["data_sources"] = replace(sources, value=each)
    return replace(node, value=written)


def _data_source(node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    policy = _scalar(default(DataSource, "deletion_policy"))
    return _with(node, {"name": _scalar(DATA_SOURCE_NAME_DEFAULT), "deletion_policy": policy})


def _with(node: Node, defaults: Mapping[str, Node]) -> Node:
    return replace(
        node, value={**{k: v for k, v in defaults.items() if k not in node.mapping}, **node.mapping}
    )


def _scalar(value: str) -> Node:
    return Node(value, DEFAULT, 0, 0)
