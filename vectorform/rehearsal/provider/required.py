"""Required arguments that are null: Terraform itself looks only at whether they are written.

Wording: terraform-plugin-framework (`fwserver/attribute_validation.go`) and terraform-plugin-sdk (`schema`).
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic
from vectorform.rehearsal.provider.schema import Block
from vectorform.rehearsal.provider.validators import spell
from vectorform.rehearsal.provider.values import Object


def check_required(
    block: Block, config: Object, legacy: bool, path: AttributePath = ()
) -> Iterator[Diagnostic]:
    """Every required attribute that is null, in nested blocks too. `legacy`: of the older SDK."""
    for name, attribute in block.attributes.items():
        if attribute.required and config[name] is None:
            yield _missing((*path, name), legacy)
    for name, nested in block.blocks.items():
        value = config[name]
        blocks = value if isinstance(value, list) else [value]
        for position, inner in enumerate(blocks):
            if isinstance(inner, dict):
                where = (*path, name) if nested.nesting == "single" else (*path, name, position)
                yield from check_required(nested.block, inner, legacy, where)


def _missing(path: AttributePath, legacy: bool) -> Diagnostic:
    if legacy:
        detail = f'The argument "{path[-1]}" is required, but no definition was found.'
        return Diagnostic("Missing required argument", detail, path)
    detail = (
        f"Must set a configuration value for the {spell(path)} attribute as the provider has marked it as "
        "required.\n\nRefer to the provider documentation or contact the provider developers for additional "
        "information about configurable attributes that are required."
    )
    return Diagnostic("Missing Configuration for Required Attribute", detail, path)
