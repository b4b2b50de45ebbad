"""`vectorform permissions`: who may plan, deploy and verify an environment, and the guardrail around it."""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vectorform.cli.arguments import NEWER_REPOSITORY, OptionalEnv
from vectorform.cli.output import print_json

if TYPE_CHECKING:
    from vectorform.desired.holders import Holder
    from vectorform.desired.model import Environment

    Documents = Sequence[tuple[Holder, list[dict[str, Any]]]]


class Who(enum.StrEnum):
    """Whose permissions."""

    planner = "planner"
    deployer = "deployer"
    verifier = "verifier"
    syncer = "syncer"
    guardrail = "guardrail"
    key = "key"


class Format(enum.StrEnum):
    """What is printed: the policy document alone, or an object with the environment and the trust as well."""

    policy = "policy"
    json = "json"


# Why a document would be empty.
_NOTHING = {
    Who.guardrail: "it names no role that may lift the protection; write protection_lifted_by: [its ARN]",
    Who.syncer: "it has no knowledge base",
    Who.key: "it uses no KMS key of your own: created keys have the policies that they need",
}


def command(
    who: Annotated[
        Who,
        typer.Argument(
            metavar="WHO",
            help="planner: rollout --dry-run; deployer: cdktf deploy, destroy; verifier: vectorform verify; "
            "syncer: vectorform sync; "
            "guardrail: a service control policy that keeps bucket policies to protection_lifted_by; key: "
            "what the policies of KMS keys of your own (kms_key_arn) need.",
        ),
    ],
    environment: OptionalEnv = None,
    github: Annotated[
        str | None,
        typer.Option(
            metavar="ORG/REPO",
            help=f"Also print the trust policy for this repository's jobs. {NEWER_REPOSITORY}",
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="json: with the environment, the trust, and who needs which document.")
    ] = Format.policy,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write one file for each managed policy to this folder, each within IAM's size limit.",
        ),
    ] = None,
) -> None:
    """Print the IAM policy to plan, deploy or verify.

    Also the guardrail around an environment, and what the policies of its KMS keys need. Where a role
    is assumed (assume_role of provider or backend), the caller and the role each need a policy of their own.
    """
    from vectorform.errors import UserError
    from vectorform.language import load, project_root

    root = project_root(Path.cwd())
    desired = load(environment or _only(root), root)
    found = _holders(desired, who)
    if not any(holder.policy["Statement"] for holder in found):
        raise UserError(f"{desired.name}: {_NOTHING.get(who, 'it deploys nothing')}")
    trust = _trust(desired, who, github) if github else None
    documents = [(holder, _documents(desired, holder)) for holder in found]
    if write is not None:
        _write(write, who, documents)
    elif format is Format.json or trust is not None:
        print_json(_object(desired, who, trust, documents))
    elif len(found) > 1:
        named = ", ".join(_shown(holder) for holder in found)
        raise UserError(
            f"{desired.name}: each needs a policy of its own: {named}; --write FOLDER writes them, "
            "--format json prints them"
        )
    else:
        from vectorform.desired.service_limits import MAX_MANAGED_POLICY
        from vectorform.desired.statements import characters

        ((holder, parts),) = documents
        print_json(holder.policy)
        if len(parts) > 1 and who not in (Who.guardrail, Who.key):
            length = f"{characters(holder.policy):,} characters, and IAM takes {MAX_MANAGED_POLICY:,}"
            typer.echo(f"{length} in a managed policy: --write FOLDER writes {len(parts)}", err=True)


def _holders(desired: Environment, who: Who) -> tuple[Holder, ...]:
    from vectorform.desired import permissions
    from vectorform.desired.holders import Holder

    match who:
        case Who.guardrail:
            return (Holder("caller", "", permissions.guardrail(desired)),)
        case Who.key:
            return (Holder("caller", "", permissions.key(desired)),)
        case _:
            return permissions.needed(desired, cast("permissions.Who", who.value))


def _documents(desired: Environment, holder: Holder) -> list[dict[str, Any]]:
    from vectorform.desired.statements import TooLong, parts
    from vectorform.errors import UserError

    try:
        return parts(holder.policy)
    except TooLong as error:
        raise UserError(
            f"{desired.name}: the statement {error} is longer than a policy may be, and cannot be split"
        ) from None


def _object(
    desired: Environment,
    who: Who,
    trust: dict[str, Any] | None,
    documents: Documents,
) -> dict[str, Any]:
    """`policy` is that of the user who runs the command."""
    (caller, _), *_ = documents
    return {
        "environment": desired.name,
        "who": who.value,
        "policy": caller.policy,
        "trust": trust,
        "holders": [
            {"name": holder.name, "arn": holder.arn or None, "documents": parts}
            for holder, parts in documents
        ],
    }


def _write(folder: Path, who: Who, documents: Documents) -> None:
    from vectorform.desired.statements import characters

    folder.mkdir(parents=True, exist_ok=True)
    for holder, parts in documents:
        of = f"-{holder.name}" if len(documents) > 1 else ""
        for number, part in enumerate(parts, start=1):
            path = folder / f"{who.value}{of}{f'-{number}' if len(parts) > 1 else ''}.json"
            path.write_text(json.dumps(part, indent=2) + "\n", encoding="utf-8")
            typer.echo(f"{path}: {characters(part):,} characters, for {_shown(holder)}")


def _shown(holder: Holder) -> str:
    return holder.arn or "who runs the command"


def _only(root: Path) -> str:
    from vectorform.errors import UserError
    from vectorform.language import names

    known = names(root)
    if len(known) != 1:
        raise UserError(f"name the environment: {', '.join(known) or 'there is none in config/'}")
    return known[0]


def _trust(desired: Environment, who: Who, repository: str) -> dict[str, Any]:
    from vectorform.desired.pipeline import ROLES, trust
    from vectorform.errors import UserError

    role = next((name for name in ROLES if name == who.value), None)
    if role is None:
        raise UserError(f"--github: {who.value} is not a role; the roles are {', '.join(ROLES)}")
    try:
        return trust(desired, role, repository)
    except ValueError as error:
        raise UserError(f"--github: {error}") from None
