"""Import into a stack's state, in one plan that can do nothing else.

Terraform works next to the stack's folder, with a copy of its JSON that has `import` blocks and ignores every
difference: what AWS has is taken as it is, and the next plan of the stack itself tells what differs. Of a
state in HCP Terraform it takes a copy and pushes it when it is done: no run that only imports waits there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from vectorform.adoption.unknown import Existing
from vectorform.errors import UserError
from vectorform.plans.changes import parse_plan
from vectorform.processes.children import Children
from vectorform.processes.scratch import Document, give_back, output, scratch, succeed

_PLAN = "plan"
_IMPORTS = "imports.tf.json"
# After an import the provider may set arguments that AWS knows nothing of, such as force_destroy. It is
# an update only in Terraform's words: the configuration, being ignored, cannot bring about another one.
_HARMLESS = ("imported", "unchanged", "read", "updated")


class NotOnlyImports(UserError):
    """Terraform would do more than import."""

    exit_code = 1


def adopt(folder: Path, binary: str, children: Children, choose: Callable[[str], Sequence[Existing]]) -> None:
    """Import what `choose` picks into the state of the stack in `folder`. Nothing in AWS is changed.

    `choose` gets the state as text, empty where there is none. Raises UserError when Terraform cannot, and
    then the state is as it was; NotOnlyImports.
    """
    stack = folder.name
    with scratch(folder, _ignore_differences, binary, children, on_copy=True) as terraform:
        found = choose(output(terraform, stack, "state", "pull"))
        if not found:
            return
        blocks = {"import": [{"to": resource.address, "id": resource.identifier} for resource in found]}
        (terraform.folder / _IMPORTS).write_text(json.dumps(blocks), encoding="utf-8")
        targets = [f"-target={resource.address}" for resource in found]
        succeed(terraform, stack, "plan", "-input=false", "-no-color", f"-out={_PLAN}", *targets)
        plan = parse_plan(output(terraform, stack, "show", "-json", "-no-color", _PLAN), stack, stack)
        more = [
            f"{resource.address} would be {resource.action}"
            for resource in plan.changes
            if resource.action not in _HARMLESS
        ]
        if more:
            listed = "\n".join(f"  {line}" for line in more)
            raise NotOnlyImports(
                f"{stack}: nothing was imported, because the apply would do more than that:\n{listed}"
            )
        succeed(terraform, stack, "apply", "-input=false", "-no-color", _PLAN)
        give_back(terraform, folder)


def pulled(folder: Path, binary: str, children: Children) -> str:
    """The state of the stack in `folder` as text, empty where there is none. Raises UserError."""
    with scratch(folder, lambda _: None, binary, children) as terraform:
        return output(terraform, folder.name, "state", "pull")


def _ignore_differences(document: Document) -> None:
    """No update and no replacement; no move; and an import waits for nothing else."""
    for name in ("moved", "removed"):
        document.pop(name, None)
    for blocks in document.get("resource", {}).values():
        for block in blocks.values():
            block.pop("depends_on", None)
            block["lifecycle"] = {"ignore_changes": "all"}
