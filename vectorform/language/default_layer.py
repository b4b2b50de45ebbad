"""The layer below all files: the defaults that a file can remove, as if a file said them."""

from __future__ import annotations

from dataclasses import replace

from vectorform.language.nodes import Node

DEFAULT = ""  # the file name of what no file says


def defaults(name: str) -> Node:
    """The layer of an environment: what `null` can remove although no file says it."""
    tags = {"Environment": Node(name, DEFAULT, 0, 0)}
    return Node({"tags": Node(dict(tags), DEFAULT, 0, 0)}, DEFAULT, 0, 0)


def with_default_tag(root: Node, name: str) -> Node:
    """The tree without the default tag where a file has one that differs from it in case alone.

    IAM does not tell them apart (IAM User Guide, "Rules for tagging in IAM and AWS STS"). Where all tags of
    the files below were removed, the default stays.
    """
    tags = root.mapping.get("tags", defaults(name).mapping["tags"])
    if not isinstance(tags.value, dict):
        return root
    written = {key.casefold() for key, child in tags.value.items() if child.file != DEFAULT}
    kept = {
        key: child
        for key, child in tags.value.items()
        if child.file != DEFAULT or key.casefold() not in written
    }
    return replace(root, value={**root.mapping, "tags": replace(tags, value=kept)})


def is_default_map(node: Node) -> bool:
    """Whether it is a map that no file says."""
    return node.file == DEFAULT and isinstance(node.value, dict)
