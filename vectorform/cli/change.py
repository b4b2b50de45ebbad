"""A change of an environment's own YAML file: shown as a diff, and written once it is found to be sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing

if TYPE_CHECKING:
    from vectorform.desired.model import Environment
    from vectorform.language.nodes import Plain
    from vectorform.language.problems import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for a change. `refused`: it would make an environment invalid, for these problems."""

    environment: str
    file: str
    written: bool
    refused: bool
    diff: str
    problems: tuple[Problem, ...]

    def show(self) -> None:
        """The difference on stdout, the rest on stderr. Raises ConfigurationError if it was refused."""
        from vectorform.cli.screen_lines import on_stderr
        from vectorform.language import ConfigurationError

        if self.refused:
            refused = f"{self.file}: not written; this change would make it invalid:"
            typer.echo(on_stderr(refused), err=True)
            raise ConfigurationError(self.problems)
        typer.echo(self.diff, nl=False)
        for problem in self.problems:
            typer.echo(on_stderr(str(problem)), err=True)
        typer.echo(f"{self.file}: {'written' if self.written else 'not written (--dry-run)'}", err=True)


class Change:
    """A file before and after; nothing is written before `finish` has found it sound."""

    def __init__(
        self, name: str, root: Path, path: Path, text: str, environment: Environment | None = None
    ) -> None:
        self.name, self.root, self.path = name, root, path
        self.old = self.new = text
        self._environment = environment

    @property
    def environment(self) -> Environment:
        """What the file describes before the change; there is none of a file that does not exist yet."""
        assert self._environment is not None
        return self._environment

    @classmethod
    @doing("reading the configuration")
    def of(cls, name: str) -> Change:
        """A change of an environment that exists."""
        from vectorform import language
        from vectorform.errors import UserError
        from vectorform.language.loader import environment_file

        root = language.project_root(Path.cwd())
        path = environment_file(name, root)
        if path.suffix != ".yaml":
            raise UserError(f"config/{path.name} is Python: edit it by hand")
        environment = language.load(name, root)  # what is broken is put right first
        return cls(name, root, path, path.read_bytes().decode(), environment)

    @classmethod
    def starting(cls, name: str) -> Change:
        """A file that does not exist yet."""
        from vectorform import language
        from vectorform.errors import UserError

        root = language.project_root(Path.cwd())
        if name in language.names(root):
            raise UserError(f"the environment {name} exists already; choose another name")
        return cls(name, root, root / "config" / f"{name}.yaml", "")

    def require_place(self, bucket: str, index: str) -> None:
        """Raise UserError unless the bucket is there and the index is not, in any of the files."""
        from vectorform.desired import lookup
        from vectorform.errors import UserError

        buckets = {b.key: b for b in self.environment.home.vector_buckets}
        buckets |= {b.definition: b for b in buckets.values() if b.definition}
        if bucket in buckets and buckets[bucket].definition not in (None, bucket):
            definition = buckets[bucket].definition
            message = (
                f"{bucket} is a member of {definition} ({buckets[bucket].source}), which defines its indexes"
            )
            raise UserError(
                f"{message}; add the index there: vectorform new index {self.name} '{definition}' {index}"
            )
        for existing in lookup.named(bucket, buckets, "vector bucket", self.name).indexes:
            if existing.key == index:
                raise UserError(f"{self.name} has the index {index} already ({existing.source})")

    @doing("editing the file")
    def add_entry(self, path: tuple[str, ...], settings: dict[str, Plain]) -> None:
        """Add a map at `path`. Raises UserError if the file has something else there."""
        from vectorform.errors import UserError
        from vectorform.language import edit

        try:
            self.new = edit.add_entry(self.old, path, settings)
        except KeyError as error:
            raise UserError(self._in_the_way(error, path)) from error

    @doing("editing the file")
    def set_entries(self, path: tuple[str, ...], entries: Mapping[str, Mapping[str, Plain]]) -> None:
        """Put a map of maps at `path`, in place of what is there. Raises UserError if that is no map."""
        from vectorform.errors import UserError
        from vectorform.language import edit

        try:
            self.new = edit.set_entry(self.old, path, entries)
        except KeyError as error:
            raise UserError(self._in_the_way(error, path)) from error
        except UserError as error:
            raise UserError(f"config/{self.path.name}: {error}; edit it by hand") from error

    @doing("editing the file")
    def set_value(self, path: tuple[str, ...], value: Plain) -> None:
        """Put a value at `path`, in place of what is there. Raises UserError if something is in the way."""
        from vectorform.errors import UserError
        from vectorform.language import edit

        try:
            self.new = edit.set_value(self.new, path, value)
        except KeyError as error:
            raise UserError(self._in_the_way(error, path)) from error

    def _in_the_way(self, error: KeyError, path: tuple[str, ...]) -> str:
        """What the file has already, where a value was to be written."""
        what = "exists already" if error.args[0] == path[-1] else "is not a map"
        return f"config/{self.path.name}: {'.'.join(path)} cannot be written: {error} {what}; edit it by hand"

    @doing("editing the file")
    def add_region(self, name: str) -> None:
        """Add a region to the file's list, or the whole list if it is inherited."""
        from vectorform import language
        from vectorform.language import edit
        from vectorform.language.files import Files
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

    def finish(self, dry_run: bool, format: Format = Format.text) -> None:
        """Carry it out and show it. Exit 1 if it was refused."""
        outcome = self.carried_out(dry_run)
        if format is Format.text:
            outcome.show()
            return
        print_json(outcome)
        if outcome.refused:
            raise typer.Exit(1)

    @doing("checking all environments")
    def carried_out(self, dry_run: bool) -> Outcome:
        """Write it, if no environment is the worse for it and this is no dry run."""
        from vectorform import language
        from vectorform.language.edit import diff
        from vectorform.language.files import Files
        from vectorform.language.problems import in_order
        from vectorform.language.writing import replace_text
        from vectorform.language.yaml_reader import read

        files = Files(self.root)
        shown = files.name(self.path)
        files.known[self.path] = read(self.new.encode(), shown)
        after = {report.name: report for report in language.check_all(self.root, files, [self.name])}
        worse = [report for report in after.values() if report.environment is None]
        if any(report.name != self.name for report in worse):  # they may have been so before
            before = {report.name for report in language.check_all(self.root) if report.environment is None}
            worse = [report for report in worse if report.name == self.name or report.name not in before]
        problems = in_order(problem for report in worse or [after[self.name]] for problem in report.problems)
        written = not worse and not dry_run
        if written:
            replace_text(self.path, self.new)
        difference = diff(self.old, self.new, shown)
        return Outcome(self.name, shown, written, bool(worse), difference, problems)
