"""Warnings about what a configuration should no longer set.

Wording: terraform-plugin-sdk (`schema.go`) and terraform-plugin-framework (`fwserver`); the messages are the
provider's own, in `schema.json`. Terraform itself warns of a reference to such an attribute.
"""

from __future__ import annotations

from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.schema import Block
from vectorform.rehearsal.provider.values import Object


def deprecations(block: Block, config: Object, *, legacy: bool) -> list[Diagnostic]:
    """A warning for each attribute and block that is set; `legacy`: the type is written with the older SDK."""
    summary = "Argument is deprecated" if legacy else "Attribute Deprecated"
    return [
        Diagnostic(summary, part.deprecated, (name,), severity="warning")
        for name, part in {**block.attributes, **block.blocks}.items()
        if part.deprecated and config[name] not in (None, [])
    ]
