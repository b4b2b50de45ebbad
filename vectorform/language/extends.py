"""The files that a file names under `extends`: in the project, or in a package."""

from __future__ import annotations

import os
from pathlib import Path as FilePath

from vectorform.language.files import Files
from vectorform.language.nodes import Node, Path
from vectorform.language.packages import PREFIX, NotFound, packaged
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.files import CIRCLE, EXTENDS, LEAVES_PROJECT, NO_PACKAGE, NO_SUCH_FILE
from vectorform.wording import printable, show


def extended_files(
    files: Files, node: Node, chain: tuple[FilePath, ...], problems: list[Problem]
) -> list[FilePath | None]:
    """The files that a file extends; None for each that cannot be used."""
    extends = node.mapping.get("extends")
    if extends is None or extends.broken:
        return []

    def refuse(rule: Rule, at: Node, steps: Path, message: str, hint: str) -> None:
        problems.append(rule.at(at, ("extends", *steps), message, hint))

    if not isinstance(extends.value, list):
        refuse(EXTENDS, extends, (), "is not a list of files", "write extends: [base/shared.yaml]")
        return [None]
    result: list[FilePath | None] = []
    for position, item in enumerate(extends.value):
        path: FilePath | None = None
        try:
            path = _extended_file(files, item, chain)
        except _Refused as refused:
            if not item.broken:
                refuse(refused.rule, item, (position,), str(refused), refused.hint)
        result.append(path)
    return result


class _Refused(Exception):
    """What an item of `extends` names cannot be used: the rule, why, and `hint`, what to do."""

    def __init__(self, rule: Rule, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


def _extended_file(files: Files, item: Node, chain: tuple[FilePath, ...]) -> FilePath:
    """The file that one item of `extends` names. Raises _Refused."""
    text = item.value
    if not isinstance(text, str) or not text or "\0" in text:
        raise _Refused(EXTENDS, "is not the name of a file", "write base/shared.yaml")
    if text.startswith(PREFIX):
        return _packaged_file(files, text)
    path = FilePath(os.path.normpath(chain[-1].parent / text))
    if FilePath(text).is_absolute():
        hint = "write a path relative to this file: other machines have other folders"
        raise _Refused(EXTENDS, f"{show(text)} is an absolute path", hint)
    if path.suffix != ".yaml":
        raise _Refused(EXTENDS, f"{show(text)} is not a .yaml file", "only YAML files can be extended")
    package = next((folder for folder in files.packages if folder in chain[-1].parents), None)
    if not _is_within(path, package or files.root):
        what = "package" if package else "project"
        hint = "keep extended files in config/"
        raise _Refused(LEAVES_PROJECT, f"{show(text)} points outside the {what}", hint)
    shown = " -> ".join(printable(files.name(step)) for step in (*chain, path))
    if path in chain:
        message = f"files extend each other in a circle: {shown}"
        raise _Refused(CIRCLE, message, "remove one of them")
    if not os.path.lexists(path):
        hint = "names are relative to the file that extends"
        raise _Refused(NO_SUCH_FILE, f"there is no such file: {shown}", hint)
    return path


def _is_within(path: FilePath, root: FilePath) -> bool:
    """Whether a file, and what it is a link to, lies in a folder."""
    real, folder = os.path.realpath(path), os.path.realpath(root)
    return os.path.commonpath([real, folder]) == folder


def _packaged_file(files: Files, text: str) -> FilePath:
    try:
        name, folder, path = packaged(text)
    except NotFound as problem:
        raise _Refused(NO_PACKAGE, str(problem), problem.hint) from problem
    files.packages[folder] = name
    return path
