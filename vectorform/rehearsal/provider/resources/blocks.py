"""Checks of nested blocks, and the way to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic
from vectorform.rehearsal.provider.validators import spell
from vectorform.rehearsal.provider.values import UNKNOWN, Object


def required_block(config: Object, name: str) -> list[Diagnostic]:
    """Exactly one block of that name (terraform-plugin-framework-validators, `listvalidator`)."""
    blocks = config[name]
    if blocks is UNKNOWN or len(blocks) == 1:
        return []
    if not blocks:
        detail = f"Block {name} must have a configuration value as the provider has marked it as required"
        return [Diagnostic("Invalid Block", detail, (name,))]
    return [at_most_one((name,), len(blocks))]


def at_most_one(path: AttributePath, size: int) -> Diagnostic:
    """The error for a block that may stand once alone."""
    detail = f"Attribute {spell(path)} list must contain at most 1 elements, got: {size}"
    return Diagnostic("Invalid Attribute Value", detail, path)


def nested(
    config: Mapping[str, Any], path: AttributePath, *names: str
) -> Iterator[tuple[AttributePath, Any]]:
    """(path, object) of the blocks that `names` leads to; what is unknown is left out."""
    if not names:
        yield path, config
        return
    blocks = config.get(names[0])
    for position, block in enumerate(blocks if isinstance(blocks, list) else []):
        if isinstance(block, dict):
            yield from nested(block, (*path, names[0], position), *names[1:])


def between(path: AttributePath, value: Any, least: int, most: int | None = None) -> list[Diagnostic]:
    """A number of `least` to `most` (terraform-plugin-framework-validators, `int32validator`)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    if value >= least and (most is None or value <= most):
        return []
    wanted = f"at least {least}" if most is None else f"between {least} and {most}"
    detail = f"Attribute {spell(path)} value must be {wanted}, got: {value}"
    return [Diagnostic("Invalid Attribute Value", detail, path)]
