"""`vectorform new`: an index, a region or an environment written into the YAML, shown as a diff."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, OutputFormat, complete_buckets, complete_indexes
from vectorform.cli.change import Change
from vectorform.cli.output import Format

if TYPE_CHECKING:
    from vectorform.language.nodes import Plain

app = typer.Typer(no_args_is_help=True, help="Add an index, a bucket, a region and more to the YAML.")

_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change; write nothing.")]


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
        int,
        typer.Option("--dimension", metavar="N", help="Output length of the embedding model, 1 to 4096."),
    ],
    distance_metric: Annotated[
        str, typer.Option("--distance-metric", metavar="METRIC", help="cosine or euclidean.")
    ] = "cosine",
    non_filterable: Annotated[
        list[str] | None,
        typer.Option(
            "--non-filterable", metavar="KEY", help="A metadata key that is never filtered on; repeatable."
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="langchain, llamaindex, bedrock-knowledge-base, mem0 or another. Default: none.",
        ),
    ] = None,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Add an index to a vector bucket in ENV's own file."""
    settings: dict[str, Plain] = {"dimension": dimension, "distance_metric": distance_metric}
    if preset:
        settings["preset"] = preset
    if non_filterable:
        settings["non_filterable_metadata_keys"] = list(non_filterable)
    change = Change.of(environment)
    change.require_place(bucket, key)
    change.add_entry(("vector_buckets", bucket, "indexes", key), settings)
    change.finish(dry_run, format)


@app.command()
def region(
    environment: Env,
    name: Annotated[str, typer.Argument(metavar="REGION", help="The region, such as us-east-1.")],
    wave: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Its wave of a rollout: an existing one, or the next. Required if ENV has waves.",
        ),
    ] = None,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Add a region to ENV, after its other regions."""
    change = Change.of(environment)
    change.add_region(name)
    waves = _waves(change, name, wave)
    if waves is not None:
        change.set_value(("rollout", "waves"), waves)
    change.finish(dry_run, format)


def _waves(change: Change, region: str, wave: int | None) -> list[Plain] | None:
    """The waves with the new region in one of them; None where none are written and none was asked for."""
    from vectorform import language
    from vectorform.errors import UserError
    from vectorform.language.nodes import find

    report = language.check(change.name, change.root)
    tree, environment = report.tree, report.required()
    written = tree is not None and find(tree, ("rollout", "waves")).items
    if wave is None and not written:
        return None
    shown = ", ".join(f"--wave {n} ({', '.join(names)})" for n, names in enumerate(environment.waves, 1))
    last = len(environment.waves) + 1
    if wave is None or wave > last:
        what = f"there is no wave {wave}" if wave else f"{change.name} has waves, so choose one"
        raise UserError(f"{what}: {shown}, or --wave {last} for a new one")
    waves: list[Plain] = [
        [*names, region] if n == wave else list(names) for n, names in enumerate(environment.waves, 1)
    ]
    return [*waves, [region]] if wave == last else waves


@app.command()
def bucket(
    environment: Env,
    key: Annotated[str, typer.Argument(metavar="BUCKET", help="The key of the new vector bucket.")],
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Its name in AWS. Default: made of project, key and ENV."),
    ] = None,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Add a vector bucket without indexes to ENV's own file."""
    settings: dict[str, Plain] = {"name": name} if name else {}
    change = Change.of(environment)
    change.add_entry(("vector_buckets", key), {**settings, "indexes": {}})
    change.finish(dry_run, format)


class Permissions(StrEnum):
    """What an access allows."""

    read = "read"
    write = "write"
    read_write = "read-write"
    admin = "admin"


@app.command()
def access(
    environment: Env,
    key: Annotated[str, typer.Argument(metavar="ACCESS", help="The key of the new access entry.")],
    buckets: Annotated[
        list[str],
        typer.Option(
            "--grant",
            metavar="BUCKET[/INDEX]",
            help="A vector bucket, or one of its indexes; repeatable.",
        ),
    ],
    permissions: Annotated[Permissions, typer.Option(help="What the policy allows.")] = Permissions.read,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Add an IAM policy for an application to ENV's own file."""
    grants: dict[str, list[Plain]] = {}
    whole: set[str] = set()
    for grant in buckets:
        name, slash, index = grant.partition("/")
        grants.setdefault(name, []).extend([index] if slash else [])
        whole |= set() if slash else {name}
    change = Change.of(environment)
    change.add_entry(
        ("access", key),
        {
            "permissions": permissions.value,
            "grants": [
                {"bucket": name} if name in whole else {"bucket": name, "indexes": indexes}
                for name, indexes in grants.items()
            ],
        },
    )
    change.finish(dry_run, format)


@app.command("knowledge-base")
def knowledge_base(
    environment: Env,
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of the new knowledge base.")],
    index: Annotated[
        str,
        typer.Option(
            metavar="BUCKET/INDEX", help="The index of its vectors.", autocompletion=complete_indexes
        ),
    ],
    documents: Annotated[
        str,
        typer.Option(metavar="S3-BUCKET[/PREFIX]", help="Where its documents are; {region} is the region."),
    ],
    embedding_model: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="The id of its model. Default: the embedding_model of the index."),
    ] = None,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Add a Bedrock knowledge base to ENV's own file."""
    bucket, _, prefix = documents.removeprefix("s3://").partition("/")
    source: dict[str, Plain] = {"bucket": bucket, **({"prefix": prefix} if prefix else {})}
    settings: dict[str, Plain] = {"index": index}
    if embedding_model:
        settings["embedding_model"] = embedding_model
    change = Change.of(environment)
    change.add_entry(("knowledge_bases", key), {**settings, "data_sources": {"documents": source}})
    change.finish(dry_run, format)


@app.command()
def environment(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new environment.")],
    account_id: Annotated[
        str, typer.Option("--account-id", metavar="ID", help="The AWS account ID, 12 digits.")
    ],
    regions: Annotated[
        list[str],
        typer.Option(
            "--region", metavar="REGION", help="A region; the first is the home region; repeatable."
        ),
    ],
    extends: Annotated[
        list[str] | None,
        typer.Option("--extends", metavar="FILE", help="A file of config/ to extend; repeatable."),
    ] = None,
    project: Annotated[
        str | None,
        typer.Option("--project", metavar="NAME", help="The project, if nothing is extended."),
    ] = None,
    dry_run: _DryRun = False,
    format: OutputFormat = Format.text,
) -> None:
    """Create a new environment, config/NAME.yaml."""
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
    change.finish(dry_run, format)


def _in_config(file: str) -> str:
    return file.removeprefix("./").removeprefix("config/")
