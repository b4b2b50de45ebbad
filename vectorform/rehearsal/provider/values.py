"""Values as Terraform sends them (MessagePack, protocol 6) and as the rest of the provider sees them.

An object is a dict with every attribute of its schema, a list or set is a list, null is None, and a
value that is known only after the apply is `UNKNOWN`.
Wire format: Terraform's "object-wire-format" document.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from typing import Any, Final

import msgpack

from vectorform.rehearsal.provider.schema import Block, NestedBlock, TerraformType


class _Unknown(enum.Enum):
    UNKNOWN = "(known after apply)"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown.UNKNOWN
Object = dict[str, Any]


def decode(payload: bytes) -> Any:
    """A MessagePack payload as a value. Every extension is an unknown value, refined or not."""
    if not payload:
        return None
    return msgpack.unpackb(payload, ext_hook=lambda _code, _data: UNKNOWN, strict_map_key=False)


def encode(value: Any) -> bytes:
    """A value as MessagePack."""
    packed: bytes = msgpack.packb(value, default=_encode_unknown)
    return packed


def _encode_unknown(value: Any) -> Any:
    if value is UNKNOWN:
        return msgpack.ExtType(0, b"\x00")
    raise TypeError(f"not a Terraform value: {value!r}")


def from_json(text: bytes, block: Block) -> Object:
    """A state object saved as JSON, in the shape of the schema; attributes it lacks are null."""
    return conform(json.loads(text), block)


def conform(value: Mapping[str, Any], block: Block) -> Object:
    """`value` with exactly the members of `block`: missing ones are null, or an empty list of blocks."""
    result: Object = {
        name: _canonical(value.get(name), attribute.type) for name, attribute in block.attributes.items()
    }
    for name, nested in block.blocks.items():
        result[name] = _conform_nested(value.get(name), nested)
    return result


def _conform_nested(value: Any, nested: NestedBlock) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if nested.nesting == "single":
        return None if value is None else conform(value, nested.block)
    return [item if item is UNKNOWN else conform(item, nested.block) for item in value or []]


def _canonical(value: Any, kind: TerraformType) -> Any:
    """Sets in one order, so that equal sets compare equal as lists."""
    if isinstance(value, list) and isinstance(kind, list) and kind[0] == "set":
        return sorted(value, key=repr)
    return value


def is_known(value: Any) -> bool:
    """Whether `value` is known throughout."""
    if value is UNKNOWN:
        return False
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return True
