"""Nested blocks out of rows: a `dynamic` block for each, written only where a row has something in it.

AWS's plain data becomes Terraform's: names in snake case, a structure as a list of one block.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# What a type of block may have in it, by name: None for an attribute, a Shape for a block.
Shape = Mapping[str, Any]
_CAPITAL = re.compile(r"(?<!^)([A-Z])")


def snake_case(name: str) -> str:
    """`embeddingModelArn` as Terraform's AWS provider calls it."""
    return _CAPITAL.sub(r"_\1", name).lower()


def row(shape: Shape, request: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """The members of a request that a shape has, all present; `renamed` are the provider's own names."""
    named = {renamed.get(name, snake_case(name)): value for name, value in request.items()}
    made: dict[str, Any] = {}
    for name, inner in shape.items():
        value = named.get(name)
        if inner is None:
            made[name] = value
        else:
            blocks = value if isinstance(value, list) else [] if value is None else [value]
            made[name] = [row(inner, block, renamed) for block in blocks]
    return made


def content(shape: Shape, value: str) -> dict[str, Any]:
    """The body of a block whose members are those of the expression `value`."""
    body: dict[str, Any] = {name: f"${{{value}.{name}}}" for name, inner in shape.items() if inner is None}
    dynamic = {
        name: {"for_each": f"${{{value}.{name}}}", "content": content(inner, f"{name}.value")}
        for name, inner in shape.items()
        if inner is not None
    }
    return {**body, "dynamic": dynamic} if dynamic else body
