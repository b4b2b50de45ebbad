"""`package:NAME/FILE` in `extends`: YAML that an installed Python package ships, and the rules that it adds.

So a platform team's regions, tags, keys and defaults are pinned and updated like any other dependency. Entry
points: PyPA, "Entry points specification".
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from vectorform.desired.model import Environment
from vectorform.language.nodes import Node, Path, find
from vectorform.language.problems import Problem, Severity
from vectorform.language.rules.files import PACKAGE_HINT, PACKAGE_RAISED, PACKAGE_RULE, PACKAGE_WARNING
from vectorform.wording import did_you_mean, show

PREFIX = "package:"
RULES = "vectorform.rules"
_RULES = {rule.severity: rule for rule in (PACKAGE_RULE, PACKAGE_WARNING, PACKAGE_HINT)}
_FORM = re.compile(r"package:(?P<name>[A-Za-z_][A-Za-z0-9_]*)/(?P<file>[^/\0].*)")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a package's rule says of an environment: at `path` in the configuration, as deep as it exists.

    `rule` is an id of the package's own, such as ACME12, by which the finding can be told and ignored.
    """

    path: Path
    message: str
    hint: str = ""
    severity: Severity = "error"
    rule: str = ""


class NotFound(Exception):
    """A packaged file that cannot be used: the message, and `hint`, what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def folder(name: str) -> FilePath | None:
    """Where an installed package lies, without importing it; None if it is not installed."""
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return FilePath(places[0]) if places else None


def packaged(text: str) -> tuple[str, FilePath, FilePath]:
    """The package's name, its folder and the file that `package:NAME/FILE` stands for. Raises NotFound."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise NotFound(f"{show(text)} does not name a file of a package", "write package:NAME/FILE.yaml")
    name = match["name"]
    here = folder(name)
    if here is None:
        message = f"there is no installed package {show(name)}"
        raise NotFound(message, "pin it in the project's requirements, and install it")
    path = FilePath(os.path.normpath(here / match["file"]))
    if here not in path.parents:
        raise NotFound(f"{show(text)} leaves the package", "name a file within it")
    if path.suffix != ".yaml":
        raise NotFound(f"{show(text)} is not a .yaml file", "only YAML files can be extended")
    if not path.is_file():
        known = sorted(file.relative_to(here).as_posix() for file in here.rglob("*.yaml"))
        raise NotFound(f"the package {name} has no {match['file']}", did_you_mean(match["file"], known))
    return name, here, path


def package_of(file: str) -> str | None:
    """The package that a file named in messages belongs to."""
    return file.removeprefix(PREFIX).partition("/")[0] if file.startswith(PREFIX) else None


def packaged_rules(packages: Iterable[str], environment: Environment, root: Node) -> list[Problem]:
    """What the rules of the packages that an environment extends find; one that raises is an error itself."""
    wanted = set(packages)
    if not wanted:
        return []  # looking for entry points takes some 20 ms
    found: list[Problem] = []
    from importlib.metadata import entry_points

    for entry in entry_points(group=RULES):
        if entry.module.partition(".")[0] not in wanted:
            continue
        try:
            findings: list[Finding] = list(entry.load()(environment))
            for finding in findings:
                node, path = _place(root, finding.path)
                problem = _RULES[finding.severity].at(node, path, finding.message, finding.hint)
                found.append(replace(problem, rule=finding.rule or problem.rule))
        except Exception as error:
            message = f"the rule {entry.name} ({entry.value}) raised {type(error).__name__}: {error}"
            found.append(PACKAGE_RAISED.at(root, (), message, "tell the maintainer of the package"))
    return found


def _place(root: Node, path: Path) -> tuple[Node, Path]:
    """The deepest node that exists on a path, and how far that is."""
    *_, deepest = _existing(root, path)
    return deepest


def _existing(root: Node, path: Path) -> Iterator[tuple[Node, Path]]:
    yield root, ()
    for depth in range(1, len(path) + 1):
        parent = find(root, path[: depth - 1])
        step = path[depth - 1]
        children = parent.mapping if isinstance(step, str) else dict(enumerate(parent.items))
        if step not in children:
            return
        yield find(root, path[:depth]), path[:depth]
