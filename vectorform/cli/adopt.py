"""`vectorform adopt`: take what exists in AWS, and Terraform does not know of, into the state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import OutputFormat, complete_stacks
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing
from vectorform.errors import UserError
from vectorform.wording import printable_lines

if TYPE_CHECKING:
    from vectorform.adoption.unknown import Existing, Unknown
    from vectorform.desired.model import Environment, Region


def command(
    stack: Annotated[
        str,
        typer.Argument(
            metavar="STACK",
            help="The stack, by the name that `cdktf deploy` uses.",
            autocompletion=complete_stacks,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be imported; change nothing.")
    ] = False,
    format: OutputFormat = Format.text,
) -> None:
    """Import existing AWS resources into the Terraform state.

    Changes nothing in AWS.

    Use it for "already exists" errors: the state was lost or is old, or the answer to a create call
    never arrived.

    Exit 0: the state has everything; 1: something is missing from it; 2: the check could not run.
    """
    from vectorform.adoption.importing import adopt, pulled
    from vectorform.adoption.unknown import unknown
    from vectorform.cli import documents
    from vectorform.language import load_stacks, project_root
    from vectorform.processes import project
    from vectorform.processes.children import Children

    root = project_root(Path.cwd())
    environment, region = load_stacks(root).place(stack)
    with doing(f"reading the resources in AWS of {stack}"):
        found = _existing(environment, region)
    left: list[Unknown] = []

    def choose(state: str) -> Sequence[Existing]:
        here = unknown(found, state)
        if here.adoptable:
            others = (environment.stack_id(other) for other in environment.regions if other is not region)
            states = {other: pulled(folders[other], binary, children) for other in others}
            here = unknown(found, state, states)
        left.append(here)
        return () if dry_run else here.adoptable

    with (
        project.alone(root) as surroundings,
        Children(cwd=root, environment=surroundings, grace=20.0) as children,
        doing("synthesizing") as tell,
    ):
        binary = project.terraform_binary(surroundings)
        folders = project.synth(root, children, map(environment.stack_id, environment.regions))
        tell(f"reading the state of {stack}")
        adopt(folders[stack], binary, children, choose)
    refused = left[0].occupied or left[0].elsewhere or (dry_run and left[0].adoptable)
    exit_code = 1 if refused else 0
    if format is Format.json:
        print_json(documents.adoption(stack, left[0], dry_run, exit_code))
    else:
        typer.echo(printable_lines(_told(stack, folders[stack].relative_to(root), left[0], dry_run)))
    raise typer.Exit(exit_code)


def _existing(environment: Environment, region: Region) -> list[Existing]:
    """Raises UserError if some resources could not be read: what is not seen could not be adopted."""
    from vectorform.adoption.unknown import existing
    from vectorform.verifier.aws import Aws
    from vectorform.verifier.reading import member, read
    from vectorform.verifier.verify import verify

    aws = Aws.of(environment)

    def key_id(alias: str) -> str:
        answer = read(aws.kms(region.name).describe_key, KeyId=alias)
        return str(member(member(answer, "KeyMetadata"), "KeyId"))

    report = verify(environment, [region], aws=aws)
    unreadable = [finding for finding in report.findings if finding.kind == "unreadable"]
    if unreadable:
        listed = "\n".join(
            f"  {resource.resource}: {resource.actual}: {resource.fix}" for resource in unreadable
        )
        raise UserError(f"nothing was imported, because some resources could not be read:\n{listed}")
    return list(existing(environment, region, report, key_id))


def _told(stack: str, folder: Path, left: Unknown, dry_run: bool) -> str:
    from vectorform.engine import binary

    if not left.adoptable and not left.occupied and not left.elsewhere:
        return f"{stack}: the state has everything that exists in AWS"
    done = "would be imported into the state" if dry_run else "was imported into the state"
    lines = [f"{stack}: {resource.address} {done}: {resource.identifier}" for resource in left.adoptable]
    for resource, other in left.elsewhere:
        lines.append(
            f"{stack}: {resource.identifier} is in the state of {other}, so it was not imported: two "
            "stacks would manage it; if regions have changed places, `vectorform docs regions` has the steps"
        )
    for resource, other in left.occupied:
        lines += [
            f"{stack}: {resource.address} is {resource.identifier} in AWS, but the state has {other} in its "
            "place:",
            f"  find out which of the two is yours; to remove the other from the state: {binary()} "
            f"-chdir={folder} state rm "
            f"'{resource.address}', then vectorform adopt {stack}",
        ]
    if left.adoptable and not dry_run:
        lines.append(
            f"nothing in AWS was changed; to see what differs from the configuration: cdktf plan {stack}"
        )
    return "\n".join(lines)
