"""Terraform's nested blocks from and to the structures of AWS's API, member by member.

The genuine provider does it by name as well (its `internal/framework/flex`): `index_arn` is `indexArn`, a
block is a structure or, under its singular, a list of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.rehearsal.provider.schema import Block
from vectorform.rehearsal.provider.values import Object

Shape = Any  # botocore's StructureShape and its like
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Where the provider has a name of its own.
_NAMES = {"parsing_prompt_text": "parsing_prompt_string"}


def expand(value: Mapping[str, Any], block: Block, shape: Shape) -> dict[str, Any]:
    """The members of `shape` that `value`, an object of `block`, has; what is null is left out."""
    members: dict[str, Any] = {}
    for member, name, kind in _pairs(block, shape):
        given = value.get(name)
        if given is None or (name in block.blocks and not given):
            continue
        members[member] = _expanded(given, block, name, kind)
    return members


def _expanded(given: Any, block: Block, name: str, kind: Shape) -> Any:
    if name not in block.blocks:
        return given
    nested = block.blocks[name].block
    if kind.type_name == "list":
        return [expand(each, nested, kind.member) for each in given]
    return expand(given[0], nested, kind)


def flatten(answer: Mapping[str, Any], block: Block, shape: Shape) -> Object:
    """The attributes and blocks of `block` that the members of an answer make; the others are left out."""
    found: Object = {}
    for member, name, kind in _pairs(block, shape):
        given = answer.get(member)
        if name not in block.blocks:
            found[name] = given
        elif given is None:
            found[name] = []
        else:
            nested = block.blocks[name].block
            items = given if kind.type_name == "list" else [given]
            inner = kind.member if kind.type_name == "list" else kind
            found[name] = [flatten(item, nested, inner) for item in items]
    return found


def _pairs(block: Block, shape: Shape) -> Iterator[tuple[str, str, Shape]]:
    """(member, attribute or block, the member's shape) of what both have."""
    for member, kind in shape.members.items():
        name = _WORD.sub("_", member).lower()
        name = _NAMES.get(name, name)
        for candidate in (name, name.removesuffix("s")):
            if candidate in block.attributes or candidate in block.blocks:
                yield member, candidate, kind
                break
