"""YAML text to a tree with positions: strict, linear in the size of the text, and safe for any bytes.

Works on the event stream of libyaml (PyYAML's C parser) with a stack of its own, so that neither depth nor
anchors can exhaust the machine, and so that each problem keeps the exact position of its key or value.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.yaml import (
    AMBIGUOUS,
    ANCHOR,
    BARE_TEMPLATE,
    EMPTY,
    GIVEN_TWICE,
    KEY_NOT_TEXT,
    MERGE_KEY,
    NOT_A_MAP,
    ODD_SPACE,
    SECOND_DOCUMENT,
    TAG,
    TOO_DEEP,
    TOO_MANY_VALUES,
)
from vectorform.language.scalars import AmbiguousError, resolve
from vectorform.language.yaml_text import decode, lines_of, odd_space, odd_space_problem, syntax_problem
from vectorform.wording import show

MAX_VALUES = 2_000_000  # after anchors are expanded
MAX_DEPTH = 32  # the language itself needs 9
_SPLIT = "split it, or write the environment in Python"


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not come yet."""

    node: Node
    anchor: str | None
    is_key: bool
    flow: bool = False  # {...}, as opposed to lines
    key: str | None = None  # of the value to come; None while a key is awaited
    key_position: tuple[int, int] = (0, 0)
    drop: bool = False  # the value to come has no usable key
    size: int = 1


@dataclass(slots=True)
class _Reader:
    file: str
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int] | None] = field(default_factory=dict)
    root: Node | None = None
    documents: int = 0
    text: str = ""

    def complain(self, rule: Rule, line: int, column: int, message: str, hint: str, path: Path = ()) -> None:
        self.problems.append(rule.in_file(self.file, message, hint, line, column, (*self.path(), *path)))

    def path(self) -> tuple[str | int, ...]:
        steps: list[str | int] = []
        for opened in self.stack:
            if isinstance(opened.node.value, list):
                steps.append(len(opened.node.value))
            elif opened.key:
                steps.append(opened.key)
        return tuple(steps)

    def awaits_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None

    def key(self, text: str, line: int, column: int, usable: bool) -> None:
        top = self.stack[-1]
        known = top.node.mapping.get(text)
        if usable and known is not None:
            self.complain(
                GIVEN_TWICE,
                line,
                column,
                f"{show(text)} is given twice; the first is in line {known.key_line}",
                "keep one of the two",
                (text,),
            )
        top.drop = not usable or known is not None
        top.node.incomplete = top.node.incomplete or not usable
        top.key, top.key_position = text, (line, column)

    def add(self, node: Node, size: int, anchor: str | None) -> None:
        """Put a finished value where it belongs."""
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        top.size += size
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict):
            if not top.drop and top.key is not None:
                node.key_line, node.key_column = top.key_position
                top.node.value[top.key] = node
            top.key, top.drop = None, False


class _TooBigError(Exception):
    def __init__(self, rule: Rule, message: str) -> None:
        super().__init__(message)
        self.rule = rule


def _too_deep(line: int) -> str:
    return f"nests deeper than {MAX_DEPTH} levels in line {line}"


def read(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a YAML file, whose top is a map, and what is wrong with it.

    None when there is nothing to go on with. `file` is the name that problems and nodes carry.
    """
    text, problem = decode(data, file)
    if problem:
        return None, [problem]
    reader = _Reader(file, text=text)
    try:
        _read_events(reader, text)
    except yaml.YAMLError as error:
        if "nesting" not in str(getattr(error, "problem", "")):
            problem = syntax_problem(error, text, file)
            place = (problem.line, problem.column)
            return None, [*(p for p in reader.problems if (p.line, p.column) != place), problem]
        # libyaml has a limit of its own, which it may meet before it tells of what it has read.
        line = error.problem_mark.line + 1  # type: ignore[attr-defined]
        reader.problems.append(TOO_DEEP.in_file(file, _too_deep(line), _SPLIT))
        return None, reader.problems
    except _TooBigError as error:
        reader.problems.append(error.rule.in_file(file, str(error), _SPLIT))
        return None, reader.problems
    root = reader.root
    if root is None or root.value is None:
        if not reader.problems:
            reader.problems.append(EMPTY.in_file(file, "is empty", "start with `project:` or `extends:`"))
        return None, reader.problems
    if not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, list) else "a single value"
        problem = NOT_A_MAP.in_file(file, f"is {kind}", "write `key: value` lines", root.line, root.column)
        reader.problems.append(odd_space_problem(text, file) or problem)
        return None, reader.problems
    return root, reader.problems


def _read_events(reader: _Reader, text: str) -> None:
    parser: Any = yaml.CSafeLoader(text)
    while parser.check_event():
        event = parser.get_event()
        kind = type(event)
        if kind is yaml.ScalarEvent:
            _scalar(reader, event)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            _start(reader, event, {} if kind is yaml.MappingStartEvent else [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            _end(reader, event)
        elif kind is yaml.AliasEvent:
            _alias(reader, event)
        elif kind is yaml.DocumentStartEvent:
            reader.documents += 1
            if reader.documents > 1:
                mark = event.start_mark
                reader.complain(
                    SECOND_DOCUMENT,
                    mark.line + 1,
                    mark.column + 1,
                    "a second document starts",
                    "one file, one document",
                )
                return


def _scalar(reader: _Reader, event: Any) -> None:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if event.anchor is not None:
        reader.anchors[event.anchor] = None
    text: str = event.value
    value: str | int | float | bool | None = text
    broken = False
    if event.tag is not None:
        reader.complain(
            TAG,
            line,
            column,
            f"the YAML tag {show(event.tag)} is not allowed here",
            "remove it, and quote texts",
        )
        broken = True
    elif event.implicit[0]:
        try:
            value = resolve(text)
        except AmbiguousError as error:
            reader.complain(AMBIGUOUS, line, column, str(error), error.hint)
            broken = True
    if reader.awaits_key():
        usable = not broken
        if usable and not isinstance(value, str):
            reader.complain(
                KEY_NOT_TEXT, line, column, f"the key {show(text)} is not text", "put it in quotes"
            )
            usable = False
        elif usable and text == "<<" and event.implicit[0]:
            reader.complain(
                MERGE_KEY,
                line,
                column,
                "merge keys (<<) are not allowed here",
                "share settings with `extends`",
            )
            usable = False
        elif usable and event.implicit[0] and (space := odd_space(text)):
            message = f"the key {show(text)} contains {space}"
            reader.complain(ODD_SPACE, line, column, message, "write a plain space, or none")
            usable = False
        reader.key(text, line, column, usable)
    else:
        reader.add(Node(value, reader.file, line, column, broken=broken), 1, event.anchor)


def _start(reader: _Reader, event: Any, value: dict[str, Node] | list[Node]) -> None:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if len(reader.stack) >= MAX_DEPTH:
        raise _TooBigError(TOO_DEEP, _too_deep(line))
    if event.anchor is not None:
        reader.anchors[event.anchor] = None
    if event.tag is not None:
        reader.complain(
            TAG, line, column, f"the YAML tag {show(event.tag)} is not allowed here", "leave it out"
        )
    is_key = reader.awaits_key()
    if is_key:
        reader.complain(KEY_NOT_TEXT, line, column, "a key is a map or a list", "keys are text")
    reader.stack.append(_Open(Node(value, reader.file, line, column), event.anchor, is_key, event.flow_style))


def _end(reader: _Reader, event: Any) -> None:
    done = reader.stack.pop()
    if done.flow and len(done.node.mapping) == 1 and not done.is_key:
        _refuse_bare_template(reader, done.node, event.end_mark)
    if done.is_key:
        reader.key("", 0, 0, usable=False)
    else:
        reader.add(done.node, done.size, done.anchor)


def _refuse_bare_template(reader: _Reader, node: Node, end: Any) -> None:
    """`{project}` without quotes is a map for YAML, with the key `project` and no value."""
    ((key, child),) = node.mapping.items()
    if child.value is not None or child.broken or node.line != end.line + 1:
        return
    text = lines_of(reader.text)[end.line][node.column - 1 : end.column]
    if text == f"{{{key}}}":
        hint = f'write "{text}", or {{{key}: its value}}'
        message = f"{show(text)} without quotes is a map to YAML"
        reader.complain(BARE_TEMPLATE, node.line, node.column, message, hint)
        node.value, node.broken = None, True


def _alias(reader: _Reader, event: Any) -> None:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if reader.awaits_key():
        reader.complain(KEY_NOT_TEXT, line, column, "a key is an alias", "write the key itself")
        reader.key("", 0, 0, usable=False)
        return
    known = reader.anchors.get(event.anchor)
    if known is None:
        if event.anchor in reader.anchors:
            reader.complain(
                ANCHOR,
                line,
                column,
                f"{show('*' + event.anchor)} is part of the value that it refers to",
                "write it out",
            )
        else:
            hint = f"mark the value with &{event.anchor}, further up"
            reader.complain(ANCHOR, line, column, f"{show('*' + event.anchor)} refers to no anchor", hint)
        reader.add(Node(None, reader.file, line, column, broken=True), 1, None)
        return
    node, size = known
    if size + sum(opened.size for opened in reader.stack) > MAX_VALUES:
        message = f"its anchors expand to more than {MAX_VALUES:,} values in line {line}"
        raise _TooBigError(TOO_MANY_VALUES, message)
    reader.add(replace(node), size, None)
