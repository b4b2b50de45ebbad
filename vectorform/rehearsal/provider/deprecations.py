"""Warnings about what a configuration should no longer set.

Wording: terraform-plugin-sdk (`schema.go`) and terraform-plugin-framework (`fwserver`); the messages are the
provider's own, in `schema.json`. Terraform itself warns of a reference to such an attribute.
"""

from __future__ import annotations

from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.schema import Block
from vectorform.rehearsal.provider.values import Object


def deprecations(block: Block, config: Object, *, legacy: bool) -> list[Diagnostic]:
    """A warning for each that is set. `legacy`: the type is written with the older SDK."""
    summary = "Argument is deprecated" if legacy else "Attribute Deprecated"
    texts = {name: attribute.deprecated for name, attribute in block.attributes.items()}
    texts |= {name: nested.deprecated for name, nested in block.blocks.items()}
    return [
        Diagnostic(summary, text, (name,), severity="warning")
        for name, text in texts.items()
        if text and config[name] not in (None, [])
    ]
