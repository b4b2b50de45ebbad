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


def command(
    who: Annotated[
        Who,
        typer.Argument(
            help="deployer: cdktf deploy, destroy; verifier: vectorform verify; guardrail: a service control "
            "policy that keeps bucket policies to protection_lifted_by."
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
    }
    if who is Who.guardrail and not desired.protection_lifted_by:
        message = "names no role that may lift the protection, so there is nothing to guard"
        raise UserError(f"{environment}: {message}; write protection_lifted_by: [its ARN]")
    typer.echo(json.dumps(documents[who](desired), indent=2))
