"""`moved: {keys: ...}`: from a key of `keys` that is gone to one that is there, with the same alias."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.former_keys import current_key
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.resolve import KEY_ALIAS_DEFAULT
from vectorform.language.rules.history.moved import (
    CIRCLE,
    NAME_CHANGES,
    NO_ENTRY,
    STILL_THERE,
    TWO_INTO_ONE,
)
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show


def check(configuration: Configuration) -> Iterator[Problem]:
    """Each move by itself, and against those before it."""
    moved = configuration.environment.moved_keys
    if not moved or configuration.find("keys").broken:
        return
    nodes = configuration.find("moved", "keys").mapping
    keys = configuration.find("keys").mapping if "keys" in configuration.root.mapping else {}
    targets: dict[str, str] = {}
    for old, new in moved.items():
        path: Path = ("moved", "keys", old)
        current = current_key(moved, old)
        if current is None:
            hint = "write each from the former key to the new one"
            yield CIRCLE.at(nodes[old], path, "the moves lead in a circle", hint)
            return
        if old in keys:
            hint = "only a key that is gone can have been moved"
            yield STILL_THERE.at(nodes[old], path, f"there still is a key {show(old)}", hint)
        elif current not in keys:
            message = f"`keys` has no {show(current)}"
            yield NO_ENTRY.at(nodes[old], path, message, did_you_mean(current, list(keys)))
        elif new in targets:
            message = f"{show(targets[new])} has been moved there too"
            yield TWO_INTO_ONE.at(nodes[old], path, message, "two keys cannot become one")
        else:
            yield from _same_alias(old, current, keys[current])
        targets.setdefault(new, old)


def _same_alias(old: str, current: str, node: Node) -> Iterator[Problem]:
    """An alias that is made from the name would change with it: Terraform would delete a protected one."""
    alias = node.mapping.get("alias")
    template = str(alias.value) if alias is not None else KEY_ALIAS_DEFAULT
    if "{key}" in template and not node.broken:
        former = template.removeprefix("alias/").replace("{key}", old)
        hint = f'a renamed key keeps its alias: write alias: "{former}"'
        path: Path = ("keys", current, "alias")
        yield NAME_CHANGES.at(
            alias or node, path, "the alias would change with the name", hint, key=alias is None
        )
