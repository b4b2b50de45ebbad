"""`vectorform new`: an index, a region or an environment written into the YAML, shown as a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, complete_buckets
from vectorform.cli.change import Change

if TYPE_CHECKING:
    from vectorform.language.nodes import Plain

app = typer.Typer(no_args_is_help=True, help="Add an index, a region or an environment to the YAML.")

_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change, write nothing.")]


@app.command()
def index(
    environment: Env,
    bucket: Annotated[
        str,
        typer.Argument(
            metavar="BUCKET", help="The key of the vector bucket.", autocompletion=complete_buckets
        ),
    ],
    key: Annotated[str, typer.Argument(metavar="INDEX", help="The key of the new index, and its name.")],
    dimension: Annotated[
        int, typer.Option("--dimension", help="Output length of the embedding model, 1 to 4096.")
    ],
    distance_metric: Annotated[
        str, typer.Option("--distance-metric", help="cosine or euclidean.")
    ] = "cosine",
    non_filterable: Annotated[
        list[str] | None,
        typer.Option(
            "--non-filterable", metavar="KEY", help="Metadata that is never filtered on. May be repeated."
        ),
    ] = None,
    preset: Annotated[
        str | None, typer.Option("--preset", help="langchain or bedrock-knowledge-base.")
    ] = None,
    dry_run: _DryRun = False,
) -> None:
    """Add an index to a vector bucket of ENV, in ENV's own file."""
    settings: dict[str, Plain] = {"dimension": dimension, "distance_metric": distance_metric}
    if preset:
        settings["preset"] = preset
    if non_filterable:
        settings["non_filterable_metadata_keys"] = list(non_filterable)
    change = Change.of(environment)
    change.require_place(bucket, key)
    change.add_entry(("vector_buckets", bucket, "indexes", key), settings)
    change.finish(dry_run)


@app.command()
def region(
    environment: Env,
    name: Annotated[str, typer.Argument(metavar="REGION", help="The region, such as us-east-1.")],
    dry_run: _DryRun = False,
) -> None:
    """Add a region to ENV, after the ones that it has."""
    change = Change.of(environment)
    change.add_region(name)
    change.finish(dry_run)


@app.command()
def environment(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new environment.")],
    account_id: Annotated[str, typer.Option("--account-id", help="The AWS account: 12 digits.")],
    regions: Annotated[
        list[str], typer.Option("--region", help="A region; the first is home. May be repeated.")
    ],
    extends: Annotated[
        list[str] | None,
        typer.Option("--extends", metavar="FILE", help="A file of config/ to start from. May be repeated."),
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", help="What it belongs to, if nothing is extended.")
    ] = None,
    dry_run: _DryRun = False,
) -> None:
    """Write config/NAME.yaml."""
    values: dict[str, Plain] = {}
    if extends:
        values["extends"] = [_in_config(file) for file in extends]
    if project:
        values["project"] = project
    values |= {"account_id": account_id, "regions": list(regions)}
    if not extends:
        values["vector_buckets"] = {"documents": {"indexes": {}}}
    change = Change.starting(name)
    change.create(values)
    change.finish(dry_run)


def _in_config(file: str) -> str:
    return file.removeprefix("./").removeprefix("config/")
