"""What each resource has: `schema.json` (the real provider's schemas) as frozen dataclasses.

The types are Terraform's own JSON type expressions, e.g. `"string"` or `["map", "string"]`
(Terraform documentation, "JSON Output Format", schema representation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TerraformType = Any  # a string, or a list whose head names the kind of collection
_WHEN_CONFIGURED = " (when configured)"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. Computed without optional: only the provider may set it.

    `deprecated` is what the provider says to anybody who sets it, or nothing.
    """

    name: str
    type: TerraformType
    required: bool = False
    optional: bool = False
    computed: bool = False
    sensitive: bool = False
    deprecated: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Attributes and nested blocks, by name."""

    attributes: Mapping[str, Attribute]
    blocks: Mapping[str, NestedBlock]


@dataclass(frozen=True, slots=True)
class NestedBlock:
    """A nested block. `nesting` is single, list or set; `max_items` 0 means no limit."""

    nesting: str
    block: Block
    min_items: int = 0
    max_items: int = 0
    deprecated: str = ""


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """A resource type. `replace_on`: a change of these means a new object.

    `replace_on_configured` do so only while the configuration sets them.
    """

    type_name: str
    version: int
    block: Block
    replace_on: frozenset[str] = frozenset()
    replace_on_configured: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FunctionSchema:
    """A function: its parameters, each with its type, and the type of what it returns."""

    parameters: tuple[tuple[str, TerraformType], ...]
    returns: TerraformType


@dataclass(frozen=True, slots=True)
class ProviderSchema:
    """The provider block, `provider_meta`, every resource type, data source and function."""

    provider: Block
    meta: Block
    resources: Mapping[str, ResourceSchema] = field(default_factory=dict)
    data_sources: Mapping[str, Block] = field(default_factory=dict)
    functions: Mapping[str, FunctionSchema] = field(default_factory=dict)


@cache
def provider_schema() -> ProviderSchema:
    """`schema.json`, parsed once per process."""
    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    document = json.loads(text)
    replacement: dict[str, list[str]] = document["forces_replacement"]
    return ProviderSchema(
        provider=_block(document["provider"]["block"]),
        meta=_block(document["provider_meta"]["block"]),
        resources={
            type_name: _resource(type_name, schema, replacement.get(type_name, []))
            for type_name, schema in document["resource_schemas"].items()
        },
        data_sources={
            type_name: _block(schema["block"])
            for type_name, schema in document["data_source_schemas"].items()
        },
        functions={
            name: FunctionSchema(tuple(map(tuple, function["parameters"])), function["return"])
            for name, function in document["functions"].items()
        },
    )


def _resource(type_name: str, schema: dict[str, Any], replacement: list[str]) -> ResourceSchema:
    block = _block(schema["block"])
    always = {name for name in replacement if not name.endswith(_WHEN_CONFIGURED)}
    if "region" in block.attributes:
        # Provider 6 gives every regional resource a region of its own; another region is another object.
        always.add("region")
    return ResourceSchema(
        type_name=type_name,
        version=schema["version"],
        block=block,
        replace_on=frozenset(always),
        replace_on_configured=frozenset(
            name.removesuffix(_WHEN_CONFIGURED) for name in replacement if name.endswith(_WHEN_CONFIGURED)
        ),
    )


def _block(document: dict[str, Any]) -> Block:
    return Block(
        attributes={
            name: Attribute(name=name, **attribute)
            for name, attribute in document.get("attributes", {}).items()
        },
        blocks={
            name: NestedBlock(
                nesting=nested["nesting_mode"],
                block=_block(nested["block"]),
                min_items=nested.get("min_items", 0),
                max_items=nested.get("max_items", 0),
                deprecated=nested.get("deprecated", ""),
            )
            for name, nested in document.get("block_types", {}).items()
        },
    )
