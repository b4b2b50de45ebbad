"""`vectorform permissions`: who may deploy and verify an environment, and the guardrail around it."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Annotated

import typer


class Who(enum.StrEnum):
    """Whose permissions."""

    deployer = "deployer"
    verifier = "verifier"
    guardrail = "guardrail"
    key = "key"


# Why a document would be empty.
_NOTHING = {
    Who.guardrail: "it names no role that may lift the protection; write protection_lifted_by: [its ARN]",
    Who.key: "it brings no KMS key: the policies of created keys have all that they need",
}


def command(
    who: Annotated[
        Who,
        typer.Argument(
            help="deployer: cdktf deploy, destroy; verifier: vectorform verify; guardrail: a service control "
            "policy that keeps bucket policies to protection_lifted_by; key: what the policies of KMS keys "
            "of your own (kms_key_arn) need."
        ),
    ],
    environment: Annotated[str, typer.Argument(help="The environment: config/ENVIRONMENT.yaml.")],
) -> None:
    """Print the policy, as JSON, of who deploys or verifies an environment, or the guardrail around it."""
    from vectorform.desired import permissions
    from vectorform.errors import UserError
    from vectorform.language import load, project_root

    desired = load(environment, project_root(Path.cwd()))
    documents = {
        Who.deployer: permissions.deployer,
        Who.verifier: permissions.verifier,
        Who.guardrail: permissions.guardrail,
        Who.key: permissions.key,
    }
    document = documents[who](desired)
    if not document["Statement"]:
        raise UserError(f"{environment}: {_NOTHING.get(who, 'it deploys nothing')}")
    typer.echo(json.dumps(document, indent=2))
