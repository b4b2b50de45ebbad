"""What a tree holds, taken out with its type; what is missing or was refused counts as not written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

from vectorform.desired.attributes import Attributes
from vectorform.desired.model import Source
from vectorform.language.nodes import Node, Plain, plain


def source(node: Node) -> Source:
    """Where the key of a node is written."""
    return Source(node.file, *node.key_position)


def entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Key and value of a mapping, in the order of the file."""
    return iter(node.mapping.items()) if node is not None else iter(())


def sound(node: Node | None) -> list[Node]:
    """The items of a list that were not refused."""
    return [item for item in node.items if not item.broken] if node is not None else []


def text(node: Node, key: str) -> str:
    """The text at a key, or ""."""
    child = node.mapping.get(key)
    return child.value if child is not None and isinstance(child.value, str) and not child.broken else ""


def flag(node: Node | None, key: str) -> bool | None:
    """The truth value at a key, or None."""
    child = node.mapping.get(key) if node is not None else None
    return child.value if child is not None and isinstance(child.value, bool) else None


def number(node: Node, key: str) -> int | None:
    """The whole number at a key, or None."""
    child = node.mapping.get(key)
    value = child.value if child is not None and not child.broken else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def texts(node: Node | None) -> tuple[str, ...]:
    """A list of texts; a single text counts as a list of one."""
    if node is None:
        return ()
    value: Plain = plain(node)
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def integers(node: Node | None) -> tuple[int, ...]:
    """A list of integers; a single one counts as a list of one."""
    if node is None or node.broken:
        return ()
    values = [item.value for item in sound(node)] if isinstance(node.value, list) else [node.value]
    return tuple(value for value in values if isinstance(value, int) and not isinstance(value, bool))


def as_written(table: Attributes, node: Node) -> dict[str, Any]:
    """The fields of a class of the model that are passed on as they are written, by their names.

    What is left out or was refused is not among them, so that it has the model's default.
    """
    found: dict[str, Any] = {}
    for row in table:
        key = row.yaml_key
        if row.form is None or key not in node.mapping or node.mapping[key].broken:
            continue
        value: Any
        match row.form:
            case "text":
                value = text(node, key) or None
            case "number":
                value = number(node, key)
            case "flag":
                value = flag(node, key)
            case "texts":
                value = texts(node.mapping[key])
            case other:
                assert_never(other)
        if value is not None:
            found[row.field] = value
    return found


def texts_by_key(node: Node | None) -> dict[str, str]:
    """The texts of a mapping."""
    return {
        key: child.value for key, child in entries(node) if isinstance(child.value, str) and not child.broken
    }
