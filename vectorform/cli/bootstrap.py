"""`vectorform bootstrap`: what an administrator applies once, before a pipeline can deploy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import NEWER_REPOSITORY
from vectorform.cli.output import print_json


def command(
    environments: Annotated[list[str], typer.Argument(metavar="ENV...", help="Environments of one account.")],
    github: Annotated[
        str,
        typer.Option(
            metavar="ORG/REPO",
            help=f"The repository whose jobs may assume the roles. {NEWER_REPOSITORY}",
        ),
    ],
) -> None:
    """Print what a pipeline needs in AWS, as Terraform JSON.

    The state buckets, the OIDC provider for GitHub, and three roles for each environment.
    """
    from vectorform.bootstrap.document import bootstrap
    from vectorform.errors import UserError
    from vectorform.language import load, project_root

    root = project_root(Path.cwd())
    desired = [load(name, root) for name in dict.fromkeys(environments)]
    try:
        print_json(bootstrap(desired, github))
    except ValueError as error:
        raise UserError(f"--github: {error}") from None
