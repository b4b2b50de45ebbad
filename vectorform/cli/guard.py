"""`vectorform guard`: what would a plan lose, and what is the safe way?"""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import OutputFormat, complete_stacks
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing
from vectorform.errors import UserError
from vectorform.guard import COMPARED_KEYS

if TYPE_CHECKING:
    from vectorform.desired.model import Environment, Region
    from vectorform.language import Stacks
    from vectorform.plans.changes import Plan

_STDIN = "-"


def command(
    plans: Annotated[
        list[str],
        typer.Argument(
            metavar="PLAN.json|STACK...",
            autocompletion=complete_stacks,
            help="Stacks to plan, JSON of plans, or the output of a Terraform run that refused. - is stdin.",
        ),
    ],
    stack: Annotated[
        str | None,
        typer.Option("--stack", metavar="STACK", help="The stack of a plan that does not name it."),
    ] = None,
    destroy: Annotated[
        bool, typer.Option("--destroy", help="Check what `cdktf destroy` of the stacks would delete.")
    ] = False,
    count: Annotated[
        bool,
        typer.Option(
            "--count/--no-count", help="Count and compare the vectors that would be lost (reads from AWS)."
        ),
    ] = True,
    compare_keys: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Look up at most N keys of a retired index in its replacement."
        ),
    ] = COMPARED_KEYS,
    format: OutputFormat = Format.text,
) -> None:
    """Check Terraform plans for the loss of vectors.

    Prints the safe way, as YAML that is ready to copy.

    Exit 0: nothing is lost, or only what the YAML has retired; 1: refused; 2: the check could not
    run.
    """
    from vectorform.cli import documents
    from vectorform.guard.contents import inspected
    from vectorform.guard.judgement import judge
    from vectorform.guard.origin import require_own
    from vectorform.guard.report import report
    from vectorform.guard.successors import compared
    from vectorform.language import load_stacks, project_root

    root = project_root(Path.cwd())
    stacks = load_stacks(root)
    judgements = []
    for plan in _plans(plans, stack, root, stacks, destroy):
        environment, region = _place(plan.stack, stacks)
        require_own(plan, environment, region)
        judgement = judge(plan, environment, region)
        if count:
            judgement = inspected(judgement, environment, region)
            judgement = compared(judgement, environment, region, compare_keys, threading.Event())
        judgements.append(judgement)
        if format is Format.json:
            continue
        typer.echo(report(judgement, environment, region), nl=False)
        if plan.stack in plans and not judgement.losses and judgement.known:
            typer.echo(f"  what `cdktf destroy` would delete: vectorform guard {plan.stack} --destroy")
    refused = any(judgement.refused for judgement in judgements)
    exit_code = 1 if refused else 0 if all(judgement.known for judgement in judgements) else 2
    if format is Format.json:
        print_json(documents.guard(judgements, exit_code))
    raise typer.Exit(exit_code)


def _plans(
    names: list[str],
    stack: str | None,
    root: Path,
    stacks: Stacks,
    destroy: bool,
) -> list[Plan]:
    """The plans in the files, and those of the stacks, in the order of the arguments."""
    named = [name for name in names if name in stacks.known]
    if destroy and len(named) < len(names):
        raise UserError("--destroy is for stacks, not for the plan in a file")
    planned = _planned(named, root, destroy) if named else {}
    return [
        plan
        for name in names
        for plan in ([planned[name]] if name in planned else _read(name, stack, stacks))
    ]


def _planned(stacks: list[str], root: Path, destroy: bool) -> dict[str, Plan]:
    from vectorform.guard.planning import plan_without_protection
    from vectorform.processes import project
    from vectorform.processes.children import Children

    plans = {}
    with (
        project.alone(root) as surroundings,
        Children(cwd=root, environment=surroundings, grace=20.0) as children,
        doing("synthesizing") as tell,
    ):
        binary = project.terraform_binary(surroundings)
        folders = project.synth(root, children, stacks)
        for stack in stacks:
            tell(f"planning {stack}")
            plans[stack] = plan_without_protection(folders[stack], binary, children, destroy=destroy)
    return plans


def _read(name: str, stack: str | None, stacks: Stacks) -> list[Plan]:
    from vectorform.desired.lookup import NotThere
    from vectorform.guard.refusal import parse_refusals
    from vectorform.plans.changes import parse_plan, stack_of

    path = Path(name)
    if name != _STDIN and not _is_file(path):
        try:
            stacks.place(name)
        except NotThere as error:
            raise UserError(f"{error}; there is no such file either") from None
    data = sys.stdin.buffer.read() if name == _STDIN else path.read_bytes()
    text = data.decode("utf-8", errors="replace")
    shown = "stdin" if name == _STDIN else name
    if not text.lstrip().startswith(("{", "PK")):
        return parse_refusals(text, shown, stack or _file_stack(path, stacks.known), stacks.known)
    if '"@level"' in text.partition("\n")[0]:
        raise UserError(
            f"{shown}: these are the messages of `plan -json`, not a plan; let guard plan the stack, even "
            f"if the plan is refused: vectorform guard {stack or 'STACK'}"
        )
    plan = parse_plan(data, shown, stack or stack_of(path))
    if plan.stack not in stacks.known and plan.region and not stack:
        # The provider block of the plan tells the region; that is enough where one stack alone has it.
        in_region = [name for name, (_, region) in stacks.known.items() if region.name == plan.region]
        if len(in_region) == 1:
            return [parse_plan(data, shown, in_region[0])]
    return [plan]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False


def _file_stack(path: Path, known: Collection[str]) -> str | None:
    """The stack that a file's place or name tells."""
    from vectorform.plans.changes import stack_of

    stack = stack_of(path)
    return stack if stack in known else None


def _place(stack: str, stacks: Stacks) -> tuple[Environment, Region]:
    from vectorform.desired.lookup import NotThere

    try:
        return stacks.place(stack)
    except NotThere as error:
        raise UserError(
            f"{error}. Without it, the YAML of the plan is unknown; name the stack: --stack"
        ) from None
