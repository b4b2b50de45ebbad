"""A rule of the language: an id that never changes its meaning, and the problems that it reports.

What a rule says, why, and its examples stand in `rules/pages/<id>.yaml`, which no check reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from vectorform.language.nodes import Node, Path, path_text
from vectorform.language.problems import Problem, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is VF and a number, `name` what it is called, `severity` how bad it is to break it."""

    id: str
    name: str
    severity: Severity = "error"

    def at(self, node: Node, path: Path, message: str, hint: str = "", *, key: bool = False) -> Problem:
        """The problem with the value at `node`, or with its key."""
        line, column = node.key_position if key else (node.line, node.column)
        return self.in_file(node.file, message, hint, line, column, path)

    def in_file(
        self, file: str, message: str, hint: str = "", line: int = 0, column: int = 0, path: Path = ()
    ) -> Problem:
        """The problem with a file, as a whole unless a line is given."""
        return Problem(self.id, file, line, column, path_text(path), message, hint, self.severity)
