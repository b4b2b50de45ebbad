"""Arguments that several commands have: written the same way everywhere, and completed by the shell.

Completion reads the YAML and nothing else; where that cannot be read it proposes nothing, and says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vectorform.cli.output import Format

if TYPE_CHECKING:
    from vectorform.desired.model import Environment


Proposals = Callable[[typer.Context], Iterable[str]]


def _completing(proposals: Proposals) -> Callable[[typer.Context, str], Any]:
    def complete(context: typer.Context, incomplete: str) -> list[str]:
        try:
            return [name for name in proposals(context) if name.startswith(incomplete)]
        except Exception:
            return []  # a shell that completes has no place for a message

    return complete


def _environments(_context: typer.Context) -> Iterable[str]:
    from vectorform.language import names, project_root

    return names(project_root(Path.cwd()))


def _stacks(_context: typer.Context) -> Iterable[str]:
    from vectorform.language import load_stacks, project_root

    return sorted(load_stacks(project_root(Path.cwd())).known)


def _of_environment(
    names: Callable[[Environment], Iterable[str]],
) -> Callable[[typer.Context], Iterable[str]]:
    """Names in the environment that stands on the command line already."""

    def proposals(context: typer.Context) -> Iterable[str]:
        from vectorform.language import load, project_root

        # An option that has no value yet leaves the arguments before it unassigned.
        environment = context.params["environment"] or context.args[0]
        return dict.fromkeys(names(load(environment, project_root(Path.cwd()))))

    return proposals


def _regions(environment: Environment) -> Iterator[str]:
    return (region.name for region in environment.regions)


def _buckets(environment: Environment) -> Iterator[str]:
    return (bucket.key for region in environment.regions for bucket in region.written_vector_buckets)


def _indexes(environment: Environment) -> Iterator[str]:
    return (
        index.address
        for region in environment.regions
        for bucket in region.written_vector_buckets
        for index in bucket.written_indexes
    )


def _data_sources(environment: Environment) -> Iterator[str]:
    for region in environment.regions:
        for of in region.knowledge_bases:
            yield of.key
            yield from (f"{of.key}/{source.key}" for source in of.data_sources)


complete_environments = _completing(_environments)
complete_stacks = _completing(_stacks)
complete_regions = _completing(_of_environment(_regions))
complete_buckets = _completing(_of_environment(_buckets))
complete_data_sources = _completing(_of_environment(_data_sources))
complete_indexes = _completing(_of_environment(_indexes))

ENV_HELP = "The environment: config/ENV.yaml."
Env = Annotated[
    str,
    typer.Argument(metavar="ENV", help=ENV_HELP, autocompletion=complete_environments, show_default=False),
]
OptionalEnv = Annotated[
    str | None,
    typer.Argument(metavar="[ENV]", help=ENV_HELP, autocompletion=complete_environments, show_default=False),
]

# After a sentence about a GitHub repository.
NEWER_REPOSITORY = "If it was created since July 2026: ORG@ID/REPO@ID."
# Of commands that call AWS in each region.
OnlyRegions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Only this region; repeatable. Default: all regions.",
        autocompletion=complete_regions,
    ),
]
PricesOf = Annotated[
    str,
    typer.Option(
        metavar="REGION", help="Use the prices of this region for regions whose prices are not known."
    ),
]

OutputFormat = Annotated[Format, typer.Option("--format", help="The output format.")]

# What an apply hands to what it runs: another file or another version than the plan's is refused.
DesiredState = Annotated[
    str | None,
    typer.Option(metavar="FINGERPRINT", help="Fingerprint of the planned desired state; refuse any other."),
]
ToolVersion = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION", help="Version of vectorform that synthesized the plan; refuse any other."
    ),
]
