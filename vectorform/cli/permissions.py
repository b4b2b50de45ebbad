"""`vectorform permissions`: who may plan, deploy and verify an environment, and the guardrail around it."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vectorform.cli.arguments import OptionalEnv
from vectorform.cli.output import print_json

if TYPE_CHECKING:
    from vectorform.desired.model import Environment


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
            help="planner: rollout --dry-run; deployer: cdktf deploy, destroy; verifier: vectorform verify; "
            "syncer: vectorform sync; "
            "guardrail: a service control policy that keeps bucket policies to protection_lifted_by; key: "
            "what the policies of KMS keys of your own (kms_key_arn) need."
        ),
    ],
    environment: OptionalEnv = None,
    github: Annotated[
        str | None,
        typer.Option(
            metavar="ORG/REPO",
            help="Also print the trust policy for this repository's jobs. If it was created since July"
            " 2026: ORG@ID/REPO@ID.",
        ),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(help="policy: the policy alone; json: with the environment and the trust policy."),
    ] = Format.policy,
) -> None:
    """Print the IAM policy to plan, deploy or verify.

    Or the service control policy around an environment (guardrail), or what the policies of your own
    KMS keys need (key).
    """
    from vectorform.desired import permissions
    from vectorform.errors import UserError
    from vectorform.language import load, project_root

    root = project_root(Path.cwd())
    desired = load(environment or _only(root), root)
    documents = {
        Who.planner: permissions.planner,
        Who.deployer: permissions.deployer,
        Who.verifier: permissions.verifier,
        Who.syncer: permissions.syncer,
        Who.guardrail: permissions.guardrail,
        Who.key: permissions.key,
    }
    document = documents[who](desired)
    if not document["Statement"]:
        raise UserError(f"{desired.name}: {_NOTHING.get(who, 'it deploys nothing')}")
    trust = _trust(desired, who, github) if github else None
    if format is Format.policy and trust is None:
        print_json(document)
        return
    both = {"environment": desired.name, "who": who.value, "policy": document, "trust": trust}
    print_json(both)


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
