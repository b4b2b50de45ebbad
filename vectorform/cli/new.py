"""`vectorform new`: an index, a region or an environment written into the YAML, shown as a diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vectorform.language.nodes import Plain

app = typer.Typer(no_args_is_help=True, help="Add an index, a region or an environment to the YAML.")

_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change, write nothing.")]
_Environment = Annotated[str, typer.Argument(metavar="ENV", help="The environment.")]


@app.command()
def index(
    environment: _Environment,
    bucket: Annotated[str, typer.Argument(help="The key of the vector bucket.")],
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
    change = _Change.of(environment)
    change.require_place(bucket, key)
    change.add_entry(("vector_buckets", bucket, "indexes", key), settings)
    change.finish(dry_run)


@app.command()
def region(
    environment: _Environment,
    name: Annotated[str, typer.Argument(metavar="REGION", help="The region, such as us-east-1.")],
    dry_run: _DryRun = False,
) -> None:
    """Add a region to ENV, after the ones that it has."""
    change = _Change.of(environment)
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
    change = _Change.starting(name)
    change.create(values)
    change.finish(dry_run)


def _in_config(file: str) -> str:
    return file.removeprefix("./").removeprefix("config/")


class _Change:
    """A file before and after; nothing is written before `finish` has found it sound."""

    def __init__(self, name: str, root: Path, path: Path, text: str) -> None:
        self.name, self.root, self.path = name, root, path
        self.old = self.new = text

    @classmethod
    def of(cls, name: str) -> _Change:
        """A change of an environment that exists."""
        from vectorform import language
        from vectorform.errors import UserError
        from vectorform.language.loader import environment_file

        root = language.project_root(Path.cwd())
        path = environment_file(name, root)
        if path.suffix != ".yaml":
            raise UserError(f"config/{path.name} is Python: add it there by hand")
        language.load(name, root)  # what is broken is put right first
        return cls(name, root, path, path.read_bytes().decode())

    @classmethod
    def starting(cls, name: str) -> _Change:
        """A file that does not exist yet."""
        from vectorform import language
        from vectorform.errors import UserError

        root = language.project_root(Path.cwd())
        if name in language.names(root):
            raise UserError(f"the environment {name} exists already; choose another name")
        return cls(name, root, root / "config" / f"{name}.yaml", "")

    def require_place(self, bucket: str, index: str) -> None:
        """Raise UserError unless the bucket is there and the index is not, in any of the files."""
        from vectorform import language
        from vectorform.errors import UserError
        from vectorform.wording import did_you_mean

        buckets = {b.key: b for b in language.load(self.name, self.root).home.vector_buckets}
        if bucket not in buckets:
            raise UserError(f"{self.name} has no vector bucket {bucket}; {did_you_mean(bucket, buckets)}")
        for existing in buckets[bucket].indexes:
            if existing.key == index:
                raise UserError(f"{self.name} has the index {index} already ({existing.source})")

    def add_entry(self, path: tuple[str, ...], settings: dict[str, Plain]) -> None:
        """Add a map at `path`. Raises UserError if the file has something else there."""
        from vectorform.errors import UserError
        from vectorform.language import edit

        try:
            self.new = edit.add_entry(self.old, path, settings)
        except KeyError as error:
            message = f"config/{self.path.name}: {error} is in the way of {'.'.join(path)}"
            raise UserError(f"{message}; edit it by hand") from error

    def add_region(self, name: str) -> None:
        """Add a region to the file's list, or the whole list if it is inherited."""
        from vectorform import language
        from vectorform.language import edit
        from vectorform.language.layers import Files
        from vectorform.language.nodes import find, plain

        report = language.check(self.name, self.root)
        own, _ = Files(self.root).read(self.path)
        assert report.tree is not None and own is not None
        regions = plain(find(report.tree, ("regions",)))
        assert isinstance(regions, list)
        self.new = edit.add_to_list(
            self.old, "regions", [*regions, name], inherited="regions" not in own.mapping
        )

    def create(self, values: dict[str, Plain]) -> None:
        """Start the file with these values."""
        from vectorform.language import edit

        self.new = edit.new_environment(values)

    def finish(self, dry_run: bool) -> None:
        """Show the change; write it if no environment is the worse for it. Raises ConfigurationError."""
        from vectorform import language
        from vectorform.language.edit import diff
        from vectorform.language.layers import Files
        from vectorform.language.writing import replace_text
        from vectorform.language.yaml_reader import read

        files = Files(self.root)
        shown = files.name(self.path)
        before = {report.name for report in language.check_all(self.root) if report.environment is None}
        files.known[self.path] = read(self.new.encode(), shown)
        after = {report.name: report for report in language.check_all(self.root, files, [self.name])}
        worse = [
            report
            for report in after.values()
            if report.environment is None and (report.name == self.name or report.name not in before)
        ]
        if worse:
            typer.echo(f"{shown}: not written; with this change it would not be sound:", err=True)
            raise language.ConfigurationError(problem for report in worse for problem in report.problems)
        typer.echo(diff(self.old, self.new, shown), nl=False)
        for problem in after[self.name].problems:
            typer.echo(str(problem), err=True)
        if not dry_run:
            replace_text(self.path, self.new)
        typer.echo(f"{shown}: {'not written (--dry-run)' if dry_run else 'written'}", err=True)
