"""`vectorform outputs`: the names and ARNs that an application needs."""

from __future__ import annotations

import enum
import shlex
from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import Env
from vectorform.cli.output import print_json


class Format(enum.StrEnum):
    """What they are printed as."""

    json = "json"
    dotenv = "dotenv"
    sh = "sh"


def command(
    environment: Env,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="REGION",
            help="With dotenv and sh: the application's region. Default: the home region.",
        ),
    ] = None,
    format: Annotated[
        Format, typer.Option(help="json: all regions; dotenv: KEY=value lines; sh: export lines.")
    ] = Format.json,
) -> None:
    """Print the names and ARNs that an application needs.

    It reads the configuration and not AWS: the environment need not be deployed.
    """
    from vectorform.desired.outputs import outputs, variables
    from vectorform.errors import UserError
    from vectorform.language import load, project_root

    desired = load(environment, project_root(Path.cwd()))
    if format is Format.json:
        if region:
            raise UserError("--region is for dotenv and sh: json has every region")
        print_json(outputs(desired))
        return
    regions = {known.name: known for known in desired.regions}
    if region is not None and region not in regions:
        raise UserError(f"{desired.name} has no region {region}; it has {', '.join(regions)}")
    for name, value in variables(desired, regions[region or desired.home.name]).items():
        typer.echo(f"export {name}={shlex.quote(value)}" if format is Format.sh else f"{name}={value}")
