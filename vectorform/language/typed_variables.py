"""Variables that are a list or a map: a value that is one template, `"{name}"`, is the whole of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rules.form import VARIABLE_IN_TEXT
from vectorform.wording import show

_USED = re.compile(r"(?<!\$)\{([^{}]*)\}")


def substituted(root: Node, problems: list[Problem]) -> Node:
    """The environment with those variables filled in; as it is where it has none."""
    variables = root.mapping.get("variables", Node({}, "", 0, 0)).mapping
    typed = {name: node for name, node in variables.items() if isinstance(node.value, dict | list)}
    if not typed:
        return root
    entries = {
        key: child if key == "variables" else _filled(child, typed, (key,), problems)
        for key, child in root.mapping.items()
    }
    return replace(root, value=entries)


def _filled(node: Node, typed: Mapping[str, Node], path: Path, problems: list[Problem]) -> Node:
    value = node.value
    if isinstance(value, str):
        used = [name for name in _USED.findall(value) if name in typed] if "{" in value else []
        if not used:
            return node
        if value == f"{{{used[0]}}}":
            return replace(node, value=typed[used[0]].value)
        kind = "a list" if isinstance(typed[used[0]].value, list) else "a map"
        message = f"the variable {show(used[0])} is {kind}, and cannot be a part of a text"
        hint = f'write "{{{used[0]}}}" as the whole value, or for_each: {used[0]}'
        problems.append(VARIABLE_IN_TEXT.at(node, path, message, hint))
        return replace(node, broken=True)
    if isinstance(value, list):
        items = [_filled(item, typed, (*path, i), problems) for i, item in enumerate(value)]
        return replace(node, value=items)
    if isinstance(value, dict):
        entries = {key: _filled(child, typed, (*path, key), problems) for key, child in value.items()}
        return replace(node, value=entries)
    return node
