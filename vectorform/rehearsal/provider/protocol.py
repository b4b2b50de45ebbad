"""Schemas and diagnostics as Terraform's protocol messages (tfplugin6.proto)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic
from vectorform.rehearsal.provider.identities import Identity
from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.schema import Block, FunctionSchema, NestedBlock
from vectorform.rehearsal.provider.values import Object, encode

_NESTING = {
    "single": pb.Schema.NestedBlock.SINGLE,
    "list": pb.Schema.NestedBlock.LIST,
    "set": pb.Schema.NestedBlock.SET,
}
_SEVERITY = {"error": pb.Diagnostic.ERROR, "warning": pb.Diagnostic.WARNING}


def schema_message(block: Block, version: int = 0) -> Any:
    """A block as a Schema message."""
    return pb.Schema(version=version, block=_block(block))


def function_message(function: FunctionSchema) -> Any:
    """A function as a Function message."""
    message = pb.Function(
        parameters=[
            pb.Function.Parameter(name=name, type=json.dumps(kind).encode())
            for name, kind in function.parameters
        ]
    )
    # `return` is a word of Python, and so no keyword argument.
    getattr(message, "return").CopyFrom(pb.Function.Return(type=json.dumps(function.returns).encode()))
    return message


def _block(block: Block) -> Any:
    return pb.Schema.Block(
        attributes=[
            pb.Schema.Attribute(
                name=attribute.name,
                type=json.dumps(attribute.type).encode(),
                required=attribute.required,
                optional=attribute.optional,
                computed=attribute.computed,
                sensitive=attribute.sensitive,
                deprecated=bool(attribute.deprecated),
            )
            for attribute in block.attributes.values()
        ],
        block_types=[_nested(name, nested) for name, nested in block.blocks.items()],
    )


def _nested(name: str, nested: NestedBlock) -> Any:
    block = _block(nested.block)
    block.deprecated = bool(nested.deprecated)
    return pb.Schema.NestedBlock(
        type_name=name,
        block=block,
        nesting=_NESTING[nested.nesting],
        min_items=nested.min_items,
        max_items=nested.max_items,
    )


def dynamic_value(value: Any) -> Any:
    """A value as a DynamicValue message."""
    return pb.DynamicValue(msgpack=encode(value))


def identity_schema_message(identity: Identity) -> Any:
    """An identity as a schema of its own; no version of one has changed yet."""
    attribute = pb.ResourceIdentitySchema.IdentityAttribute
    kind = json.dumps("string").encode()
    required = [attribute(name=name, type=kind, required_for_import=True) for name in identity.required]
    optional = [attribute(name=name, type=kind, optional_for_import=True) for name in identity.optional]
    return pb.ResourceIdentitySchema(identity_attributes=[*required, *optional])


def identity_message(identity: Object | None) -> Any:
    """The identity of one object as a message, or None."""
    return None if identity is None else pb.ResourceIdentityData(identity_data=dynamic_value(identity))


def diagnostic_messages(diagnostics: Iterable[Diagnostic]) -> list[Any]:
    """Diagnostics as messages."""
    return [
        pb.Diagnostic(
            severity=_SEVERITY[diagnostic.severity],
            summary=diagnostic.summary,
            detail=diagnostic.detail,
            attribute=path_message(diagnostic.path) if diagnostic.path else None,
        )
        for diagnostic in diagnostics
    ]


def path_message(path: AttributePath) -> Any:
    """An attribute path as a message."""
    steps = [
        pb.AttributePath.Step(element_key_int=step)
        if isinstance(step, int)
        else pb.AttributePath.Step(attribute_name=step)
        for step in path
    ]
    return pb.AttributePath(steps=steps)
