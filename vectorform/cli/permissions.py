"""`vectorform permissions`: the IAM policy that a deployer or a verifier of an environment needs."""

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


def command(
    who: Annotated[Who, typer.Argument(help="deployer: cdktf deploy, destroy; verifier: vectorform verify.")],
    environment: Annotated[str, typer.Argument(help="The environment: config/ENVIRONMENT.yaml.")],
) -> None:
    """Print the IAM policy, as JSON, of who deploys or verifies an environment."""
    from vectorform.desired import permissions
    from vectorform.language import load, project_root

    desired = load(environment, project_root(Path.cwd()))
    document = permissions.deployer if who is Who.deployer else permissions.verifier
    typer.echo(json.dumps(document(desired), indent=2))
