"""All environments of a project, each by itself and against the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from vectorform.desired import lookup
from vectorform.desired.model import Environment, Region
from vectorform.language.files import Files
from vectorform.language.ignores import unused_ignores
from vectorform.language.loader import Report, check, environment_file, names
from vectorform.language.problems import ConfigurationError, UnreadableError, in_order
from vectorform.language.rules.environments.collisions import conflicts, may_be_stack_of


def check_all(root: FilePath, files: Files | None = None, also: Sequence[str] = ()) -> list[Report]:
    """A report of every environment in `config/`, sorted by name. Errors in one are no errors of another.

    Environments that collide both have errors. `also` names environments that are in `files` alone, because
    they are not written yet. Raises UnreadableError if there is no `config/`.
    """
    files = files or Files(root)
    chosen = sorted({*names(root), *also})
    reports = _compared([_checked(name, root, files) for name in chosen])
    if any(files.ignores.values()) and all(report.environment is not None for report in reports):
        return _with_unused_ignores(reports, files)
    return reports


def load_to_deploy(name: str, root: FilePath, files: Files | None = None) -> Environment:
    """The environment, compared with all others: what one has, another must not take.

    Raises ConfigurationError and UnreadableError, as `load` does.
    """
    environment_file(name, root)  # says what is there instead
    return next(report for report in check_all(root, files) if report.name == name).required()


@dataclass(frozen=True, slots=True)
class Stacks:
    """The stacks of all sound environments by their ids, and the reports of the environments with errors."""

    known: Mapping[str, tuple[Environment, Region]]
    unsound: tuple[Report, ...]

    def place(self, stack: str) -> tuple[Environment, Region]:
        """What a stack is of. Raises ConfigurationError if its environment has errors, or NotThere."""
        if stack in self.known:
            return self.known[stack]
        for report in self.unsound:
            if may_be_stack_of(report.name, stack):
                report.required()
        return lookup.named(stack, dict(sorted(self.known.items())), "stack", "config/")


def load_stacks(root: FilePath) -> Stacks:
    """Every stack that there is. Raises UnreadableError if there is no `config/`."""
    reports = check_all(root)
    environments = [report.environment for report in reports if report.environment is not None]
    known = {
        environment.stack_id(region): (environment, region)
        for environment in environments
        for region in environment.regions
    }
    return Stacks(known, tuple(report for report in reports if report.environment is None))


def load_all(root: FilePath) -> list[Environment]:
    """Every environment in `config/`. Raises ConfigurationError with what is wrong in any of them."""
    reports = check_all(root)
    if any(report.environment is None for report in reports):
        raise ConfigurationError(problem for report in reports for problem in report.problems)
    return [report.required() for report in reports]


def _checked(name: str, root: FilePath, files: Files) -> Report:
    try:
        return check(name, root, files)
    except UnreadableError as error:
        return Report(name, None, None, error.problems, unreadable=True)


def _with_unused_ignores(reports: Iterable[Report], files: Files) -> list[Report]:
    """An ignored rule is to be broken by one of the environments at least that have the file."""
    unused = list(
        unused_ignores((ignore for found in files.ignores.values() for ignore in found), files.ignored)
    )
    return [
        replace(
            report,
            problems=in_order([*report.problems, *(hint for hint in unused if hint.file in report.files)]),
        )
        for report in reports
    ]


def _compared(reports: Iterable[Report]) -> list[Report]:
    reports = list(reports)
    sound = [report.environment for report in reports if report.environment is not None]
    found = conflicts(sound, [report.name for report in reports if report.environment is None])
    return [
        replace(report, environment=None, problems=in_order([*report.problems, *found[report.name]]))
        if report.name in found
        else report
        for report in reports
    ]
