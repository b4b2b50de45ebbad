"""`# vectorform: ignore=VF303 reason`: a warning or a hint that is not shown, in this line or the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vectorform.language.problems import Problem
from vectorform.language.rules.ignoring import IGNORED_ERROR, IGNORES_NOTHING, NO_REASON
from vectorform.wording import did_you_mean, show

_MARK = b"vectorform:"
_COMMENT = re.compile(r"(?:^|\s)(?P<comment>#\s*vectorform:\s*ignore\b\s*(?P<rest>.*))$")
_REST = re.compile(r"=\s*(?P<ids>[A-Za-z0-9_-]+(?:\s*,\s*[A-Za-z0-9_-]+)*)\s*(?P<reason>.*)$")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment. `lines` are those that it is about, `column` is where it begins in its own."""

    file: str
    line: int
    column: int
    lines: frozenset[int]
    rules: tuple[str, ...]
    reason: str

    def matches(self, problem: Problem) -> bool:
        """Whether a problem is what it is about."""
        return (
            problem.file == self.file
            and problem.line in self.lines
            and problem.rule in self.rules
            and problem.severity != "error"
        )


def ignores_in(data: bytes, file: str) -> list[Ignore]:
    """The comments in a file, YAML or Python."""
    if _MARK not in data:
        return []
    lines = re.split(r"\r\n|\r|\n", data.decode("utf-8", errors="replace"))
    found = ((number, line, _COMMENT.search(line)) for number, line in enumerate(lines, 1))
    return [_ignore(file, number, line, match) for number, line, match in found if match]


def _ignore(file: str, number: int, line: str, match: re.Match[str]) -> Ignore:
    alone = not line[: match.start("comment")].strip()
    about = frozenset({number, number + 1}) if alone else frozenset({number})
    rest = _REST.match(match["rest"])
    ids = tuple(re.split(r"\s*,\s*", rest["ids"])) if rest else ()
    reason = rest["reason"].strip() if rest else ""
    return Ignore(file, number, match.start("comment") + 1, about, ids, reason)


def wrong_ignores(ignores: Iterable[Ignore]) -> Iterator[Problem]:
    """Comments without a reason, and those that would hide an error."""
    from vectorform.language.rules.pages import all_rules  # all of them are imported: few files have comments

    for ignore in ignores:
        if not ignore.rules or not ignore.reason:
            hint = "write # vectorform: ignore=VF303 and why it is fine here"
            yield NO_REASON.in_file(
                ignore.file, "ignores something without a reason", hint, ignore.line, ignore.column
            )
            continue
        for rule in ignore.rules:
            known = all_rules().get(rule)
            if known is not None and known.severity == "error":
                message = f"{rule} is an error, and errors are not ignored"
                hint = f"vectorform rules {rule} says what to write"
                yield IGNORED_ERROR.in_file(ignore.file, message, hint, ignore.line, ignore.column)


def unused_ignores(ignores: Iterable[Ignore], problems: Sequence[Problem]) -> Iterator[Problem]:
    """Comments that ignore nothing of `problems`, which are all that were found before any was ignored."""
    from vectorform.language.rules.pages import all_rules

    for ignore in ignores:
        for rule in ignore.rules if ignore.reason else ():
            if any(problem.rule == rule and ignore.matches(problem) for problem in problems):
                continue
            message, hint = f"ignores {show(rule)}, which has no finding here", "delete it"
            if rule.startswith("VF") and rule not in all_rules():
                message, hint = f"there is no rule {show(rule)}", did_you_mean(rule, all_rules())
            yield IGNORES_NOTHING.in_file(ignore.file, message, hint, ignore.line, ignore.column)
