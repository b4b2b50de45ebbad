"""Whether a deploy has left anything to change: what Terraform plans next, stack by stack.

The states would not tell. A refresh writes what others compute into them (`attachment_count` of a policy,
`managed_policy_arns` of a role), and an apply that changes the same thing every time leaves the same state.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from vectorform.processes.children import Children
from vectorform.processes.project import terraform_binary
from vectorform.rehearsal.failure import RehearsalFailed
from vectorform.wording import printable

_PLAN = ("plan", "-input=false", "-no-color", "-detailed-exitcode")
_EMPTY, _CHANGES = 0, 2  # exit codes of `plan -detailed-exitcode` (Terraform documentation, "Command: plan")
_GRACE_SECONDS = 20.0


def nothing_left_to_change(folders: Iterable[Path], root: Path, surroundings: Mapping[str, str]) -> bool:
    """Plan the initialised stacks in `folders`, all at once, and show the plans on stderr.

    Raises RehearsalFailed where that fails.
    """
    settled = True
    with Children(cwd=root, environment=surroundings, grace=_GRACE_SECONDS) as children:
        binary = terraform_binary(surroundings)
        plans = {folder: children.start([binary, *_PLAN], cwd=folder) for folder in folders}
        for folder, plan in plans.items():
            lines = [printable(line) for line in plan.lines()]
            exit_code = children.finish(plan)
            if exit_code not in (_EMPTY, _CHANGES):
                raise RehearsalFailed(
                    "\n".join([*lines, f"`{Path(binary).name} plan` of {folder.name} failed"])
                )
            sys.stderr.writelines(f"{folder.name}  {line}\n" for line in lines if line.strip())
            sys.stderr.flush()
            settled = settled and exit_code == _EMPTY
    return settled
