"""The plan of a stack as if nothing in it were protected: only so does Terraform say all that would go.

Terraform plans in a folder next to the stack's, with a copy of its JSON that lacks `prevent_destroy`, and the
refusal of another embedding model. Nothing is applied, no lock is taken, and the folder is removed. Where
plans are made in HCP Terraform, this one is made here, of the state as it is there: a run without protection
must not wait there for somebody's approval.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vectorform.desired import addresses
from vectorform.plans.changes import Plan, parse_plan
from vectorform.processes.children import Children
from vectorform.processes.scratch import Document, output, scratch, succeed


def plan_without_protection(folder: Path, binary: str, children: Children, *, destroy: bool = False) -> Plan:
    """The plan of the synthesized stack in `folder`, or of its destruction.

    Raises UserError when Terraform cannot make it.
    """
    stack = folder.name
    options = [*_PLAN_OPTIONS, *(["-destroy"] if destroy else [])]
    with scratch(folder, _unprotect, binary, children, on_copy=True) as terraform:
        succeed(terraform, stack, "plan", *options)
        shown = output(terraform, stack, "show", "-json", "-no-color", "plan")
    return replace(parse_plan(shown, stack, stack), stack=stack)


_PLAN_OPTIONS = ["-input=false", "-no-color", "-lock=false", "-out=plan"]


def _unprotect(document: Document) -> None:
    for type_, blocks in document.get("resource", {}).items():
        for name, block in blocks.items():
            lifecycle = block.get("lifecycle")
            if isinstance(lifecycle, dict):
                lifecycle.pop("prevent_destroy", None)
                if f"{type_}.{name}".startswith(addresses.EMBEDDING_MODELS):
                    lifecycle.pop("postcondition", None)
