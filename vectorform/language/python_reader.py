"""`config/<name>.py` run, and the environment that it builds as a tree with positions.

The file runs with the rights of the user who runs vectorform, like main.py does.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from types import CodeType
from typing import Any

from vectorform.builders import Builder, Call, Environment
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem, UnreadableError
from vectorform.language.rule import Rule
from vectorform.language.rules.files import (
    BUILT_KEY,
    BUILT_TOO_DEEP,
    IN_ITSELF,
    NO_VALUE,
    NOT_PYTHON,
    NOT_SET,
    RAISED,
    TOO_MUCH_BUILT,
    UNREADABLE,
)

MAX_DEPTH = 32
MAX_VALUES = 2_000_000


class _TooManyError(Exception):
    pass


def read(path: FilePath, name: Callable[[FilePath], str]) -> tuple[Node | None, list[Problem]]:
    """The tree of the environment that the file builds, and what is wrong with it.

    `name` says how a file is called in messages. Raises UnreadableError if the file cannot be read.
    """
    file = name(path)
    try:
        source = path.read_bytes()
    except OSError as error:
        raise UnreadableError([UNREADABLE.in_file(file, f"cannot be read: {error.strerror}")]) from error
    namespace: dict[str, Any] = {"__name__": f"config.{path.stem}", "__file__": str(path)}
    try:
        code = _compiled(source, path)
        with contextlib.redirect_stdout(sys.stderr):  # stdout is for data
            exec(code, namespace)
    except SyntaxError as error:
        message = f"is not Python: {error.msg}"
        return None, [NOT_PYTHON.in_file(file, message, line=error.lineno or 0, column=error.offset or 0)]
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        lines = [
            step.lineno or 1
            for step in traceback.extract_tb(error.__traceback__)
            if step.filename == str(path)
        ]
        message, hint = _raised(error)
        return None, [RAISED.in_file(file, message, hint, lines[-1] if lines else 0, 1)]
    built = namespace.get("environment")
    if not isinstance(built, Environment):
        hint = "import Environment from vectorform.builders and write environment = Environment(...)"
        return None, [NOT_SET.in_file(file, "does not set `environment` to an Environment", hint)]
    planter = _Planter(name, [])
    try:
        return planter.plant(built, built.call, ()), planter.problems
    except _TooManyError:
        hint = "check whether a list or a map contains itself, or is repeated in many others"
        return None, [TOO_MUCH_BUILT.in_file(file, f"builds more than {MAX_VALUES:,} values", hint)]
    except Exception as error:  # of a class of the file's own, by its methods
        message, hint = _raised(error)
        return None, [RAISED.in_file(file, message, hint)]


def _compiled(source: bytes, path: FilePath) -> CodeType:
    """The code of a file. Raises SyntaxError, where Python before 3.11.4 raises ValueError of null bytes."""
    try:
        return compile(source, str(path), "exec", dont_inherit=True)
    except ValueError as error:
        raise SyntaxError(str(error)) from error


def _raised(error: BaseException) -> tuple[str, str]:
    """What was raised, and what to do about it where that is known."""
    if isinstance(error, ModuleNotFoundError) and error.name in ("environments", "environments.builders"):
        return "there is no module `environments` any more", "import the builders from vectorform.builders"
    return f"running it raised {type(error).__name__}: {error}", ""


@dataclass(slots=True)
class _Planter:
    """Turns what was built into a tree, and notes what has no place in one."""

    name: Callable[[FilePath], str]
    problems: list[Problem]
    count: int = 0
    around: list[int] = field(default_factory=list)  # the ids of what the value is in

    def plant(self, value: object, call: Call, path: Path) -> Node:
        """The tree of a value, which may be in itself, and as often as it likes."""
        self.count += 1
        if self.count > MAX_VALUES:
            raise _TooManyError
        if id(value) in self.around:
            return self.refuse(
                IN_ITSELF, call, path, "contains itself", "create each list and map separately"
            )
        if len(path) > MAX_DEPTH:
            return self.refuse(
                BUILT_TOO_DEEP, call, path, "nests too deeply", f"{MAX_DEPTH} levels are allowed"
            )
        if not isinstance(value, Builder | Mapping | list | tuple):
            return self.planted(value, call, path)
        self.around.append(id(value))
        try:
            return self.planted(value, call, path)
        finally:
            self.around.pop()

    def planted(self, value: object, call: Call, path: Path) -> Node:
        if isinstance(value, Builder):
            call = value.call
            return self.node(self.entries(value.given(), call, path), call)
        if isinstance(value, Mapping):
            return self.node(self.entries(value, call, path), call)
        if isinstance(value, list | tuple):
            return self.node([self.plant(child, call, (*path, i)) for i, child in enumerate(value)], call)
        if isinstance(value, str):
            return self.node(str.__str__(value), call)  # also of a StrEnum
        if isinstance(value, bool | int | float) or value is None:
            return self.node(value, call)
        hint = "texts, numbers, booleans, lists, maps and builders are allowed"
        return self.refuse(NO_VALUE, call, path, f"a {type(value).__name__} cannot be a value", hint)

    def entries(self, mapping: Mapping[Any, object], call: Call, path: Path) -> dict[str, Node]:
        entries = {}
        for key, value in mapping.items():
            if not isinstance(key, str):
                self.refuse(BUILT_KEY, call, path, f"the key {key!r} is not text", "keys are texts")
                continue
            node = self.plant(value, call, (*path, key))
            node.key_line, node.key_column = node.line, node.column
            entries[key] = node
        return entries

    def node(self, value: Any, call: Call) -> Node:
        return Node(value, self.name(FilePath(call.file)), call.line, call.column)

    def refuse(self, rule: Rule, call: Call, path: Path, message: str, hint: str) -> Node:
        node = self.node(None, call)
        node.broken = True
        self.problems.append(rule.at(node, path, message, hint))
        return node
